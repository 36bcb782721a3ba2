package dev.crease.compiler.cli;

import dev.crease.runtime.plan.AtomicFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/// Files that commands leave behind: written beside their place and moved into it, so that a reader
/// sees the old file or the whole new one.
final class OutputFile {
  private OutputFile() {}

  /// @throws InputException if there is none and it cannot be made
  static void makeFolder(Path path) {
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw new InputException(path + " is a file; name a folder", e);
    } catch (FileSystemException e) {
      throw new InputException("the folder %s cannot be made: %s".formatted(path, reason(e)), e);
    } catch (IOException e) {
      throw new InputException(
          "the folder %s cannot be made: %s".formatted(path, e.getMessage()), e);
    }
  }

  /// Says so early, before work is done, if nothing can be written there.
  ///
  /// @throws InputException likewise
  static void requirePlace(Path path) {
    requireFile(path);
    try {
      Path target = target(path);
      Files.delete(Files.createTempFile(target.getParent(), ".crease-", ".part"));
    } catch (FileSystemException e) {
      throw new InputException("cannot write %s: %s.".formatted(path, reason(e)), e);
    } catch (IOException e) {
      throw new InputException("cannot write %s: %s.".formatted(path, e.getMessage()), e);
    }
  }

  /// Where links lead to.
  ///
  /// @throws FileSystemException if no file can have such a name
  private static Path target(Path path) throws IOException {
    try {
      return path.toRealPath();
    } catch (NoSuchFileException e) {
      return path.toAbsolutePath();
    }
  }

  private static void requireFile(Path path) {
    if (path.toString().isEmpty()) {
      throw new InputException("an empty name is no file to write");
    }
    Path target = path.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new InputException("cannot write %s: it is a folder. Name a file.".formatted(path));
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new InputException(
          "cannot write %s: it is a device or a pipe. Name a file.".formatted(path));
    }
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          "cannot write %s: there is no folder %s. Make it first.".formatted(path, folder));
    }
    if (!Files.isWritable(folder)) {
      throw new InputException(
          "cannot write %s: the folder %s is not writable.".formatted(path, folder));
    }
  }

  /// As [#requirePlace], and keeps what is being read from being overwritten.
  ///
  /// @throws InputException if both are one file
  static void requirePlace(Path path, Path read) throws IOException {
    requirePlace(path);
    if (Files.exists(path) && Files.exists(read) && Files.isSameFile(path, read)) {
      throw new InputException(
          "cannot write %s: it is the file to read. Name another.".formatted(path));
    }
  }

  /// Writes files in whatever way.
  @FunctionalInterface
  interface Writing {
    void write() throws IOException;
  }

  /// @throws InputException if the file cannot be written there
  static void write(Path path, AtomicFile.Content content) {
    write(path, () -> AtomicFile.write(path, content));
  }

  /// @param path what is written, and perhaps another file beside it
  /// @throws InputException if they cannot be written there
  static void write(Path path, Writing writing) {
    requireFile(path);
    try {
      writing.write();
    } catch (FileSystemException e) {
      throw new InputException("cannot write %s: %s.".formatted(e.getFile(), reason(e)), e);
    } catch (IOException e) {
      throw new InputException("cannot write %s: %s.".formatted(path, e.getMessage()), e);
    }
  }

  /// Of an exception without one only its file would be told.
  private static String reason(FileSystemException e) {
    return Objects.requireNonNullElse(e.getReason(), "the file system refuses it");
  }
}
