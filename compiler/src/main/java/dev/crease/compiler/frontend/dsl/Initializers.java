package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.TensorType;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/// What fills a tensor whose elements are not listed: `zeros`, `he_normal(seed = 7)`, ...
final class Initializers {
  /// Parameters of each, in order; those without any need no parentheses.
  static final Map<String, List<String>> PARAMETERS =
      Map.of(
          "zeros", List.of(),
          "ones", List.of(),
          "constant", List.of("value"),
          "normal", List.of("mean", "std", "seed"),
          "uniform", List.of("low", "high", "seed"),
          "he_normal", List.of("seed", "fan_in"),
          "he_uniform", List.of("seed", "fan_in"),
          "xavier_normal", List.of("seed", "fan_in", "fan_out"),
          "xavier_uniform", List.of("seed", "fan_in", "fan_out"));

  private static final long MAX_ELEMENTS = 1L << 28;

  private final String modelName;

  Initializers(String modelName) {
    this.modelName = modelName;
  }

  /// `zeros` and `ones`.
  static Optional<Item.Fill> named(String name) {
    return switch (name) {
      case "zeros" -> Optional.of(constant("zeros", Item.Whole.of(0)));
      case "ones" -> Optional.of(constant("ones", Item.Whole.of(1)));
      default -> Optional.empty();
    };
  }

  /// The initializer of this name with its evaluated arguments by parameter.
  ///
  /// @throws IllegalArgumentException if an argument is missing or wrong
  Item.Fill create(String name, Map<String, Item> arguments) {
    Optional<Item.Fill> plain = named(name);
    if (plain.isPresent()) {
      return plain.get();
    }
    if (name.equals("constant")) {
      Item value = arguments.get("value");
      if (value == null) {
        throw new IllegalArgumentException("constant needs a value");
      }
      return constant(name, value);
    }
    return new Item.Fill(
        name,
        (type, valueName) -> {
          long[] dims = dims(name, type);
          if (!type.element().isFloating()) {
            throw new IllegalArgumentException(name + " makes real numbers, not " + type.element());
          }
          RandomStream stream = stream(arguments.get("seed"), valueName);
          return random(type.element(), dims, distribution(name, arguments, dims, stream));
        });
  }

  private static Item.Fill constant(String name, Item value) {
    return new Item.Fill(name, (type, _) -> splat(type.element(), dims(name, type), value));
  }

  /// A tensor of equal elements, exact for every element type.
  private static Constant splat(ElementType element, long[] dims, Item value) {
    Object one = element.storage().allocate(1);
    if (element == ElementType.BOOL && value instanceof Item.Whole) {
      Scalars.set(one, ElementType.UINT8, 0, value);
    } else {
      Scalars.set(one, element, 0, value);
    }
    if (one instanceof String[] strings) {
      throw new IllegalArgumentException(
          "strings are listed one by one, not \"" + strings[0] + '"');
    }
    double number = Elements.toDoubles(element, one)[0];
    Object back = Elements.fromDoubles(element, new double[] {number});
    if (Double.isNaN(number)
        || !java.util.Arrays.deepEquals(new Object[] {one}, new Object[] {back})) {
      throw new IllegalArgumentException("list the elements; this one has no exact splat");
    }
    return Constant.splat(element, dims, number);
  }

  private static long[] dims(String name, TensorType type) {
    long[] dims =
        type.knownDims()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        name + " needs known dimensions, the type is " + type));
    long elements = 1;
    for (long dim : dims) {
      elements = Math.multiplyExact(elements, dim);
    }
    if (elements > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "%s has %d elements, more than %d".formatted(type, elements, MAX_ELEMENTS));
    }
    return dims;
  }

  private RandomStream stream(@org.jspecify.annotations.Nullable Item seed, String valueName) {
    if (seed == null || seed.equals(new Item.Word("auto"))) {
      return RandomStream.of(modelName, valueName);
    }
    return new RandomStream(
        Scalars.whole(seed)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "seed is an integer or auto, not " + seed.describe())));
  }

  private static Constant random(ElementType element, long[] dims, LongToDoubleFunction formula) {
    Drawn drawn = new Drawn(element, dims, formula);
    return Constant.generated(element, dims, drawn::stretches);
  }

  private static LongToDoubleFunction distribution(
      String name, Map<String, Item> arguments, long[] dims, RandomStream stream) {
    return switch (name) {
      case "normal" -> {
        double mean = number(arguments, "mean", 0);
        double deviation = number(arguments, "std", 1);
        yield i -> mean + deviation * stream.normal(i);
      }
      case "uniform" -> {
        double low = number(arguments, "low", 0);
        double high = number(arguments, "high", 1);
        yield i -> low + (high - low) * stream.uniform(i);
      }
      case "he_normal" -> normal(stream, 2 / fanIn(name, arguments, dims));
      case "he_uniform" -> uniform(stream, 6 / fanIn(name, arguments, dims));
      case "xavier_normal" ->
          normal(stream, 2 / (fanIn(name, arguments, dims) + fanOut(name, arguments, dims)));
      case "xavier_uniform" ->
          uniform(stream, 6 / (fanIn(name, arguments, dims) + fanOut(name, arguments, dims)));
      default -> throw new IllegalArgumentException("no initializer is called " + name);
    };
  }

  private static LongToDoubleFunction normal(RandomStream stream, double variance) {
    double deviation = StrictMath.sqrt(variance);
    return i -> deviation * stream.normal(i);
  }

  private static LongToDoubleFunction uniform(RandomStream stream, double squaredLimit) {
    double limit = StrictMath.sqrt(squaredLimit);
    return i -> limit * (2 * stream.uniform(i) - 1);
  }

  /// Inputs of one output, for weights `[outputs, inputs, kernel...]`.
  private static double fanIn(String name, Map<String, Item> arguments, long[] dims) {
    return fan(name, arguments, "fan_in", dims, 1);
  }

  private static double fanOut(String name, Map<String, Item> arguments, long[] dims) {
    return fan(name, arguments, "fan_out", dims, 0);
  }

  private static double fan(
      String name, Map<String, Item> arguments, String parameter, long[] dims, int axis) {
    double fan = 0;
    if (arguments.containsKey(parameter)) {
      fan = number(arguments, parameter, 0);
    } else if (dims.length >= 2) {
      fan = dims[axis];
      for (int i = 2; i < dims.length; i++) {
        fan *= dims[i];
      }
    }
    if (!(fan > 0)) {
      throw new IllegalArgumentException(
          "%s reads %s off weights [outputs, inputs, kernel...]; give %s = ... for other shapes"
              .formatted(name, parameter, parameter));
    }
    return fan;
  }

  private static double number(Map<String, Item> arguments, String parameter, double otherwise) {
    Item item = arguments.get(parameter);
    if (item == null) {
      return otherwise;
    }
    return Scalars.real(item)
        .orElseThrow(
            () -> new IllegalArgumentException(parameter + " is a number, not " + item.describe()));
  }
}
