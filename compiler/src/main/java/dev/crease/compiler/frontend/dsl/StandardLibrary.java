package dev.crease.compiler.frontend.dsl;

import java.util.Map;

/// The blocks that every text can call, written in the language itself: `standard.crease`.
final class StandardLibrary {
  private StandardLibrary() {}

  static Map<String, Document.BlockSyntax> blocks() {
    return Holder.BLOCKS;
  }

  /// Read when the first text calls a block.
  private static final class Holder {
    static final Map<String, Document.BlockSyntax> BLOCKS =
        Blocks.inResource(StandardLibrary.class, "standard.crease");
  }
}
