package dev.crease.compiler.plan;

import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Channelwise;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.Instruction.If;
import dev.crease.runtime.plan.Instruction.Pool;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Slot;
import java.util.ArrayList;
import java.util.List;

/// A program with each post-op of a BLOCKED result in a sweep of its own.
final class SeparateSweeps {
  private final List<Slot> slots;

  private SeparateSweeps(Program program) {
    slots = new ArrayList<>(program.slots());
  }

  static Program of(Program program) {
    SeparateSweeps sweeps = new SeparateSweeps(program);
    Block main = sweeps.separate(program.main());
    return new Program(
        program.lanes(),
        program.symbols(),
        sweeps.slots,
        program.weights(),
        main,
        program.inputs(),
        program.outputs(),
        program.metadata());
  }

  private Block separate(Block block) {
    List<Instruction> separated = new ArrayList<>();
    for (Instruction instruction : block.instructions()) {
      switch (instruction) {
        case Conv i -> {
          int y = sweeps(i.y(), i.postOps());
          separated.add(
              new Conv(
                  i.x(),
                  i.weights(),
                  i.bias(),
                  i.residual(),
                  y,
                  i.window(),
                  i.group(),
                  i.winograd(),
                  List.of()));
          sweep(y, i.y(), i.postOps(), separated);
        }
        case DepthwiseConv i -> {
          int y = sweeps(i.y(), i.postOps());
          separated.add(
              new DepthwiseConv(
                  i.x(), i.weights(), i.bias(), i.residual(), y, i.window(), List.of()));
          sweep(y, i.y(), i.postOps(), separated);
        }
        case Pool i -> {
          int y = sweeps(i.y(), i.postOps());
          separated.add(new Pool(i.kind(), i.x(), y, i.window(), List.of()));
          sweep(y, i.y(), i.postOps(), separated);
        }
        case Binary i when slots.get(i.y()).layout() == Layout.BLOCKED -> {
          int y = sweeps(i.y(), i.postOps());
          separated.add(new Binary(i.function(), i.a(), i.b(), y, List.of()));
          sweep(y, i.y(), i.postOps(), separated);
        }
        case Channelwise i -> sweep(i.x(), i.y(), i.postOps(), separated);
        case If i ->
            separated.add(
                new If(
                    i.condition(),
                    separate(i.then()),
                    i.thenResults(),
                    separate(i.otherwise()),
                    i.otherwiseResults(),
                    i.y()));
        default -> separated.add(instruction);
      }
    }
    return new Block(separated);
  }

  /// Where the result is before its post-ops.
  private int sweeps(int y, List<PostOp> postOps) {
    return postOps.isEmpty() ? y : another(y);
  }

  private int another(int slot) {
    slots.add(slots.get(slot));
    return slots.size() - 1;
  }

  private void sweep(int x, int y, List<PostOp> postOps, List<Instruction> to) {
    int from = x;
    for (int i = 0; i < postOps.size(); i++) {
      int into = i == postOps.size() - 1 ? y : another(y);
      to.add(new Channelwise(from, into, List.of(postOps.get(i))));
      from = into;
    }
  }
}
