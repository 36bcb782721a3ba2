package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Loops;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Winograd;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Microkernels on the Vector API, for a channel block of one vector. What is not here runs as
/// [ScalarMicrokernels].
///
/// Convolutions and matrix products agree with the scalar ones bit for bit. Transcendental
/// functions have the errors of [VectorMath]; `alpha x + beta` is computed in float32. Sums over
/// spans and windows are taken in float32, spans in one partial sum per lane.
final class VectorMicrokernels extends ScalarMicrokernels {
  private static final VectorShuffle<Float> SIXTEEN_BY_EIGHT =
      VectorShuffle.fromOp(FloatVector.SPECIES_512, lane -> lane + 8 & 15);
  private static final VectorShuffle<Float> SIXTEEN_BY_FOUR =
      VectorShuffle.fromOp(FloatVector.SPECIES_512, lane -> lane + 4 & 15);
  private static final VectorShuffle<Float> EIGHT_BY_FOUR =
      VectorShuffle.fromOp(FloatVector.SPECIES_256, lane -> lane + 4 & 7);

  /// Spans of so few elements are quicker on plain loops, which have no mask to make; most of all
  /// before anything is compiled.
  static final int SHORT = 4;

  private final VectorLanes lanes;
  private final VectorExponential exponential;
  private final Microkernels plain;
  private final @Nullable Brevity brevity;
  private final ConvTiles convolutions;
  private final GemmTiles products;
  private final DepthwiseTiles depthwise;
  private final WinogradTiles winograd;
  private final PoolTiles pools;
  private final VectorLrn lrn;
  private final VectorAffine affine;
  private final VectorUnary unary;
  private final VectorBinary binary;

  /// @param lanes 4, 8 or 16
  VectorMicrokernels(int lanes) {
    this(lanes, null);
  }

  /// @param brevity what shortens sums, or null for whole ones
  private VectorMicrokernels(int lanes, @Nullable Brevity brevity) {
    super(lanes);
    this.brevity = brevity;
    this.lanes = VectorLanes.of(lanes);
    exponential = new VectorExponential(this.lanes);
    plain = new TwinMicrokernels(lanes);
    convolutions = new ConvTiles(this.lanes);
    products = new GemmTiles(this.lanes);
    depthwise = new DepthwiseTiles(this.lanes);
    winograd = new WinogradTiles(this.lanes);
    pools = new PoolTiles(this.lanes);
    lrn = new VectorLrn(this.lanes);
    affine = new VectorAffine(this.lanes);
    unary = new VectorUnary(this.lanes);
    binary = new VectorBinary(this.lanes);
  }

  static BriefMicrokernels brief(int lanes) {
    Brevity brevity = new Brevity();
    return new BriefMicrokernels(new VectorMicrokernels(lanes, brevity), brevity);
  }

  @Override
  public Microkernels plain() {
    return plain;
  }

  @Override
  public void convolve(
      ConvGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int rows,
      int columns,
      int blocks) {
    convolutions.patch(
        brevity == null ? geometry : brevity.shortened(geometry, rows * columns * blocks),
        x,
        xOffset,
        weights,
        weightOffset,
        bias,
        biasOffset,
        y,
        yOffset,
        rows,
        columns,
        blocks,
        0,
        lanes());
  }

  @Override
  public void convolveLanes(
      ConvGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int rows,
      int columns,
      int begin,
      int end) {
    convolutions.patch(
        brevity == null ? geometry : brevity.shortened(geometry, rows * columns),
        x,
        xOffset,
        weights,
        weightOffset,
        bias,
        biasOffset,
        y,
        yOffset,
        rows,
        columns,
        1,
        begin,
        end);
  }

  @Override
  public void winogradInput(
      Winograd form,
      float[] x,
      int xOffset,
      int xStep,
      int xNext,
      float[] y,
      int yOffset,
      int yStep,
      int yNext,
      int count) {
    switch (form) {
      case F2 -> winograd.input2(x, xOffset, xStep, xNext, y, yOffset, yStep, yNext, count);
      case F4 -> winograd.input4(x, xOffset, xStep, xNext, y, yOffset, yStep, yNext, count);
    }
  }

  @Override
  public void winogradOutput(
      Winograd form,
      float[] m,
      int mOffset,
      int mStep,
      int mNext,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int yStep,
      int yNext,
      int count) {
    switch (form) {
      case F2 ->
          winograd.output2(
              m, mOffset, mStep, mNext, bias, biasOffset, y, yOffset, yStep, yNext, count);
      case F4 ->
          winograd.output4(
              m, mOffset, mStep, mNext, bias, biasOffset, y, yOffset, yStep, yNext, count);
    }
  }

  @Override
  public void depthwise(
      DepthwiseGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int columns) {
    depthwise.row(
        geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset, columns);
  }

  @Override
  public void gemm(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      int columns,
      int depth) {
    int sums = rows * Math.ceilDiv(columns, lanes());
    int length = brevity == null ? depth : brevity.shortened(depth, sums);
    products.patch(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, rows, columns, length);
  }

