package dev.crease.compiler.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/// Files that commands read.
final class InputFile {
  private InputFile() {}

  /// @throws InputException unless there is such a file and it can be read
  static void require(Path path) {
    if (path.toString().isEmpty()) {
      throw new InputException("an empty name is no file");
    }
    if (Files.isDirectory(path)) {
      throw new InputException(path + " is a folder; name a file");
    }
    if (!Files.exists(path)) {
      throw new InputException("there is no file " + path);
    }
    if (!Files.isReadable(path)) {
      throw new InputException(path + " cannot be read: permission denied");
    }
  }
}
