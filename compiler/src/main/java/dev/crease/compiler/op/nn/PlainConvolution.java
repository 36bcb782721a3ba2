package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PadMode;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A convolution of a type or rank that the vector kernels do not take, in plain loops; what
/// follows it is an instruction each.
///
/// @param residual may be absent, as `padding`
record PlainConvolution(
    Node node,
    SlidingWindow window,
    long group,
    Value residual,
    Value padding,
    Activation activation,
    Lowering to) {
  void emit() {
    boolean activates = !activation.equals(Activation.NONE);
    int sum = slot(residual.isAbsent() && !activates);
    convolve(sum);
    if (!residual.isAbsent()) {
      int both = slot(!activates);
      int added = to.read(residual, Layout.PLAIN);
      to.emit(new Instruction.Binary(BinaryFunction.ADD, sum, added, both, List.of()));
      sum = both;
    }
    if (activates) {
      to.emit(new Instruction.Unary(sum, slot(true), activation));
    }
  }

  private int slot(boolean last) {
    return last
        ? to.write(node.output(), Layout.PLAIN)
        : to.temporary(node.output().type(), Layout.PLAIN);
  }

  private void convolve(int y) {
    TensorType x = node.input(0).type();
    List<Dim> spatial = x.dims().subList(2, x.rank());
    List<Dim> parameters = new ArrayList<>(List.of(Dim.of(group)));
    parameters.addAll(window.parameters(spatial));
    int input = to.read(node.input(0), Layout.PLAIN);
    if (!padding.isAbsent()) {
      List<Dim> begins = parameters.subList(parameters.size() - spatial.size(), parameters.size());
      input = padded(x, input, begins);
      Collections.fill(begins, Dim.ZERO);
    }
    int weights = to.read(node.input(1), Layout.PLAIN);
    int bias = node.hasInput(2) ? to.read(node.input(2), Layout.PLAIN) : Instruction.ABSENT;
    List<Extent> integers = parameters.stream().map(to::extent).toList();
    to.emit(
        new Instruction.Call(
            Routine.CONV, List.of(input, weights, bias), List.of(y), integers, List.of()));
  }

  private int padded(TensorType x, int input, List<Dim> begins) {
    List<Dim> ends = window.ends(x.dims().subList(2, x.rank()));
    List<Dim> dims = new ArrayList<>(x.dims());
    List<Extent> before = new ArrayList<>(List.of(Extent.of(0), Extent.of(0)));
    for (int axis = 0; axis < begins.size(); axis++) {
      dims.set(2 + axis, x.dim(2 + axis).plus(begins.get(axis)).plus(ends.get(axis)));
      before.add(to.extent(begins.get(axis)));
    }
    int values = to.read(padding, Layout.PLAIN);
    int around = to.temporary(x.withDims(dims), Layout.PLAIN);
    to.emit(new Instruction.Pad(PadMode.CONSTANT, input, values, around, before));
    return around;
  }
}
