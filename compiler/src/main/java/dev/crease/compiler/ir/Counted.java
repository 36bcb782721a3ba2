package dev.crease.compiler.ir;

/// Numbers of things, in messages.
public final class Counted {
  private Counted() {}

  /// As in `1 node` and `2 nodes`.
  public static String of(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
