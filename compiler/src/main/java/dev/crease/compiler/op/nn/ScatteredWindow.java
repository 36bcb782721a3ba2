package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.InvalidOperandException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The window of a transposed convolution with every default filled in: input `i` and tap `t` of an
/// axis meet output `i stride + t dilation - pad`.
///
/// @param outputPadding one for each axis
/// @param outputShape one for each axis, or empty
record ScatteredWindow(SlidingWindow window, List<Long> outputPadding, List<Long> outputShape) {
  static ScatteredWindow of(
      SlidingWindow window, List<Long> outputPadding, List<Long> outputShape) {
    int rank = window.rank();
    List<Long> padding = outputPadding.isEmpty() ? Collections.nCopies(rank, 0L) : outputPadding;
    // Some exporters write the whole shape, batch and channels included.
    List<Long> shape =
        outputShape.size() == rank + 2 ? outputShape.subList(2, rank + 2) : outputShape;
    if (padding.size() != rank || !shape.isEmpty() && shape.size() != rank) {
      throw new InvalidOperandException(
          "output_padding and output_shape of ConvTranspose are %s and %s, expected %d entries"
              .formatted(outputPadding, outputShape, rank));
    }
    return new ScatteredWindow(window, padding, shape);
  }

  int rank() {
    return window.rank();
  }

  int stride(int axis) {
    return window.strides().get(axis);
  }

  int dilation(int axis) {
    return window.dilations().get(axis);
  }

  int kernel(int axis) {
    return window.kernel().get(axis);
  }

  List<Dim> outputs(List<Dim> inputs) {
    List<Dim> outputs = new ArrayList<>();
    for (int axis = 0; axis < rank(); axis++) {
      Dim output = output(axis, inputs.get(axis));
      if (output.isKnown() && output.known().getAsLong() < 0) {
        throw new InvalidOperandException(
            "pads of ConvTranspose leave %s elements of spatial axis %d".formatted(output, axis));
      }
      outputs.add(output);
    }
    return outputs;
  }

  private Dim output(int axis, Dim input) {
    if (!outputShape.isEmpty()) {
      return Dim.of(outputShape.get(axis));
    }
    return switch (window.autoPad()) {
      case SAME_UPPER, SAME_LOWER -> input.times(stride(axis));
      case VALID -> full(axis, input);
      case NOTSET -> full(axis, input).plus(-given(axis) - given(rank() + axis));
    };
  }

  private long given(int entry) {
    return window.pads().get(entry);
  }

  /// Everything that an input reaches, and the output padding.
  private Dim full(int axis, Dim input) {
    long span = (kernel(axis) - 1L) * dilation(axis) + 1;
    return input.plus(-1).times(stride(axis)).plus(span + outputPadding.get(axis));
  }

  /// How many elements are cut off before the first output. Where the output's size decides the
  /// pads, an odd one is larger at the beginning, but for SAME_UPPER.
  Dim padBegin(int axis, Dim input) {
    boolean same = window.autoPad() == AutoPad.SAME_UPPER || window.autoPad() == AutoPad.SAME_LOWER;
    if (outputShape.isEmpty() && !same) {
      return Dim.of(window.autoPad() == AutoPad.VALID ? 0 : given(axis));
    }
    Dim total = full(axis, input).minus(output(axis, input)).max(Dim.ZERO);
    return window.autoPad() == AutoPad.SAME_UPPER
        ? total.floorDiv(Dim.of(2))
        : total.ceilDiv(Dim.of(2));
  }

  /// Kernel, strides, dilations and pads before of the convolution that this transposes, as
  /// routines' parameters.
  List<Dim> parameters(List<Dim> inputs) {
    List<Dim> parameters = new ArrayList<>();
    for (List<Integer> values : List.of(window.kernel(), window.strides(), window.dilations())) {
      values.forEach(value -> parameters.add(Dim.of(value)));
    }
    for (int axis = 0; axis < rank(); axis++) {
      parameters.add(padBegin(axis, inputs.get(axis)));
    }
    return parameters;
  }
}
