package dev.crease.compiler.ir;

/// Elements of a constant, read a stretch at a time, so that one as large as a model never has to
/// be in memory as a whole.
@FunctionalInterface
public interface Stretches {
  /// Puts `count` elements from index `from` on, as doubles, into the first places of `into`.
  void read(int from, int count, double[] into);
}
