package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.BinaryFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Functions of two operands over spans, where the second operand is a span too or one vector that
/// stays: a vector of one element per lane, or one element in all lanes. Results are bit for bit
/// those of scalar arithmetic.
final class VectorBinary {
  private final VectorLanes lanes;
  private final VectorPRelu prelu;

  VectorBinary(VectorLanes lanes) {
    this.lanes = lanes;
    prelu = new VectorPRelu(lanes);
  }

  /// See [Microkernels#binary]; only for functions that there are [vector
  /// loops][dev.crease.runtime.plan.Loops#has] for.
  void spans(
      BinaryFunction function,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count) {
    switch (function) {
      case ADD -> add(a, aOffset, b, bOffset, y, yOffset, count);
      case SUB -> sub(a, aOffset, b, bOffset, y, yOffset, count);
      case MUL -> mul(a, aOffset, b, bOffset, y, yOffset, count);
      case DIV -> div(a, aOffset, b, bOffset, y, yOffset, count);
      case MIN -> min(a, aOffset, b, bOffset, y, yOffset, count);
      case MAX -> max(a, aOffset, b, bOffset, y, yOffset, count);
      case PRELU -> prelu.spans(a, aOffset, b, bOffset, y, yOffset, count);
      case POW, MOD, FMOD, SHIFT_LEFT, SHIFT_RIGHT, BIT_AND, BIT_OR, BIT_XOR ->
          throw new IllegalArgumentException("no vector loop for " + function);
    }
  }

  /// `y[i] = function(a[i], w[i mod L])`, or with the operands exchanged, where `w` is the vector
  /// at `bOffset` or, if `repeated`, the one element there in all lanes; only for functions that
  /// there are [vector loops][dev.crease.runtime.plan.Loops#has] for, and not for PRELU with
  /// exchanged operands.
  void vector(
      BinaryFunction function,
      boolean swapped,
      boolean repeated,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count) {
    switch (function) {
      case ADD -> addVector(a, aOffset, b, bOffset, repeated, y, yOffset, count);
      case MUL -> mulVector(a, aOffset, b, bOffset, repeated, y, yOffset, count);
      case MIN -> minVector(a, aOffset, b, bOffset, repeated, y, yOffset, count);
      case MAX -> maxVector(a, aOffset, b, bOffset, repeated, y, yOffset, count);
      case SUB -> {
        if (swapped) {
          subFromVector(a, aOffset, b, bOffset, repeated, y, yOffset, count);
        } else {
          subVector(a, aOffset, b, bOffset, repeated, y, yOffset, count);
        }
      }
      case DIV -> {
        if (swapped) {
          divIntoVector(a, aOffset, b, bOffset, repeated, y, yOffset, count);
        } else {
          divVector(a, aOffset, b, bOffset, repeated, y, yOffset, count);
        }
      }
      case PRELU ->
          prelu.vector(
              a, aOffset, operand(lanes.species(), b, bOffset, repeated), y, yOffset, count);
      case POW, MOD, FMOD, SHIFT_LEFT, SHIFT_RIGHT, BIT_AND, BIT_OR, BIT_XOR ->
          throw new IllegalArgumentException("no vector loop for " + function);
    }
  }

  private static FloatVector operand(
      VectorSpecies<Float> s, float[] b, int bOffset, boolean repeated) {
    return repeated ? FloatVector.broadcast(s, b[bOffset]) : FloatVector.fromArray(s, b, bOffset);
  }

  private void add(
      float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.add(FloatVector.fromArray(s, b, bOffset + i)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      FloatVector w = FloatVector.fromArray(s, b, bOffset + whole, tail);
      v.add(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void sub(
      float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.sub(FloatVector.fromArray(s, b, bOffset + i)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      FloatVector w = FloatVector.fromArray(s, b, bOffset + whole, tail);
      v.sub(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void mul(
      float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.mul(FloatVector.fromArray(s, b, bOffset + i)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      FloatVector w = FloatVector.fromArray(s, b, bOffset + whole, tail);
      v.mul(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void div(
      float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.div(FloatVector.fromArray(s, b, bOffset + i)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      FloatVector w = FloatVector.fromArray(s, b, bOffset + whole, tail);
      v.div(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void min(
      float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.min(FloatVector.fromArray(s, b, bOffset + i)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      FloatVector w = FloatVector.fromArray(s, b, bOffset + whole, tail);
      v.min(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void max(
      float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.max(FloatVector.fromArray(s, b, bOffset + i)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      FloatVector w = FloatVector.fromArray(s, b, bOffset + whole, tail);
      v.max(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void addVector(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      boolean repeated,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector w = operand(s, b, bOffset, repeated);
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.add(w).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      v.add(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void subVector(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      boolean repeated,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector w = operand(s, b, bOffset, repeated);
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.sub(w).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      v.sub(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void subFromVector(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      boolean repeated,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector w = operand(s, b, bOffset, repeated);
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      w.sub(v).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      w.sub(v).intoArray(y, yOffset + whole, tail);
    }
  }

  private void mulVector(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      boolean repeated,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector w = operand(s, b, bOffset, repeated);
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.mul(w).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      v.mul(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void divVector(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      boolean repeated,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector w = operand(s, b, bOffset, repeated);
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.div(w).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      v.div(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void divIntoVector(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      boolean repeated,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector w = operand(s, b, bOffset, repeated);
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      w.div(v).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      w.div(v).intoArray(y, yOffset + whole, tail);
    }
  }

  private void minVector(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      boolean repeated,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector w = operand(s, b, bOffset, repeated);
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.min(w).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      v.min(w).intoArray(y, yOffset + whole, tail);
    }
  }

  private void maxVector(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      boolean repeated,
      float[] y,
      int yOffset,
      int count) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector w = operand(s, b, bOffset, repeated);
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, a, aOffset + i);
      v.max(w).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, a, aOffset + whole, tail);
      v.max(w).intoArray(y, yOffset + whole, tail);
    }
  }
}
