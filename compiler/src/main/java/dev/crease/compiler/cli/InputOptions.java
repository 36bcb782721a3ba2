package dev.crease.compiler.cli;

import dev.crease.compiler.frontend.onnx.TensorFile;
import dev.crease.compiler.ir.NearestName;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import dev.crease.runtime.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What a model is run on: files, and numbers made up from a seed for every input without one.
final class InputOptions {
  /// Why a seed means nothing.
  static final String NONE_MADE_UP = "no input is left to make up";

  @Option(
      names = {"-i", "--input"},
      paramLabel = "[NAME=]FILE",
      description = {
        "The value of an input: a NumPy array (.npy), an ONNX tensor (.pb), or a picture (.png,"
            + " .jpg, .bmp, .gif), which is scaled to the input's height and width. The name may be"
            + " left out if only one input needs a value. Inputs without a file are made up from"
            + " --seed: normally distributed numbers, integers 0 and 1."
      })
  List<String> files = List.of();

  @Mixin DimensionSizes dimensions = new DimensionSizes();

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description = "Seed of the inputs that are made up. Default: ${DEFAULT-VALUE}.")
  long seed = 1;

  @Mixin PictureOptions pictures;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// A value for each input that needs one; sequences and optionals are not made up.
  ///
  /// @throws UsageException if a name is unknown or given twice
  /// @throws InputException if a file's type or shape does not fit its input, or there is none for
  ///   one that is no tensor
  Map<String, Value> values(List<TensorInfo> inputs) throws IOException {
    refuseSeedWithout(inputs);
    Map<String, Path> given = filesByName(inputs);
    Map<String, Value> values = new LinkedHashMap<>();
    for (TensorInfo input : inputs) {
      if (!input.isTensor()) {
        Path file = given.get(input.name());
        if (file == null) {
          throw new InputException(
              "the input `%s` is no tensor, and is not made up; give -i %s=FILE.pb"
                  .formatted(input, input.name()));
        }
        InputFile.require(file);
        values.put(input.name(), TensorFile.read(file, input.holder(), input.type()));
      }
    }
    values.putAll(tensors(inputs.stream().filter(TensorInfo::isTensor).toList(), given, seed));
    return values;
  }

  /// A tensor for each input that needs one.
  ///
  /// @throws UsageException if a name is unknown or given twice
  /// @throws InputException if a file's type or shape does not fit its input, or one is no tensor
  Map<String, Tensor> tensors(List<TensorInfo> inputs) throws IOException {
    refuseSeedWithout(inputs);
    return tensors(inputs, seed);
  }

  private void refuseSeedWithout(List<TensorInfo> inputs) {
    if (giveAll(inputs)) {
      GivenOptions.refuse(command, Set.of("--seed"), NONE_MADE_UP);
    }
  }

  /// Whether there is a file for every input that needs a value.
  ///
  /// @throws UsageException if a name is unknown or given twice
  boolean giveAll(List<TensorInfo> inputs) {
    Set<String> given = filesByName(inputs).keySet();
    return inputs.stream().allMatch(input -> input.optional() || given.contains(input.name()));
  }

  Map<String, Tensor> tensors(List<TensorInfo> inputs, long randomSeed) throws IOException {
    for (TensorInfo input : inputs) {
      if (!input.isTensor()) {
        throw new InputException(
            "the input `%s` is no tensor, which only `crease run` and `crease conformance` can give"
                .formatted(input));
      }
    }
    return tensors(inputs, filesByName(inputs), randomSeed);
  }

  private Map<String, Tensor> tensors(
      List<TensorInfo> inputs, Map<String, Path> given, long randomSeed) throws IOException {
    checkDims(inputs);
    Map<String, Integer> sizes = new LinkedHashMap<>(dimensions.byName());
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorInfo input : inputs) {
      Path file = given.get(input.name());
      if (file != null) {
        Tensor tensor = read(file, input);
        check(input, tensor, sizes, file);
        tensors.put(input.name(), tensor);
      }
    }
    if (given.values().stream().noneMatch(InputOptions::isPicture)) {
      pictures.refuse("no picture is given");
    }
    RandomTensors random = new RandomTensors(randomSeed);
    for (TensorInfo input : inputs) {
      if (!tensors.containsKey(input.name()) && !input.optional()) {
        tensors.put(input.name(), random.next(input.name(), input.type(), shape(input, sizes)));
      }
    }
    return tensors;
  }

  /// Shapes of all inputs that are not optional, as `--dim` and nothing else says.
  Map<String, int[]> shapes(List<TensorInfo> inputs) {
    checkDims(inputs);
    Map<String, Integer> dims = dimensions.byName();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (TensorInfo input : inputs) {
      if (!input.optional() && input.isTensor()) {
        shapes.put(input.name(), shape(input, dims));
      }
    }
    return shapes;
  }

  private Map<String, Path> filesByName(List<TensorInfo> inputs) {
    Map<String, Path> byName = new LinkedHashMap<>();
    for (String given : files) {
      String name = name(given, inputs);
      String file = given.startsWith(name + "=") ? given.substring(name.length() + 1) : given;
      if (file.isEmpty()) {
        throw new UsageException("--input '%s' names no file".formatted(given));
      }
      if (byName.put(name, Path.of(file)) != null) {
        throw new UsageException("the input `" + name + "` is given twice");
      }
    }
    return byName;
  }

  /// The input that a file is given for, as `name=file` says, or the only one that needs a value.
  private static String name(String given, List<TensorInfo> inputs) {
    List<String> needed =
        inputs.stream().filter(input -> !input.optional()).map(TensorInfo::name).toList();
    List<String> names = inputs.stream().map(TensorInfo::name).toList();
    int equals = given.indexOf('=');
    String name = equals < 0 ? "" : given.substring(0, equals);
    if (equals >= 0 && names.contains(name)) {
      return name;
    }
    if (needed.size() == 1 && (equals < 0 || Files.exists(Path.of(given)))) {
      return needed.getFirst();
    }
    if (equals > 0) {
      throw new UsageException(
          "--input %s: there is no input `%s`, only %s%s"
              .formatted(given, name, needed, NearestName.suggestion(name, names)));
    }
    throw new UsageException(
        "--input %s does not say which input it is for; give NAME=FILE with one of %s"
            .formatted(given, needed));
  }

  /// @throws UsageException unless every dimension that is given is one of the inputs'
  void checkDims(List<TensorInfo> inputs) {
    List<String> symbols =
        inputs.stream()
            .flatMap(input -> input.dimensions().stream())
            .filter(dim -> !isNumber(dim))
            .distinct()
            .toList();
    dimensions
        .byName()
        .forEach(
            (name, size) -> {
              if (symbols.isEmpty()) {
                throw new UsageException(
                    "--dim %s=%d: every dimension of the inputs is a number already"
                        .formatted(name, size));
              }
              if (!symbols.contains(name)) {
                throw new UsageException(
                    "--dim %s=%d: no input has such a dimension, only %s%s"
                        .formatted(name, size, symbols, NearestName.suggestion(name, symbols)));
              }
              if (size < 0) {
                throw new UsageException(
                    "--dim %s=%d: a dimension is not negative".formatted(name, size));
              }
            });
  }

  private Tensor read(Path file, TensorInfo input) throws IOException {
    InputFile.require(file);
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npy")) {
      return NpyFile.read(file);
    }
    if (name.endsWith(".pb")) {
      return TensorFile.read(file);
    }
    if (isPicture(file)) {
      return picture(file, input);
    }
    throw new InputException(
        file + ": its ending tells nothing; known are .npy, .pb, .png, .jpg, .bmp and .gif");
  }

  private static boolean isPicture(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g|bmp|gif)");
  }

  private Tensor picture(Path file, TensorInfo input) throws IOException {
    if (input.type() != ElementType.FLOAT32 || input.dimensions().size() != 4) {
      throw new InputException(
          "a picture is f32 of 4 dimensions, the input is " + input + "; give another file");
    }
    Picture picture = Picture.read(file);
    int first = pictures.layout == PictureOptions.AxisOrder.NCHW ? 2 : 1;
    int height = size(input.dimensions().get(first), picture.height());
    int width = size(input.dimensions().get(first + 1), picture.width());
    return picture.resized(height, width).tensor(pictures);
  }

  private int size(String dimension, int otherwise) {
    return isNumber(dimension)
        ? number(dimension)
        : dimensions.byName().getOrDefault(dimension, otherwise);
  }

  /// Takes over the sizes that the tensor gives to symbolic dimensions.
  private static void check(
      TensorInfo input, Tensor tensor, Map<String, Integer> sizes, Path file) {
    boolean fits = tensor.type() == input.type() && tensor.rank() == input.dimensions().size();
    for (int axis = 0; fits && axis < tensor.rank(); axis++) {
      String dimension = input.dimensions().get(axis);
      int size = tensor.dim(axis);
      if (isNumber(dimension)) {
        fits = size == number(dimension);
      } else if (isName(dimension)) {
        Integer bound = sizes.putIfAbsent(dimension, size);
        fits = bound == null || bound == size;
      }
    }
    if (!fits) {
      String bound =
          sizes.entrySet().stream().map(Object::toString).collect(Collectors.joining(", "));
      throw new InputException(
          "%s %s %s, but the input is %s%s%s"
              .formatted(
                  file,
                  isPicture(file) ? "becomes" : "holds",
                  tensor,
                  input,
                  bound.isEmpty() ? "" : " with " + bound,
                  isPicture(file) ? "; --channels and --layout change what it becomes" : ""));
    }
  }

  private static int[] shape(TensorInfo input, Map<String, Integer> sizes) {
    List<Integer> shape = new ArrayList<>();
    for (String dimension : input.dimensions()) {
      shape.add(isNumber(dimension) ? number(dimension) : sizes.getOrDefault(dimension, 1));
    }
    return shape.stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean isNumber(String dimension) {
    return !dimension.isEmpty() && dimension.chars().allMatch(Character::isDigit);
  }

  private static int number(String dimension) {
    try {
      return Integer.parseInt(dimension);
    } catch (NumberFormatException e) {
      throw new InputException(
          "an input has a dimension of %s, more than the 2^31 - 1 elements of a tensor"
              .formatted(dimension),
          e);
    }
  }

  /// Whether a dimension is one symbol, not an expression of some.
  private static boolean isName(String dimension) {
    return !dimension.contains(" ");
  }
}