  @Override
  public void maxPool(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int pixels) {
    pools.maxPool(geometry, planes, rows, columns, x, xOffset, y, yOffset, pixels);
  }

  @Override
  public void sumPool(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float divisor,
      float[] y,
      int yOffset,
      int pixels) {
    pools.sumPool(geometry, planes, rows, columns, x, xOffset, divisor, y, yOffset, pixels);
  }

  @Override
  public void resample(
      float[] x,
      int xOffset,
      int[] index,
      float[] weights,
      int taps,
      float rowWeight,
      boolean accumulates,
      float[] y,
      int yOffset,
      int pixels) {
    VectorSpecies<Float> s = lanes.species();
    for (int pixel = 0; pixel < pixels; pixel++) {
      FloatVector sum = FloatVector.zero(s);
      for (int tap = pixel * taps; tap < (pixel + 1) * taps; tap++) {
        FloatVector weight = FloatVector.broadcast(s, weights[tap]);
        sum = FloatVector.fromArray(s, x, xOffset + index[tap]).fma(weight, sum);
      }
      int out = yOffset + pixel * s.length();
      FloatVector row = FloatVector.broadcast(s, rowWeight);
      FloatVector result =
          accumulates ? sum.fma(row, FloatVector.fromArray(s, y, out)) : sum.mul(row);
      result.intoArray(y, out);
    }
  }

  @Override
  public void gatherLanes(
      float[] x, int xOffset, int[] from, int fromOffset, float[] y, int yOffset, int pixels) {
    VectorSpecies<Float> s = lanes.species();
    for (int pixel = 0; pixel < pixels; pixel++) {
      int first = pixel * s.length();
      FloatVector.fromArray(s, x, xOffset + first, from, fromOffset).intoArray(y, yOffset + first);
    }
  }

  @Override
  public void unary(
      UnaryFunction function,
      float alpha,
      float beta,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int count) {
    boolean odd = function == UnaryFunction.CLIP && !(Clip.isPlain(alpha) && Clip.isPlain(beta));
    if (Loops.has(function) && !odd) {
      unary.apply(function, alpha, beta, x, xOffset, y, yOffset, count);
    } else {
      super.unary(function, alpha, beta, x, xOffset, y, yOffset, count);
    }
  }

  @Override
  public void binary(
      BinaryFunction function,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count) {
    if (count <= SHORT || !Loops.has(function)) {
      super.binary(function, a, aOffset, b, bOffset, y, yOffset, count);
    } else {
      binary.spans(function, a, aOffset, b, bOffset, y, yOffset, count);
    }
  }

  @Override
  public void binaryScalar(
      BinaryFunction function,
      boolean swapped,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count) {
    if (count <= SHORT || !Loops.has(function) || swapped && function == BinaryFunction.PRELU) {
      super.binaryScalar(function, swapped, a, aOffset, b, bOffset, y, yOffset, count);
    } else {
      binary.vector(function, swapped, true, a, aOffset, b, bOffset, y, yOffset, count);
    }
  }

  @Override
  public void binaryLanes(
      BinaryFunction function,
      boolean swapped,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int pixels) {
    if (!Loops.has(function) || swapped && function == BinaryFunction.PRELU) {
      super.binaryLanes(function, swapped, a, aOffset, b, bOffset, y, yOffset, pixels);
    } else {
      int count = pixels * lanes();
      binary.vector(function, swapped, false, a, aOffset, b, bOffset, y, yOffset, count);
    }
  }

