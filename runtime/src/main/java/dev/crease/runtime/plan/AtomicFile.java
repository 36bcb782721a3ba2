package dev.crease.runtime.plan;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/// Writes a file such that it is there in full or not at all, also where a mapped file of this name
/// is being read: beside its place first, then moved there.
public final class AtomicFile {
  private static final int BUFFER_BYTES = 1 << 16;

  /// Writes the content.
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFile() {}

  /// A symbolic link is followed; a file that is replaced hands its permissions on.
  ///
  /// @throws FileSystemException if `path` cannot be written, with the reason: it is a folder, a
  ///   device, or a pipe, the disk is full; always of the name `path`
  public static void write(Path path, Content content) throws IOException {
    try {
      writeBeside(path, content);
    } catch (IOException e) {
      FileSystemException asked = new FileSystemException(path.toString(), null, reason(e));
      asked.initCause(e);
      throw asked;
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "its folder takes no files";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException refused ->
          Objects.requireNonNullElse(refused.getReason(), "the file system refuses it");
      default -> Objects.requireNonNullElse(e.getMessage(), e.toString());
    };
  }

  private static void writeBeside(Path path, Content content) throws IOException {
    boolean replaces = Files.exists(path);
    Path target = replaces ? path.toRealPath() : path.toAbsolutePath();
    if (replaces && !Files.isRegularFile(target)) {
      throw new FileSystemException(
          path.toString(), null, Files.isDirectory(target) ? "it is a folder" : "it is not a file");
    }
    String name = ".crease-%016x.part".formatted(ThreadLocalRandom.current().nextLong());
    Path temporary = target.resolveSibling(name);
    try {
      try (OutputStream out = open(temporary)) {
        content.writeTo(out);
      }
      if (replaces) {
        copyPermissions(target, temporary);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static OutputStream open(Path temporary) throws IOException {
    return new BufferedOutputStream(
        Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW), BUFFER_BYTES);
  }

  private static void copyPermissions(Path from, Path to) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(Files.getPosixFilePermissions(from));
    }
  }
}
