package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.OpSchema;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The attributes of a sliding window that convolutions and pools share. An empty list is an
/// attribute left out.
///
/// @param kernel empty if it follows from the weights
/// @param pads all beginnings, then all ends; ignored unless `autoPad` is NOTSET
public record WindowAttributes(
    AutoPad autoPad, List<Long> dilations, List<Long> kernel, List<Long> pads, List<Long> strides) {
  /// No attribute given.
  public static final WindowAttributes NONE =
      new WindowAttributes(AutoPad.NOTSET, List.of(), List.of(), List.of(), List.of());

  public WindowAttributes {
    dilations = atLeast("dilations", 1, dilations);
    kernel = atLeast("kernel_shape", 1, kernel);
    pads = atLeast("pads", 0, pads);
    strides = atLeast("strides", 1, strides);
  }

  private static List<Long> atLeast(String name, long minimum, List<Long> values) {
    for (long value : values) {
      if (value < minimum || value > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%s is %s, expected numbers of at least %d".formatted(name, values, minimum));
      }
    }
    return List.copyOf(values);
  }

  /// Adds these attributes to a schema.
  public static OpSchema.Builder declare(OpSchema.Builder schema, boolean kernelRequired) {
    schema.attribute("auto_pad", AutoPad.NOTSET.name());
    schema.optional("dilations", Attribute.Kind.INTS);
    if (kernelRequired) {
      schema.attribute("kernel_shape", Attribute.Kind.INTS);
    } else {
      schema.optional("kernel_shape", Attribute.Kind.INTS);
    }
    return schema.optional("pads", Attribute.Kind.INTS).optional("strides", Attribute.Kind.INTS);
  }

  /// Reads the attributes from among an operator's.
  ///
  /// @throws IllegalArgumentException if one has no sense
  public static WindowAttributes of(Attributes attributes) {
    return new WindowAttributes(
        autoPad(attributes.text("auto_pad")),
        list(attributes, "dilations"),
        list(attributes, "kernel_shape"),
        list(attributes, "pads"),
        list(attributes, "strides"));
  }

  private static AutoPad autoPad(String name) {
    return Arrays.stream(AutoPad.values())
        .filter(value -> value.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "auto_pad is %s, expected one of %s"
                        .formatted(name, Arrays.toString(AutoPad.values()))));
  }

  private static List<Long> list(Attributes attributes, String name) {
    return attributes.has(name) ? attributes.integers(name) : List.of();
  }

  /// These attributes by name, left-out ones left out.
  public Attributes attributes() {
    Attributes attributes = Attributes.NONE.with("auto_pad", autoPad.name());
    attributes = withList(attributes, "dilations", dilations);
    attributes = withList(attributes, "kernel_shape", kernel);
    attributes = withList(attributes, "pads", pads);
    return withList(attributes, "strides", strides);
  }

  private static Attributes withList(Attributes attributes, String name, List<Long> values) {
    return values.isEmpty() ? attributes : attributes.with(name, values);
  }

  /// The window over `rank` spatial dimensions with every default filled in.
  ///
  /// @param operator for messages
  /// @param weightKernel the weights' spatial dimensions; the kernel itself for pools
  /// @throws InvalidOperandException if an attribute is for another number of dimensions
  SlidingWindow over(String operator, int rank, boolean ceilMode, List<Long> weightKernel) {
    List<Long> taps = kernel.isEmpty() ? weightKernel : kernel;
    if (!taps.equals(weightKernel)) {
      throw new InvalidOperandException(
          "kernel_shape of %s is %s, but the weights have %s"
              .formatted(operator, taps, weightKernel));
    }
    return new SlidingWindow(
        operator,
        autoPad,
        ceilMode,
        sized(operator, "kernel_shape", taps, rank, 1),
        sized(operator, "strides", strides, rank, 1),
        sized(operator, "dilations", dilations, rank, 1),
        sized(operator, "pads", pads, 2 * rank, 0));
  }

  private static List<Integer> sized(
      String operator, String name, List<Long> values, int size, long missing) {
    List<Long> complete = values.isEmpty() ? Collections.nCopies(size, missing) : values;
    if (complete.size() != size) {
      throw new InvalidOperandException(
          "%s of %s has %d entries: %s, expected %d"
              .formatted(name, operator, values.size(), values, size));
    }
    return complete.stream().map(Math::toIntExact).toList();
  }
}
