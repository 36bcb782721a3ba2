package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Small nets of a Conv or Gemm with a BatchNormalization behind it, and often one before it or a
/// mean that is subtracted, made up from a seed.
final class RandomLinearGraphs {
  private final Random random;
  private final GraphBuilder builder = new GraphBuilder("random");

  private RandomLinearGraphs(long seed) {
    random = new Random(seed);
  }

  static Graph of(long seed) {
    return new RandomLinearGraphs(seed).graph();
  }

  private int upTo(int most) {
    return 1 + random.nextInt(most);
  }

  private Graph graph() {
    int channels = upTo(16);
    Value y = random.nextInt(4) == 0 ? gemm(channels) : conv(channels);
    Value normal = normalization(y, channels);
    if (random.nextInt(3) == 0) {
      normal = normalization(normal, channels);
    }
    builder.output(random.nextBoolean() ? normal : builder.add(new Relu(), normal));
    return builder.build();
  }

  private Value gemm(int channels) {
    int depth = upTo(16);
    boolean transposed = random.nextBoolean();
    Value x = before(upTo(4), depth);
    List<Value> operands =
        new ArrayList<>(
            List.of(x, transposed ? normal("w", channels, depth) : normal("w", depth, channels)));
    if (random.nextBoolean()) {
      operands.add(normal("b", channels));
    }
    float alpha = random.nextBoolean() ? 1 : (float) random.nextGaussian();
    return builder.add(new Gemm(alpha, 1, false, transposed), operands.toArray(Value[]::new));
  }

  private Value conv(int channels) {
    int group = random.nextBoolean() ? 1 : divisor(channels);
    int inputs = group * upTo(Math.max(1, 16 / group));
    int kernel = upTo(3);
    int size = kernel + upTo(6);
    long pad = random.nextInt(kernel);
    Value x = before(upTo(2), inputs, size, size);
    List<Value> operands =
        new ArrayList<>(List.of(x, normal("w", channels, inputs / group, kernel, kernel)));
    if (random.nextBoolean()) {
      operands.add(normal("b", channels));
    }
    long stride = upTo(2);
    WindowAttributes window =
        new WindowAttributes(
            AutoPad.NOTSET,
            List.of(),
            List.of(),
            List.of(pad, pad, pad, pad),
            List.of(stride, stride));
    return builder.add(new Conv(window, group), operands.toArray(Value[]::new));
  }

  /// An input, as it is, as a picture of colours between 0 and 255 is normalized, or normalized as
  /// in a net.
  private Value before(int... shape) {
    Value x =
        builder.input(
            "x", TensorType.of(ElementType.FLOAT32, Arrays.stream(shape).asLongStream().toArray()));
    return switch (random.nextInt(4)) {
      case 0 -> colours(x, shape);
      case 1 -> normalization(x, shape[1]);
      default -> x;
    };
  }

  private Value colours(Value x, int... shape) {
    float[] means = new float[shape[1]];
    for (int i = 0; i < means.length; i++) {
      means[i] = 120 + 20 * random.nextFloat();
    }
    int[] dims = shape.clone();
    Arrays.fill(dims, 1);
    dims[1] = shape[1];
    Value mean = builder.constant("means", Constant.of(Tensor.of(means, dims)));
    Value y = builder.add(new Arithmetic(Arithmetic.Function.SUB), x, mean);
    return random.nextBoolean()
        ? y
        : builder.add(
            new Arithmetic(Arithmetic.Function.DIV),
            y,
            builder.constant("deviation", Constant.scalar(57.1f)));
  }

  private int divisor(int of) {
    int group = upTo(of);
    while (of % group != 0) {
      group--;
    }
    return group;
  }

  private Value normalization(Value x, int channels) {
    String name = builder.freshName("n" + random.nextInt(1 << 20));
    Value scale = normal(name + ".scale", channels);
    Value bias = normal(name + ".bias", channels);
    Value mean = normal(name + ".mean", channels);
    Value variance = variance(name + ".variance", channels);
    return builder.add(new BatchNormalization(1e-5f, 0.9f, false), x, scale, bias, mean, variance);
  }

  private Value variance(String name, int channels) {
    float[] values = new float[channels];
    for (int i = 0; i < channels; i++) {
      values[i] = 0.1f + random.nextFloat();
    }
    return builder.constant(name, Constant.of(Tensor.of(values, channels)));
  }

  private Value normal(String name, int... shape) {
    int count = 1;
    for (int dim : shape) {
      count *= dim;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return builder.constant(name, Constant.of(Tensor.of(values, shape)));
  }
}
