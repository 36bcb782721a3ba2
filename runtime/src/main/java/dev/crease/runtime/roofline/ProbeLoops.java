package dev.crease.runtime.roofline;

/// The loops whose speed is measured. Both give a number that depends on all they did, so that no
/// compiler leaves it out.
interface ProbeLoops {
  /// Elements that [#read] takes at a time; the lengths of what it reads are multiples of it.
  int STRIDE = 256;

  /// Chains of multiply-adds that do not depend on each other, each `x = x factor + addend`.
  ///
  /// @param rounds multiply-adds of each chain
  float multiplyAdd(int rounds, float factor, float addend);

  /// Operations of one round.
  int operationsPerRound();

  /// Elements that one instruction of the loops takes, as they are written.
  int width();

  /// The sum of `array[begin]` to `array[end - 1]`.
  float read(float[] array, int begin, int end);
}
