package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.UnaryFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Functions of one operand over spans: a vector loop and a masked tail for each, so that an
/// element gets the same result wherever it stands.
///
/// Where the formula is long, the mask stands in the loop instead, and the formula once: the
/// compiler does not inline what it has compiled into a long method by itself, and vectors that
/// pass between methods are allocated.
final class VectorUnary {
  private final VectorLanes lanes;
  private final VectorActivations activations;

  VectorUnary(VectorLanes lanes) {
    this.lanes = lanes;
    activations = new VectorActivations(lanes);
  }

  /// See [Microkernels#unary]; only for functions that there are [vector
  /// loops][dev.crease.runtime.plan.Loops#has] for.
  void apply(
      UnaryFunction function,
      float alpha,
      float beta,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int count) {
    switch (function) {
      case ABS -> abs(x, xOffset, y, yOffset, count);
      case CLIP -> clip(alpha, beta, x, xOffset, y, yOffset, count);
      case ELU -> elu(alpha, x, xOffset, y, yOffset, count);
      case ERF -> erf(x, xOffset, y, yOffset, count);
      case EXP -> exp(x, xOffset, y, yOffset, count);
      case HARD_SIGMOID -> hardSigmoid(alpha, beta, x, xOffset, y, yOffset, count);
      case HARD_SWISH -> hardSwish(alpha, beta, x, xOffset, y, yOffset, count);
      case LEAKY_RELU -> leakyRelu(alpha, x, xOffset, y, yOffset, count);
      case NEG -> neg(x, xOffset, y, yOffset, count);
      case RECIPROCAL -> reciprocal(x, xOffset, y, yOffset, count);
      case RELU -> relu(x, xOffset, y, yOffset, count);
      case SIGMOID -> sigmoid(x, xOffset, y, yOffset, count);
      case SQRT -> sqrt(x, xOffset, y, yOffset, count);
      case TANH -> tanh(x, xOffset, y, yOffset, count);
      default -> activations.apply(function, alpha, beta, x, xOffset, y, yOffset, count);
    }
  }

  private void abs(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i);
      v.abs().intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail);
      v.abs().intoArray(y, yOffset + whole, tail);
    }
  }

  void clip(float low, float high, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i);
      VectorMath.clip(v, low, high).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail);
      VectorMath.clip(v, low, high).intoArray(y, yOffset + whole, tail);
    }
  }

  private void elu(float alpha, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      v.blend(VectorMath.expm1(v.min(0)).mul(alpha), v.lt(0)).intoArray(y, yOffset + i, mask);
    }
  }

  private void erf(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      VectorMath.erf(v).intoArray(y, yOffset + i, mask);
    }
  }

  private void exp(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      VectorMath.exp(v).intoArray(y, yOffset + i, mask);
    }
  }

  private void hardSigmoid(
      float alpha, float beta, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i);
      VectorMath.clip(v.mul(alpha).add(beta), 0, 1).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail);
      VectorMath.clip(v.mul(alpha).add(beta), 0, 1).intoArray(y, yOffset + whole, tail);
    }
  }

  private void hardSwish(
      float alpha, float beta, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i);
      v.mul(VectorMath.clip(v.mul(alpha).add(beta), 0, 1)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail);
      v.mul(VectorMath.clip(v.mul(alpha).add(beta), 0, 1)).intoArray(y, yOffset + whole, tail);
    }
  }

  private void leakyRelu(float alpha, float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i);
      v.blend(v.mul(alpha), v.lt(0)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail);
      v.blend(v.mul(alpha), v.lt(0)).intoArray(y, yOffset + whole, tail);
    }
  }

  private void neg(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i);
      v.neg().intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail);
      v.neg().intoArray(y, yOffset + whole, tail);
    }
  }

  private void reciprocal(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i);
      FloatVector.broadcast(s, 1).div(v).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail);
      FloatVector.broadcast(s, 1).div(v).intoArray(y, yOffset + whole, tail);
    }
  }

  private void relu(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i);
      v.blend(0, v.compare(VectorOperators.LE, 0)).intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail);
      v.blend(0, v.compare(VectorOperators.LE, 0)).intoArray(y, yOffset + whole, tail);
    }
  }

  private void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      VectorMath.sigmoid(v, VectorMath.exp(v.abs().neg())).intoArray(y, yOffset + i, mask);
    }
  }

  private void sqrt(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i);
      v.sqrt().intoArray(y, yOffset + i);
    }
    if (whole < count) {
      VectorMask<Float> tail = s.indexInRange(whole, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + whole, tail);
      v.sqrt().intoArray(y, yOffset + whole, tail);
    }
  }

  private void tanh(float[] x, int xOffset, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    for (int i = 0; i < count; i += s.length()) {
      VectorMask<Float> mask = s.indexInRange(i, count);
      FloatVector v = FloatVector.fromArray(s, x, xOffset + i, mask);
      VectorMath.tanh(v, VectorMath.expm1(v.abs().mul(-2))).intoArray(y, yOffset + i, mask);
    }
  }
}
