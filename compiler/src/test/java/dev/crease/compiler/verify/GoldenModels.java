package dev.crease.compiler.verify;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The models of the golden files of all passes.
public final class GoldenModels {
  private static final Path FOLDER = Path.of("src", "test", "resources", "pass");

  private GoldenModels() {}

  /// All files, in order.
  public static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  /// The model that a file begins with.
  public static Graph read(Path file) {
    try {
      String text = Files.readString(file);
      int end = text.indexOf("\n=== ");
      return TextReader.read(end < 0 ? text : text.substring(0, end + 1), file.toString()).graph();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
