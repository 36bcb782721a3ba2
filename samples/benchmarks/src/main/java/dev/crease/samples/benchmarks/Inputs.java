package dev.crease.samples.benchmarks;

import dev.crease.compiler.frontend.onnx.TensorFile;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Values for the inputs of a model that have no default.
final class Inputs {
  private Inputs() {}

  /// From a data set, a folder as ONNX's backend tests have them.
  ///
  /// @throws IOException if a file is missing or broken
  static Map<String, Tensor> of(Path dataSet, List<TensorInfo> declared) throws IOException {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (TensorInfo input : required(declared)) {
      Path file = dataSet.resolve("input_" + inputs.size() + ".pb");
      inputs.put(input.name(), TensorFile.read(file));
    }
    return inputs;
  }

  /// Normally distributed numbers, integers 0 and 1.
  ///
  /// @param dims the size of each symbolic dimension
  /// @throws IllegalArgumentException if a symbolic dimension has no size
  static Map<String, Tensor> random(
      List<TensorInfo> declared, Map<String, Integer> dims, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (TensorInfo input : required(declared)) {
      int[] shape =
          input.dimensions().stream().mapToInt(dimension -> size(dimension, dims, input)).toArray();
      inputs.put(input.name(), random(input.type(), shape, random));
    }
    return inputs;
  }

  private static Tensor random(ElementType type, int[] shape, Random random) {
    Tensor tensor = Tensor.zeros(type, shape);
    for (int i = 0; i < tensor.elements(); i++) {
      switch (type) {
        case FLOAT32 -> tensor.floats()[i] = (float) random.nextGaussian();
        case FLOAT64 -> tensor.doubles()[i] = random.nextGaussian();
        case INT32 -> tensor.ints()[i] = random.nextInt(2);
        case INT64 -> tensor.longs()[i] = random.nextInt(2);
        case BOOL -> tensor.bytes()[i] = (byte) random.nextInt(2);
        default -> throw new IllegalArgumentException("an input is of type " + type);
      }
    }
    return tensor;
  }

  /// The dimensions that are names.
  static Set<String> symbols(List<TensorInfo> declared) {
    return declared.stream()
        .flatMap(input -> input.dimensions().stream())
        .filter(dimension -> !isNumber(dimension))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isNumber(String dimension) {
    return dimension.chars().allMatch(Character::isDigit);
  }

  private static int size(String dimension, Map<String, Integer> dims, TensorInfo input) {
    if (isNumber(dimension)) {
      return Integer.parseInt(dimension);
    }
    Integer size = dims.get(dimension);
    if (size == null) {
      throw new IllegalArgumentException(
          "the input %s has a dimension without a size; give --dim %s=SIZE"
              .formatted(input, dimension));
    }
    return size;
  }

  /// Initializers that a caller may override keep their values.
  private static List<TensorInfo> required(List<TensorInfo> declared) {
    return declared.stream().filter(input -> !input.optional()).toList();
  }
}
