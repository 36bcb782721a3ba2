package dev.crease.compiler.frontend.dsl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/// The blocks that every text can call, written in the language itself: `standard.crease`.
final class StandardLibrary {
  private static final String RESOURCE = "standard.crease";

  private StandardLibrary() {}

  static Map<String, Document.BlockSyntax> blocks() {
    return Holder.BLOCKS;
  }

  /// Read when the first text calls a block.
  private static final class Holder {
    static final Map<String, Document.BlockSyntax> BLOCKS =
        SyntaxParser.parse(new Source(RESOURCE, text())).blocks().stream()
            .collect(Collectors.toUnmodifiableMap(block -> block.name().text(), block -> block));

    private static String text() {
      try (InputStream in = StandardLibrary.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException(RESOURCE + " is missing from the jar");
        }
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
