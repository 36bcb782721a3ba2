package dev.crease.compiler.frontend;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// The folder of a model, where the files that the model names must lie, or below it, with symbolic
/// links followed: a model cannot make its reader read other files.
public record ModelFolder(Path path) {
  /// The file that a model names.
  ///
  /// @throws IllegalArgumentException if it is outside the folder, missing, or not a file; the
  ///   message goes on after the words "the file is in"
  public Path resolve(String location) {
    try {
      Path relative = Path.of(location);
      if (relative.isAbsolute() || location.startsWith("/") || location.startsWith("\\")) {
        throw new IllegalArgumentException(
            "`%s`: an absolute path, but it must be in the model's folder".formatted(location));
      }
      if (path.resolve(relative).normalize().startsWith(path.normalize())) {
        Path file = path.resolve(relative).toRealPath();
        if (file.startsWith(path.toRealPath())) {
          if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("`%s`, which is not a file".formatted(location));
          }
          return file;
        }
      }
      throw new IllegalArgumentException(
          "`%s`: outside the model's folder %s, where it must be".formatted(location, path));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "`%s`, which is no path: %s".formatted(location, e.getReason()), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "`%s`, which is missing from %s; put it beside the model".formatted(location, path), e);
    }
  }

  /// The whole file, read-only, mapped as long as any constant uses it.
  public static MemorySegment map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    }
  }
}
