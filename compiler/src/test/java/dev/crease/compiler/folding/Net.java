package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;

/// A graph put together in few words, with random numbers from a seed.
final class Net {
  final GraphBuilder builder = new GraphBuilder("net");
  private final Random random;
  private final ElementType element;

  Net(ElementType element, long seed) {
    this.element = element;
    this.random = new Random(seed);
  }

  static Net float32(long seed) {
    return new Net(ElementType.FLOAT32, seed);
  }

  /// An input of these dimensions after a batch of any size.
  Value batch(long... dims) {
    List<Dim> all = new ArrayList<>(List.of(Dim.symbol("N")));
    Arrays.stream(dims).mapToObj(Dim::of).forEach(all::add);
    return builder.input(builder.freshName("x"), new TensorType(element, all));
  }

  /// Pictures of `channels` with `rank` axes of 7, 6 and 5 pixels.
  Value picture(int channels, int rank) {
    long[] dims = new long[rank + 1];
    dims[0] = channels;
    for (int i = 1; i <= rank; i++) {
      dims[i] = 8 - i;
    }
    return batch(dims);
  }

  /// An input of exactly these dimensions.
  Value input(long... dims) {
    return builder.input(builder.freshName("x"), TensorType.of(element, dims));
  }

  /// An input with a default.
  Value overridable(String name, int... dims) {
    return builder.input(name, elements(random::nextGaussian, dims));
  }

  Constant elements(DoubleSupplier distribution, int... dims) {
    DoubleTensor tensor = DoubleTensor.zeros(element, dims);
    Arrays.setAll(tensor.data(), _ -> distribution.getAsDouble());
    return Constant.of(tensor.toTensor());
  }

  Value constant(String stem, DoubleSupplier distribution, int... dims) {
    return builder.constant(builder.freshName(stem), elements(distribution, dims));
  }

  Value weights(int... dims) {
    return constant("w", random::nextGaussian, dims);
  }

  /// Numbers between 0.5 and 1.5.
  Value positive(int... dims) {
    return constant("p", () -> 0.5 + random.nextDouble(), dims);
  }

  /// Numbers of size 0.5 to 1.5, of either sign.
  Value factors(int... dims) {
    return constant("f", () -> (0.5 + random.nextDouble()) * (random.nextBoolean() ? 1 : -1), dims);
  }

  Value scalar(double value) {
    return constant("s", () -> value);
  }

  /// A float32 vector.
  Value constant(String stem, double[] values) {
    DoubleTensor tensor = new DoubleTensor(ElementType.FLOAT32, new int[] {values.length}, values);
    return builder.constant(builder.freshName(stem), Constant.of(tensor.toTensor()));
  }

  Value longs(long... values) {
    return builder.constant(builder.freshName("i"), Constant.ofLongs(values));
  }

  Value longScalar(long value) {
    return builder.constant(builder.freshName("i"), Constant.scalar(value));
  }

  Value op(String operator, Value... operands) {
    return op(operator, Attributes.NONE, operands);
  }

  Value op(String operator, Attributes attributes, Value... operands) {
    return builder.add(Operators.find(operator).orElseThrow().create(attributes), operands);
  }