  @Override
  public void normalize(
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] slope,
      int slopeOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int pixels) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector m = FloatVector.fromArray(s, mean, meanOffset);
    FloatVector a = FloatVector.fromArray(s, slope, slopeOffset);
    FloatVector b = FloatVector.fromArray(s, bias, biasOffset);
    int count = pixels * s.length();
    for (int i = 0; i < count; i += s.length()) {
      FloatVector distance = FloatVector.fromArray(s, x, xOffset + i).sub(m);
      distance.fma(a, b).intoArray(y, yOffset + i);
    }
  }

  @Override
  public void clamp(
      float[] x,
      int xOffset,
      float[] lower,
      int lowerOffset,
      float[] upper,
      int upperOffset,
      float[] y,
      int yOffset,
      int pixels) {
    VectorSpecies<Float> s = lanes.species();
    FloatVector low = FloatVector.fromArray(s, lower, lowerOffset);
    FloatVector high = FloatVector.fromArray(s, upper, upperOffset);
    int count = pixels * s.length();
    for (int i = 0; i < count; i += s.length()) {
      FloatVector.fromArray(s, x, xOffset + i).max(low).min(high).intoArray(y, yOffset + i);
    }
  }

  @Override
  public void addClip(
      float[] residual, int residualOffset, Clip clip, float[] y, int yOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    for (int i = 0; i < whole; i += s.length()) {
      FloatVector sum =
          FloatVector.fromArray(s, y, yOffset + i)
              .add(FloatVector.fromArray(s, residual, residualOffset + i));
      VectorMath.clip(sum, clip.low(), clip.high()).intoArray(y, yOffset + i);
    }
    super.addClip(residual, residualOffset + whole, clip, y, yOffset + whole, count - whole);
  }

  @Override
  public float max(float[] x, int xOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    if (whole == 0) {
      return super.max(x, xOffset, count);
    }
    FloatVector max = FloatVector.fromArray(s, x, xOffset);
    for (int i = s.length(); i < whole; i += s.length()) {
      max = max.max(FloatVector.fromArray(s, x, xOffset + i));
    }
    float greatest = max.reduceLanes(VectorOperators.MAX);
    for (int i = whole; i < count; i++) {
      greatest = Math.max(greatest, x[xOffset + i]);
    }
    return greatest;
  }

  @Override
  public float min(float[] x, int xOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int whole = s.loopBound(count);
    if (whole == 0) {
      return super.min(x, xOffset, count);
    }
    FloatVector min = FloatVector.fromArray(s, x, xOffset);
    for (int i = s.length(); i < whole; i += s.length()) {
      min = min.min(FloatVector.fromArray(s, x, xOffset + i));
    }
    float least = min.reduceLanes(VectorOperators.MIN);
    for (int i = whole; i < count; i++) {
      least = Math.min(least, x[xOffset + i]);
    }
    return least;
  }

  @Override
  public float sum(float[] x, int xOffset, int count) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector s0 = FloatVector.zero(s);
    FloatVector s1 = s0;
    int i = 0;
    for (; i + 2 * l <= count; i += 2 * l) {
      s0 = s0.add(FloatVector.fromArray(s, x, xOffset + i));
      s1 = s1.add(FloatVector.fromArray(s, x, xOffset + i + l));
    }
    if (i + l <= count) {
      s0 = s0.add(FloatVector.fromArray(s, x, xOffset + i));
      i += l;
    }
    return total(s0.add(s1)) + super.sum(x, xOffset + i, count - i);
  }

  @Override
  public void affine(
      float[] x,
      int xOffset,
      float mean,
      float slope,
      float shift,
      float[] y,
      int yOffset,
      int count) {
    affine.numbers(x, xOffset, mean, slope, shift, y, yOffset, count);
  }

  @Override
  public void affineSpans(
      float[] x,
      int xOffset,
      float mean,
      float slope,
      float[] factor,
      int factorOffset,
      float[] shift,
      int shiftOffset,
      float[] y,
      int yOffset,
      int count) {
    affine.spans(
        x, xOffset, mean, slope, factor, factorOffset, shift, shiftOffset, y, yOffset, count);
  }

  @Override
  public float squares(float[] x, int xOffset, float shift, int count) {
    VectorSpecies<Float> s = lanes.species();
    int l = s.length();
    FloatVector s0 = FloatVector.zero(s);
    FloatVector s1 = s0;
    int i = 0;
    for (; i + 2 * l <= count; i += 2 * l) {
      FloatVector a = FloatVector.fromArray(s, x, xOffset + i).sub(shift);
      FloatVector b = FloatVector.fromArray(s, x, xOffset + i + l).sub(shift);
      s0 = a.fma(a, s0);
      s1 = b.fma(b, s1);
    }
    if (i + l <= count) {
      FloatVector a = FloatVector.fromArray(s, x, xOffset + i).sub(shift);
      s0 = a.fma(a, s0);
      i += l;
    }
    return total(s0.add(s1)) + super.squares(x, xOffset + i, shift, count - i);
  }

  @Override
  public void lrn(
      LrnGeometry geometry,
      float[] x,
      int xOffset,
      float[] squares,
      int squaresOffset,
      float[] y,
      int yOffset,
      int columns) {
    lrn.row(geometry, x, xOffset, squares, squaresOffset, y, yOffset, columns);
  }

  /// The sum of the lanes in a fixed order, which `reduceLanes` would leave open: halves are added
  /// until four lanes are left. Short, and with constant lanes, so that it is inlined and the
  /// vector not allocated.
  private static float total(FloatVector v) {
    FloatVector four = v;
    if (v.length() == 16) {
      FloatVector eight = v.add(v.rearrange(SIXTEEN_BY_EIGHT));
      four = eight.add(eight.rearrange(SIXTEEN_BY_FOUR));
    } else if (v.length() == 8) {
      four = v.add(v.rearrange(EIGHT_BY_FOUR));
    }
    return (four.lane(0) + four.lane(1)) + (four.lane(2) + four.lane(3));
  }

  @Override
  public float expSum(float[] x, int xOffset, float shift, float[] y, int yOffset, int count) {
    if (count <= SHORT) {
      return super.expSum(x, xOffset, shift, y, yOffset, count);
    }
    exponential.apply(x, xOffset, shift, y, yOffset, count);
    return sum(y, yOffset, count);
  }
}
