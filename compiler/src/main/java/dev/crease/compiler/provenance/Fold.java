package dev.crease.compiler.provenance;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A BatchNormalization that is part of a linear operator now.
///
/// @param name its node's name, or that of its result if it had none
/// @param weights the constant that the operator multiplies with
/// @param bias the constant that it adds; empty if none
/// @param wide whether its parameters are of 64 bits
record Fold(
    String name,
    String weights,
    String bias,
    float epsilon,
    float momentum,
    boolean wide,
    double[] scale,
    double[] shift,
    double[] mean,
    double[] variance) {
  private static final int WORDS = 10;

  /// `s = scale / sqrt(variance + epsilon)`.
  double slope(int channel) {
    return scale[channel] / Math.sqrt(variance[channel] + epsilon);
  }

  int channels() {
    return scale.length;
  }

  String print() {
    return Stream.of(
            name,
            weights,
            bias,
            Float.toString(epsilon),
            Float.toString(momentum),
            wide ? ElementType.FLOAT64.text() : ElementType.FLOAT32.text(),
            print(scale),
            print(shift),
            print(mean),
            print(variance))
        .map(word -> URLEncoder.encode(word, StandardCharsets.UTF_8))
        .collect(Collectors.joining(" "));
  }

  private String print(double[] values) {
    int width = wide ? Double.BYTES : Float.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(values.length * width).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (wide) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /// @throws IllegalArgumentException if it is not what [#print] gives
  static Fold parse(String text) {
    List<String> words =
        Arrays.stream(text.split(" ", -1))
            .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
            .toList();
    if (words.size() != WORDS) {
      throw new IllegalArgumentException(
          "a fold has %d words, not %d".formatted(WORDS, words.size()));
    }
    boolean wide = words.get(5).equals(ElementType.FLOAT64.text());
    Fold fold =
        new Fold(
            words.get(0),
            words.get(1),
            words.get(2),
            Float.parseFloat(words.get(3)),
            Float.parseFloat(words.get(4)),
            wide,
            numbers(words.get(6), wide),
            numbers(words.get(7), wide),
            numbers(words.get(8), wide),
            numbers(words.get(9), wide));
    boolean fits =
        Stream.of(fold.shift, fold.mean, fold.variance)
            .allMatch(vector -> vector.length == fold.scale.length);
    if (!fits) {
      throw new IllegalArgumentException("the parameters of a fold differ in length");
    }
    return fold;
  }

  private static double[] numbers(String text, boolean wide) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    double[] numbers = new double[bytes.capacity() / (wide ? Double.BYTES : Float.BYTES)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = wide ? bytes.getDouble() : bytes.getFloat();
    }
    return numbers;
  }

  /// A vector of the type that the operator computes in.
  static Constant vector(ElementType element, double[] values) {
    Object array = Elements.fromDoubles(element, values);
    return Constant.of(Tensor.of(element, array, values.length));
  }
}
