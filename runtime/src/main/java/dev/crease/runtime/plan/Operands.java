package dev.crease.runtime.plan;

import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Border;
import dev.crease.runtime.plan.Instruction.Branch;
import dev.crease.runtime.plan.Instruction.Call;
import dev.crease.runtime.plan.Instruction.Cast;
import dev.crease.runtime.plan.Instruction.Channelwise;
import dev.crease.runtime.plan.Instruction.Compare;
import dev.crease.runtime.plan.Instruction.Concat;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.Instruction.Expand;
import dev.crease.runtime.plan.Instruction.Extents;
import dev.crease.runtime.plan.Instruction.Fill;
import dev.crease.runtime.plan.Instruction.Gather;
import dev.crease.runtime.plan.Instruction.Gemm;
import dev.crease.runtime.plan.Instruction.GlobalPool;
import dev.crease.runtime.plan.Instruction.If;
import dev.crease.runtime.plan.Instruction.Interleave;
import dev.crease.runtime.plan.Instruction.Loop;
import dev.crease.runtime.plan.Instruction.Lrn;
import dev.crease.runtime.plan.Instruction.Measure;
import dev.crease.runtime.plan.Instruction.Pack;
import dev.crease.runtime.plan.Instruction.Pad;
import dev.crease.runtime.plan.Instruction.Pool;
import dev.crease.runtime.plan.Instruction.Produce;
import dev.crease.runtime.plan.Instruction.Range;
import dev.crease.runtime.plan.Instruction.Recurrent;
import dev.crease.runtime.plan.Instruction.Reduce;
import dev.crease.runtime.plan.Instruction.Reorder;
import dev.crease.runtime.plan.Instruction.Reshape;
import dev.crease.runtime.plan.Instruction.Resize;
import dev.crease.runtime.plan.Instruction.ScatterNd;
import dev.crease.runtime.plan.Instruction.Select;
import dev.crease.runtime.plan.Instruction.SelectChannels;
import dev.crease.runtime.plan.Instruction.Slice;
import dev.crease.runtime.plan.Instruction.Softmax;
import dev.crease.runtime.plan.Instruction.Transpose;
import dev.crease.runtime.plan.Instruction.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The slots that an instruction reads and writes, [Instruction#ABSENT] left out, nested blocks not
/// included.
///
/// An [If], [Branch] or [Loop] reads its own operands here; the results of its blocks are read
/// where those blocks end.
public record Operands(List<Integer> reads, List<Integer> writes) {
  public static Operands of(Instruction instruction) {
    return switch (instruction) {
      case Conv i ->
          new Operands(
              present(i.postOps(), i.x(), i.weights(), i.bias(), i.residual()), present(i.y()));
      case DepthwiseConv i ->
          new Operands(
              present(i.postOps(), i.x(), i.weights(), i.bias(), i.residual()), present(i.y()));
      case Gemm i -> new Operands(present(i.a(), i.b(), i.bias()), present(i.y()));
      case Pack i -> new Operands(present(i.x()), present(i.y()));
      case Pool i -> new Operands(present(i.postOps(), i.x()), present(i.y()));
      case GlobalPool i -> new Operands(present(i.x()), present(i.y()));
      case Lrn i -> new Operands(present(i.x()), present(i.y()));
      case Channelwise i -> new Operands(present(i.postOps(), i.x()), present(i.y()));
      case Border i -> new Operands(present(i.x(), i.values()), present(i.y()));
      case Unary i -> new Operands(present(i.x()), present(i.y()));
      case Binary i -> new Operands(present(i.postOps(), i.a(), i.b()), present(i.y()));
      case Compare i -> new Operands(present(i.a(), i.b()), present(i.y()));
      case Select i -> new Operands(present(i.condition(), i.a(), i.b()), present(i.y()));
      case Cast i -> new Operands(present(i.x()), present(i.y()));
      case Softmax i -> new Operands(present(i.x()), present(i.y()));
      case Reorder i -> new Operands(present(i.x()), present(i.y()));
      case Reshape i -> new Operands(present(i.x()), present(i.y()));
      case Transpose i -> new Operands(present(i.x()), present(i.y()));
      case Slice i -> new Operands(present(i.x()), present(i.y()));
      case Concat i -> new Operands(i.x(), present(i.y()));
      case Interleave i -> new Operands(present(i.x(), i.fill()), present(i.y()));
      case SelectChannels i -> new Operands(present(i.x()), present(i.y()));
      case Reduce i -> new Operands(present(i.x()), present(i.y()));
      case Expand i -> new Operands(present(i.x()), present(i.y()));
      case Gather i -> new Operands(present(i.x(), i.indices()), present(i.y()));
      case Pad i -> new Operands(present(i.x(), i.value()), present(i.y()));
      case Resize i -> new Operands(present(i.x()), present(i.y()));
      case Recurrent i ->
          new Operands(
              present(
                  i.x(),
                  i.weights(),
                  i.candidate(),
                  i.candidateBias(),
                  i.peepholes(),
                  i.h(),
                  i.c(),
                  i.lengths()),
              present(i.y(), i.lastH(), i.lastC()));
      case ScatterNd i -> new Operands(present(i.x(), i.indices(), i.updates()), present(i.y()));
      case Call i -> new Operands(present(i.x()), present(i.y()));
      case Range i -> new Operands(present(i.start(), i.delta()), present(i.y()));
      case Fill i -> new Operands(present(i.value()), present(i.y()));
      case Extents i -> new Operands(List.of(), present(i.y()));
      case If i -> new Operands(present(i.condition()), i.y());
      case Measure i -> new Operands(present(i.x()), List.of());
      case Produce i -> new Operands(present(i.x()), present(i.y()));
      case Branch i -> new Operands(present(i.condition()), i.y());
      case Loop i -> loop(i);
    };
  }

  /// The numbers that an instruction takes from shapes, beside the shapes of its slots.
  public static List<Extent> extents(Instruction instruction) {
    return switch (instruction) {
      case Conv i -> pads(i.window());
      case DepthwiseConv i -> pads(i.window());
      case Pool i -> pads(i.window());
      case Slice i -> Stream.concat(i.starts().stream(), i.steps().stream()).toList();
      case Pad i -> i.begins();
      case Resize i -> Stream.concat(i.scales().stream(), i.roi().stream()).toList();
      case Extents i -> i.values();
      case Call i -> i.integers();
      case Produce i -> i.integers();
      default -> List.of();
    };
  }

  private static List<Extent> pads(Window window) {
    return Stream.concat(window.padsBegin().stream(), window.padsEnd().stream()).toList();
  }

  private static Operands loop(Loop loop) {
    List<Integer> reads = new ArrayList<>(List.of(loop.trips(), loop.condition()));
    List<Integer> writes = new ArrayList<>();
    for (Instruction.Carried each : loop.carried()) {
      reads.add(each.initial());
      writes.add(each.y());
    }
    loop.scanned().forEach(each -> reads.add(each.x()));
    loop.stacked().forEach(each -> writes.add(each.y()));
    return new Operands(present(reads), present(writes));
  }

  private static List<Integer> present(List<Integer> slots) {
    return slots.stream().filter(slot -> slot != Instruction.ABSENT).toList();
  }

  private static List<Integer> present(List<Integer> slots, int more) {
    return Stream.concat(slots.stream(), Stream.of(more))
        .filter(slot -> slot != Instruction.ABSENT)
        .toList();
  }

  /// The vectors of `postOps` come last.
  private static List<Integer> present(List<PostOp> postOps, int... slots) {
    return Stream.concat(present(slots).stream(), PostOp.vectors(postOps).stream()).toList();
  }

  private static List<Integer> present(int... slots) {
    return Arrays.stream(slots).filter(slot -> slot != Instruction.ABSENT).boxed().toList();
  }
}
