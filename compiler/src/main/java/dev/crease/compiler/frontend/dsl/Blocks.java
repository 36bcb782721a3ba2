package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.dsl.Document.BlockSyntax;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/// Blocks that are part of the compiler, written in the language itself.
final class Blocks {
  private Blocks() {}

  /// The blocks of a text beside a class, by their names.
  static Map<String, BlockSyntax> inResource(Class<?> place, String name) {
    return SyntaxParser.parse(new Source(name, text(place, name))).blocks().stream()
        .collect(Collectors.toUnmodifiableMap(block -> block.name().text(), block -> block));
  }

  private static String text(Class<?> place, String name) {
    try (InputStream in = place.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
