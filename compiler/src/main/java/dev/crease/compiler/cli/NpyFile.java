package dev.crease.compiler.cli;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.launch.NpyArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// NumPy's array files as inputs and outputs of commands; see [NpyArray].
final class NpyFile {
  private NpyFile() {}

  /// @throws InputException if the file is not one that can be read
  static Tensor read(Path path) throws IOException {
    try {
      return NpyArray.read(path.toString(), Files.readAllBytes(path));
    } catch (InvalidDataException e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }

  /// @throws InputException for strings, and if the file cannot be written
  static void write(Tensor tensor, Path path) {
    OutputFile.write(path, out -> out.write(bytes(tensor)));
  }

  private static byte[] bytes(Tensor tensor) {
    try {
      return NpyArray.bytes(tensor);
    } catch (InvalidDataException e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }
}