  List<Value> several(String operator, Attributes attributes, int results, Value... operands) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      names.add(builder.freshName(operator + "_" + i));
    }
    return builder.add(
        "", Operators.find(operator).orElseThrow().create(attributes), List.of(operands), names);
  }

  /// A convolution with square windows of 3, or whatever `attributes` say of the rest.
  Value conv(Attributes attributes, Value x, int channels, int kernel, boolean bias) {
    int group = attributes.has("group") ? attributes.intValue("group") : 1;
    int[] dims = new int[x.type().rank()];
    Arrays.fill(dims, kernel);
    dims[0] = channels;
    dims[1] = channelsOf(x) / group;
    return bias
        ? op("Conv", attributes, x, weights(dims), weights(channels))
        : op("Conv", attributes, x, weights(dims));
  }

  /// A plain convolution that keeps the channels: windows of 1.
  Value conv(Value x) {
    return conv(Attributes.NONE, x, channelsOf(x), 1, false);
  }

  Value convTranspose(Attributes attributes, Value x, int channels, int kernel, boolean bias) {
    int group = attributes.has("group") ? attributes.intValue("group") : 1;
    int[] dims = new int[x.type().rank()];
    Arrays.fill(dims, kernel);
    dims[0] = channelsOf(x);
    dims[1] = channels / group;
    return bias
        ? op("ConvTranspose", attributes, x, weights(dims), weights(channels))
        : op("ConvTranspose", attributes, x, weights(dims));
  }

  Value norm(Value x) {
    return norm(x, Slopes.MIXED);
  }

  Value norm(Value x, Slopes slopes) {
    return norm(x, slopes, element);
  }

  /// A normalization with parameters of a type that may not be the net's.
  Value norm(Value x, Slopes slopes, ElementType type) {
    Net parameters = new Net(type, random.nextLong());
    int channels = channelsOf(x);
    int[] at = {0};
    Constant scale = parameters.elements(() -> slope(slopes, at[0]++), channels);
    Constant bias = parameters.elements(random::nextGaussian, channels);
    Constant mean = parameters.elements(random::nextGaussian, channels);
    Constant variance = parameters.elements(() -> 0.5 + random.nextDouble(), channels);
    return normalization(x, scale, bias, mean, variance, Attributes.NONE.with("epsilon", 1e-3f));
  }

  Value normalization(
      Value x,
      Constant scale,
      Constant bias,
      Constant mean,
      Constant variance,
      Attributes attributes) {
    return op(
        "BatchNormalization",
        attributes,
        x,
        builder.constant(builder.freshName("scale"), scale),
        builder.constant(builder.freshName("bias"), bias),
        builder.constant(builder.freshName("mean"), mean),
        builder.constant(builder.freshName("variance"), variance));
  }

  /// Integers from 1 to 4, of either sign.
  Value whole(int... dims) {
    return constant("w", () -> random.nextInt(1, 5) * (random.nextBoolean() ? 1 : -1), dims);
  }

  /// A normalization that multiplies by 1/2 to 4, of either sign, and adds multiples of 1/2.
  Value wholeNorm(Value x) {
    int channels = channelsOf(x);
    Constant scale =
        elements(() -> 2 * random.nextInt(1, 5) * (random.nextBoolean() ? 1 : -1), channels);
    Constant bias = elements(() -> random.nextInt(10, 20), channels);
    Constant mean = elements(() -> random.nextInt(1, 5), channels);
    Constant variance = elements(() -> random.nextBoolean() ? 3 : 15, channels);
    return normalization(x, scale, bias, mean, variance, Attributes.NONE.with("epsilon", 1f));
  }

  private double slope(Slopes slopes, int channel) {
    double size = 0.5 + random.nextDouble();
    return switch (slopes) {
      case POSITIVE -> size;
      case MIXED -> channel % 2 == 0 ? size : -size;
      case ONE_ZERO -> channel == 1 ? 0 : size;
    };
  }

  static int channelsOf(Value x) {
    return Math.toIntExact(x.type().dim(1).known().orElseThrow());
  }

  /// `(channels, 1, ...)`: what aligns with the channels of `x`.
  static int[] aligned(Value x) {
    int[] dims = new int[x.type().rank() - 1];
    Arrays.fill(dims, 1);
    dims[0] = channelsOf(x);
    return dims;
  }

  /// The same number for each of `rank` axes.
  static List<Long> each(int rank, long number) {
    return Collections.nCopies(rank, number);
  }

  /// `none`; `even`: 1 everywhere; `uneven`: 1 before and 2 behind the first axis, 0 and 1 the
  /// rest.
  static List<Long> pads(String kind, int rank) {
    List<Long> pads = new ArrayList<>();
    for (int side = 0; side < 2; side++) {
      for (int axis = 0; axis < rank; axis++) {
        pads.add(
            switch (kind) {
              case "none" -> 0L;
              case "even" -> 1L;
              case "uneven" -> (axis == 0 ? 1L : 0L) + side;
              default -> throw new IllegalArgumentException(kind);
            });
      }
    }
    return pads;
  }

  Graph graph(Value... outputs) {
    List.of(outputs).forEach(builder::output);
    return builder.build();
  }
}
