package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Window;
import java.util.ArrayList;
import java.util.List;

/// A window with every attribute filled in, for a number of spatial dimensions.
record SlidingWindow(
    String operator,
    AutoPad autoPad,
    boolean ceilMode,
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> dilations,
    List<Integer> pads) {
  int rank() {
    return kernel.size();
  }

  /// How many pixels the dilated kernel spans.
  private long span(int axis) {
    return (kernel.get(axis) - 1L) * dilations.get(axis) + 1;
  }

  Dim padBegin(int axis, Dim input) {
    return switch (autoPad) {
      case NOTSET -> Dim.of(pads.get(axis));
      case VALID -> Dim.ZERO;
      case SAME_UPPER -> totalPad(axis, input).floorDiv(Dim.of(2));
      case SAME_LOWER -> totalPad(axis, input).ceilDiv(Dim.of(2));
    };
  }

  Dim padEnd(int axis, Dim input) {
    return switch (autoPad) {
      case NOTSET -> Dim.of(pads.get(rank() + axis));
      case VALID -> Dim.ZERO;
      case SAME_UPPER -> totalPad(axis, input).ceilDiv(Dim.of(2));
      case SAME_LOWER -> totalPad(axis, input).floorDiv(Dim.of(2));
    };
  }

  private Dim totalPad(int axis, Dim input) {
    Dim reach = output(axis, input).plus(-1).times(strides.get(axis)).plus(span(axis));
    return reach.minus(input).max(Dim.ZERO);
  }

  /// The output dimension. Rounding up never adds a window that starts beyond the picture and its
  /// padding at the beginning. With `auto_pad = VALID` it rounds up too: the specification's
  /// formula for VALID knows no `ceil_mode`, its reference implementation and ONNX Runtime heed it.
  Dim output(int axis, Dim input) {
    Dim stride = Dim.of(strides.get(axis));
    if (autoPad == AutoPad.SAME_UPPER || autoPad == AutoPad.SAME_LOWER) {
      return input.ceilDiv(stride);
    }
    Dim begin = padBegin(axis, input);
    Dim room = input.plus(begin).plus(padEnd(axis, input)).plus(-span(axis));
    if (room.isKnown() && room.known().getAsLong() < 0) {
      throw new InvalidOperandException(
          "the window of %s spans %d pixels along spatial axis %d, but the padded picture has %s"
              .formatted(operator, span(axis), axis, room.plus(span(axis))));
    }
    if (!ceilMode) {
      return room.floorDiv(stride).plus(1);
    }
    Dim starts = input.plus(begin).plus(-1).floorDiv(stride);
    return room.ceilDiv(stride).min(starts).plus(1);
  }

  List<Dim> outputs(List<Dim> inputs) {
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < rank(); axis++) {
      dims.add(output(axis, inputs.get(axis)));
    }
    return dims;
  }

  /// The plan's form of this window over a picture of the spatial dimensions `inputs`.
  Window lower(List<Dim> inputs, Lowering to) {
    List<Extent> begins = new ArrayList<>();
    List<Extent> ends = new ArrayList<>();
    for (int axis = 0; axis < rank(); axis++) {
      begins.add(to.extent(padBegin(axis, inputs.get(axis))));
      ends.add(to.extent(padEnd(axis, inputs.get(axis))));
    }
    return new Window(kernel, strides, dilations, begins, ends);
  }

  /// This window as routines' parameters: kernel, strides, dilations and pads before.
  List<Dim> parameters(List<Dim> inputs) {
    List<Dim> parameters = new ArrayList<>();
    for (List<Integer> values : List.of(kernel, strides, dilations)) {
      values.forEach(value -> parameters.add(Dim.of(value)));
    }
    for (int axis = 0; axis < rank(); axis++) {
      parameters.add(padBegin(axis, inputs.get(axis)));
    }
    return parameters;
  }

  /// The pads after each spatial axis.
  List<Dim> ends(List<Dim> inputs) {
    List<Dim> ends = new ArrayList<>();
    for (int axis = 0; axis < rank(); axis++) {
      ends.add(padEnd(axis, inputs.get(axis)));
    }
    return ends;
  }
}
