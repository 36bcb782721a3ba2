package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.TensorType;
import dev.crease.runtime.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/// The file beside a text that holds its large tensors: their elements in little-endian order, one
/// tensor after the other, nothing else. It is mapped, so a constant costs no memory until it is
/// read.
final class WeightsFile {
  private final String name;
  private final MemorySegment bytes;

  private WeightsFile(String name, MemorySegment bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /// @param folder the folder of the text, which the file must not lie outside of
  /// @param expectedBytes the size that the text states
  /// @throws IllegalArgumentException if the file is outside the folder, missing, or of another
  ///   size
  static WeightsFile open(Path folder, String name, OptionalLong expectedBytes) {
    try {
      Path root = folder.toRealPath();
      Path relative = Path.of(name);
      if (relative.isAbsolute() || !root.resolve(relative).normalize().startsWith(root)) {
        throw new IllegalArgumentException(
            "the weights file `" + name + "` is not inside the folder of the text");
      }
      Path file = root.resolve(relative).normalize();
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException("there is no weights file " + file);
      }
      if (!file.toRealPath().startsWith(root)) {
        throw new IllegalArgumentException(
            "the weights file `" + name + "` links to a place outside the folder of the text");
      }
      return map(file, name, expectedBytes);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("`" + name + "` is not the name of a file", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read the weights file `" + name + "`: " + e, e);
    }
  }

  private static WeightsFile map(Path file, String name, OptionalLong expectedBytes)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (expectedBytes.isPresent() && expectedBytes.getAsLong() != size) {
        throw new IllegalArgumentException(
            "the weights file `%s` has %d bytes, the text expects %d; it is cut off or of another"
                    .formatted(name, size, expectedBytes.getAsLong())
                + " model");
      }
      return new WeightsFile(
          name, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto()));
    }
  }

  /// The tensor whose first element starts at byte `offset`.
  ///
  /// @throws IllegalArgumentException if the file ends before the tensor does
  Constant constant(TensorType type, long offset) {
    long[] dims =
        type.knownDims()
            .orElseThrow(
                () -> new IllegalArgumentException("weights need known dimensions, not " + type));
    if (type.element() == ElementType.STRING) {
      throw new IllegalArgumentException("strings are listed in the text, not in a weights file");
    }
    long size = type.element().bytes();
    for (long dim : dims) {
      size = Math.multiplyExact(size, dim);
    }
    if (offset < 0 || offset > bytes.byteSize() - size) {
      throw new IllegalArgumentException(
          "%s at offset %d needs %d bytes, but the weights file `%s` has %d"
              .formatted(type, offset, size, name, bytes.byteSize()));
    }
    return Constant.mapped(type.element(), dims, bytes.asSlice(offset, size));
  }
}
