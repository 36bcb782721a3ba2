package dev.crease.runtime.exec;

import dev.crease.runtime.kernel.Kernel;
import dev.crease.runtime.kernel.Microkernels;
import dev.crease.runtime.kernel.RecurrentKernel;
import dev.crease.runtime.kernel.Strided;
import dev.crease.runtime.plan.Cell;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Recurrent;
import dev.crease.runtime.plan.Nullable;
import java.util.Arrays;

/// Kernels of recurrent cells, once their shapes are known to fit.
final class RecurrentKernels {
  private final Microkernels microkernels;
  private final BoundShapes shapes;
  private final Views views;

  RecurrentKernels(Microkernels microkernels, BoundShapes shapes, Views views) {
    this.microkernels = microkernels;
    this.shapes = shapes;
    this.views = views;
  }

  /// @throws IllegalArgumentException if the operands' shapes do not fit
  Kernel bind(Recurrent i) {
    int steps = shapes.of(i.x())[0];
    int batch = shapes.of(i.x())[1];
    int hidden = shapes.of(i.weights())[0];
    Cell cell = i.cell();
    require("x", i.x(), steps, batch, cell.gates() * hidden);
    require("weights", i.weights(), hidden, cell.joined() * hidden);
    require("candidate", i.candidate(), hidden, hidden);
    require("candidateBias", i.candidateBias(), hidden);
    require("peepholes", i.peepholes(), 3 * hidden);
    require("h", i.h(), batch, hidden);
    require("c", i.c(), batch, hidden);
    require("lengths", i.lengths(), batch);
    require("y", i.y(), steps, batch, hidden);
    require("lastH", i.lastH(), batch, hidden);
    require("lastC", i.lastC(), batch, hidden);
    var weights =
        new RecurrentKernel.Weights(
            views.floats(i.weights()),
            views.offset(i.weights()),
            floats(i.candidate()),
            offset(i.candidate()),
            floats(i.candidateBias()),
            offset(i.candidateBias()),
            floats(i.peepholes()),
            offset(i.peepholes()));
    return new RecurrentKernel(
        microkernels,
        cell,
        views.plain(i.x()),
        weights,
        plain(i.h()),
        plain(i.c()),
        plain(i.lengths()),
        plain(i.y()),
        plain(i.lastH()),
        plain(i.lastC()),
        i.reverse(),
        i.variant(),
        i.clip(),
        i.activations());
  }

  private void require(String what, int slot, int... shape) {
    BoundShapes.require(
        slot == Instruction.ABSENT || Arrays.equals(shapes.of(slot), shape),
        "%s should be %s".formatted(what, Arrays.toString(shape)));
  }

  private @Nullable Strided plain(int slot) {
    return slot == Instruction.ABSENT ? null : views.plain(slot);
  }

  private float @Nullable [] floats(int slot) {
    return slot == Instruction.ABSENT ? null : views.floats(slot);
  }

  private int offset(int slot) {
    return slot == Instruction.ABSENT ? 0 : views.offset(slot);
  }
}
