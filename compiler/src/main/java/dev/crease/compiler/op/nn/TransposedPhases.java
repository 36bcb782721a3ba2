package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A transposed convolution as convolutions. Outputs `stride q + r` with one `r` are a phase; the
/// taps that reach it stand apart by a fixed number of inputs, so the phase is a convolution of
/// stride 1 with those taps in reverse order. The phases are then interleaved.
final class TransposedPhases {
  /// What a phase is along one axis: how many outputs it has, the taps in the order of the inputs
  /// that they read, how far apart those are, and the input that the first tap reads for output 0.
  /// A phase without taps is the bias alone.
  private record Line(Dim count, List<Integer> taps, int dilation, Dim first) {}

  private final Node node;
  private final ScatteredWindow window;
  private final TransposedWeights weights;
  private final int group;
  private final int bias;
  private final Lowering to;
  private final List<Dim> inputs;

  /// @param bias the slot of the bias as a BLOCKED vector, or absent
  TransposedPhases(Node node, ScatteredWindow window, int group, int bias, Lowering to) {
    this.node = node;
    this.window = window;
    weights = new TransposedWeights(node.input(1), window, group, to);
    this.group = group;
    this.bias = bias;
    this.to = to;
    inputs = node.input(0).type().dims().subList(2, node.input(0).type().rank());
  }

  /// Pads that are not known decide at run time which tap meets which phase; then the result is cut
  /// out of the one without pads.
  void emit() {
    List<Dim> pads = new ArrayList<>();
    for (int axis = 0; axis < window.rank(); axis++) {
      pads.add(window.padBegin(axis, inputs.get(axis)));
    }
    TensorType y = node.output().type();
    if (pads.stream().allMatch(Dim::isKnown)) {
      interleave(pads.stream().map(pad -> pad.known().getAsLong()).toList(), y, node.output());
      return;
    }
    List<Dim> dims = new ArrayList<>(y.dims());
    List<Extent> starts = new ArrayList<>(List.of(Extent.of(0), Extent.of(0)));
    for (int axis = 0; axis < pads.size(); axis++) {
      dims.set(2 + axis, y.dim(2 + axis).plus(pads.get(axis)));
      starts.add(to.extent(pads.get(axis)));
    }
    TensorType whole = y.withDims(dims);
    int blocked = interleave(Collections.nCopies(pads.size(), 0L), whole, Value.ABSENT);
    int plain = to.temporary(whole, Layout.PLAIN);
    to.emit(new Instruction.Reorder(blocked, plain));
    List<Extent> steps = Collections.nCopies(y.rank(), Extent.of(1));
    to.emit(new Instruction.Slice(plain, to.write(node.output(), Layout.PLAIN), starts, steps));
  }

  /// Emits the result of type `y` for known pads; returns its slot, that of `result` if it is not
  /// absent.
  private int interleave(List<Long> pads, TensorType y, Value result) {
    int x = to.read(node.input(0), Layout.BLOCKED);
    List<List<Line>> phases = phases(pads, y);
    List<Integer> slots = new ArrayList<>();
    if (phases.size() > 1) {
      for (List<Line> phase : phases) {
        List<Dim> dims = new ArrayList<>(y.dims().subList(0, 2));
        phase.forEach(line -> dims.add(line.count()));
        boolean reached = phase.stream().noneMatch(line -> line.taps().isEmpty());
        slots.add(reached ? to.temporary(y.withDims(dims), Layout.BLOCKED) : Instruction.ABSENT);
        if (reached) {
          convolve(phase, x, slots.getLast());
        }
      }
    }
    int slot =
        result.isAbsent() ? to.temporary(y, Layout.BLOCKED) : to.write(result, Layout.BLOCKED);
    if (phases.size() > 1) {
      to.emit(new Instruction.Interleave(slots, bias, slot, window.window().strides()));
    } else {
      convolve(phases.getFirst(), x, slot);
    }
    return slot;
  }

  /// All phases, in row-major order.
  private List<List<Line>> phases(List<Long> pads, TensorType y) {
    List<List<Line>> phases = List.of(List.of());
    for (int axis = 0; axis < window.rank(); axis++) {
      List<List<Line>> longer = new ArrayList<>();
      for (List<Line> lines : phases) {
        for (int r = 0; r < window.stride(axis); r++) {
          List<Line> next = new ArrayList<>(lines);
          next.add(line(axis, r, pads.get(axis), y.dim(2 + axis)));
          longer.add(next);
        }
      }
      phases = longer;
    }
    return phases;
  }

  /// Tap `t` meets phase `r` if `r + pad - t dilation` is a multiple of the stride, the multiple
  /// being the input that it reads for output 0.
  private Line line(int axis, int phase, long pad, Dim outputs) {
    int stride = window.stride(axis);
    long dilation = window.dilation(axis);
    Dim count = outputs.plus(-phase).ceilDiv(Dim.of(stride)).max(Dim.ZERO);
    List<Integer> taps = new ArrayList<>();
    for (int t = window.kernel(axis) - 1; t >= 0; t--) {
      if ((phase + pad - t * dilation) % stride == 0) {
        taps.add(t);
      }
    }
    if (taps.isEmpty()) {
      return new Line(count, taps, 1, Dim.ZERO);
    }
    long first = (phase + pad - taps.getFirst() * dilation) / stride;
    long apart = taps.size() == 1 ? 1 : (taps.get(0) - taps.get(1)) * dilation / stride;
    return new Line(count, taps, Math.toIntExact(apart), Dim.of(first));
  }

  private void convolve(List<Line> lines, int x, int y) {
    List<Integer> kernel = new ArrayList<>();
    List<Integer> ones = new ArrayList<>();
    List<Integer> dilations = new ArrayList<>();
    List<Extent> begins = new ArrayList<>();
    List<Extent> ends = new ArrayList<>();
    for (int axis = 0; axis < lines.size(); axis++) {
      Line line = lines.get(axis);
      long span = (line.taps().size() - 1L) * line.dilation() + 1;
      Dim last = line.count().max(Dim.ONE).plus(span - 1).plus(line.first());
      kernel.add(line.taps().size());
      ones.add(1);
      dilations.add(line.dilation());
      begins.add(to.extent(line.first().times(-1)));
      ends.add(to.extent(last.minus(inputs.get(axis))));
    }
    Window phase = new Window(kernel, ones, dilations, begins, ends);
    int packed = weights.packed(lines.stream().map(Line::taps).toList());
    to.emit(
        weights.depthwise()
            ? new Instruction.DepthwiseConv(
                x, packed, bias, Instruction.ABSENT, y, phase, List.of())
            : new Instruction.Conv(
                x, packed, bias, Instruction.ABSENT, y, phase, group, List.of()));
  }
}
