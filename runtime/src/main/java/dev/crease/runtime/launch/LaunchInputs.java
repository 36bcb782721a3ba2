package dev.crease.runtime.launch;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import dev.crease.runtime.plan.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Tensors for the inputs of a plan: from files, and made up.
final class LaunchInputs {
  private final List<TensorInfo> declared;
  private final LaunchOptions options;
  private final Map<String, Integer> sizes;

  LaunchInputs(List<TensorInfo> declared, LaunchOptions options) {
    this.declared = declared;
    this.options = options;
    this.sizes = new HashMap<>(options.dimensions());
  }

  /// @throws UsageException if an input has no value, or one is given that the plan does not take
  /// @throws InvalidDataException if a file does not hold what its input needs
  Map<String, Tensor> read() throws IOException {
    requireKnownDimensions();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String given : options.inputs()) {
      TensorInfo input = named(given);
      String prefix = input.name() + "=";
      Path file = Path.of(given.startsWith(prefix) ? given.substring(prefix.length()) : given);
      if (tensors.put(input.name(), read(input, file)) != null) {
        throw new UsageException("the input `" + input.name() + "` is given twice");
      }
    }
    Random random = options.seed() == null ? null : new Random(options.seed());
    for (TensorInfo input : declared) {
      if (!input.optional() && !tensors.containsKey(input.name())) {
        tensors.put(input.name(), madeUp(input, random));
      }
    }
    return tensors;
  }

  private void requireKnownDimensions() {
    for (String name : options.dimensions().keySet()) {
      if (declared.stream().noneMatch(input -> input.dimensions().contains(name))) {
        throw new UsageException("--dim " + name + ": no input has such a dimension: " + declared);
      }
    }
  }

  private TensorInfo named(String given) {
    for (TensorInfo input : declared) {
      if (given.startsWith(input.name() + "=")) {
        return input;
      }
    }
    List<TensorInfo> needed = declared.stream().filter(input -> !input.optional()).toList();
    if (needed.size() == 1 && (given.indexOf('=') < 0 || Files.exists(Path.of(given)))) {
      return needed.getFirst();
    }
    throw new UsageException(
        "--input " + given + ": give NAME=FILE with one of these inputs: " + needed);
  }

  private Tensor read(TensorInfo input, Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InvalidDataException(file + " is a folder; name a file");
    }
    byte[] bytes = Files.readAllBytes(file);
    if (!file.toString().endsWith(".npy")) {
      return elements(input, file, bytes);
    }
    Tensor tensor = NpyArray.read(file.toString(), bytes);
    boolean fits = tensor.type() == input.type() && tensor.rank() == input.dimensions().size();
    for (int axis = 0; fits && axis < tensor.rank(); axis++) {
      String dimension = input.dimensions().get(axis);
      if (!isNumber(dimension)) {
        sizes.putIfAbsent(dimension, tensor.dim(axis));
      }
      fits = size(dimension) == tensor.dim(axis);
    }
    if (!fits) {
      throw new InvalidDataException(file + " holds " + tensor + ", the input is " + input);
    }
    return tensor;
  }

  private Tensor elements(TensorInfo input, Path file, byte[] bytes) {
    requireNumbers(input);
    int[] shape = shape(input);
    long wanted = input.type().bytes();
    for (int dim : shape) {
      wanted = Math.multiplyExact(wanted, dim);
    }
    if (wanted != bytes.length) {
      throw new InvalidDataException(
          file + " has " + bytes.length + " bytes, the input " + input + " takes " + wanted);
    }
    Tensor tensor = Tensor.zeros(input.type(), shape);
    NpyArray.fill(tensor.array(), ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return tensor;
  }

  private static void requireNumbers(TensorInfo input) {
    if (input.type() == ElementType.STRING) {
      throw new InvalidDataException("the input " + input + " holds strings, which no file gives");
    }
  }

  private Tensor madeUp(TensorInfo input, @Nullable Random random) {
    if (random == null) {
      throw new UsageException(
          "the input `"
              + input
              + "` has no value; give --input "
              + input.name()
              + "=FILE, or --random SEED");
    }
    requireNumbers(input);
    Tensor tensor = Tensor.zeros(input.type(), shape(input));
    for (int i = 0; i < tensor.elements(); i++) {
      double value = input.type().isFloating() ? random.nextGaussian() : random.nextInt(2);
      set(tensor, i, value);
    }
    return tensor;
  }

  private static void set(Tensor tensor, int i, double value) {
    switch (tensor.array()) {
      case float[] values -> values[i] = (float) value;
      case double[] values -> values[i] = value;
      case int[] values -> values[i] = (int) value;
      case long[] values -> values[i] = (long) value;
      case byte[] values -> values[i] = (byte) value;
      case short[] values -> values[i] = bits(tensor.type(), value);
      default -> throw new IllegalStateException("no array of " + tensor.type());
    }
  }

  private static short bits(ElementType type, double value) {
    return switch (type) {
      case FLOAT16 -> Float.floatToFloat16((float) value);
      // The upper half of a float32; what is cut off does not matter for what is made up.
      case BFLOAT16 -> (short) (Float.floatToIntBits((float) value) >>> Short.SIZE);
      default -> (short) value;
    };
  }

  private int[] shape(TensorInfo input) {
    int[] shape = input.dimensions().stream().mapToInt(this::size).toArray();
    double elements = 1;
    for (int dim : shape) {
      elements *= dim;
    }
    if (elements > Integer.MAX_VALUE) {
      throw new InvalidDataException(
          "the input %s is too large as %s; give smaller sizes by --dim"
              .formatted(input, Arrays.toString(shape)));
    }
    return shape;
  }

  private int size(String dimension) {
    return isNumber(dimension) ? Integer.parseInt(dimension) : sizes.getOrDefault(dimension, 1);
  }

  private static boolean isNumber(String dimension) {
    return !dimension.isEmpty() && dimension.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
