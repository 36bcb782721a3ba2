package dev.crease.compiler.cli;

import dev.crease.runtime.plan.AtomicFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

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
    } catch (IOException e) {
      throw new InputException("the folder %s cannot be made: %s".formatted(path, reason(e)), e);
    }
  }

  /// Says so early, before work is done, if nothing can be written there.
  ///
  /// @throws InputException likewise
  static void requirePlace(Path path) {
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

  /// @throws InputException if the file cannot be written there
  static void write(Path path, AtomicFile.Content content) {
    requirePlace(path);
    try {
      AtomicFile.write(path, content);
    } catch (AccessDeniedException e) {
      throw new InputException("cannot write %s: permission denied.".formatted(path), e);
    } catch (IOException e) {
      throw new InputException("cannot write %s: %s.".formatted(path, reason(e)), e);
    }
  }

  /// A file system's exception without a reason has its file for a message.
  private static String reason(IOException e) {
    if (e instanceof FileSystemException system) {
      return system.getReason() == null
          ? "the file system refuses it"
          : String.valueOf(system.getReason());
    }
    return String.valueOf(e.getMessage());
  }
}
