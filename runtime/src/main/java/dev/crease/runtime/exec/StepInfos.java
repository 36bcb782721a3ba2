package dev.crease.runtime.exec;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.kernel.Kernel;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Concat;
import dev.crease.runtime.plan.Instruction.If;
import dev.crease.runtime.plan.Loops;
import dev.crease.runtime.plan.Operands;
import dev.crease.runtime.plan.Window;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// Tells of steps, by the instructions that they are of: names for messages, and what listeners
/// want to know.
final class StepInfos {
  private static final OptionalLong NO_OPERATIONS = OptionalLong.of(0);

  private final BoundShapes shapes;
  private final boolean plain;

  /// @param plain whether steps run on plain loops, whatever they could do
  StepInfos(BoundShapes shapes, boolean plain) {
    this.shapes = shapes;
    this.plain = plain;
  }

  /// What an instruction computes first, as in ``y`[1, 16, 55, 55]`; itself if that is nothing.
  String name(Instruction instruction) {
    int y = result(instruction);
    return y == Instruction.ABSENT
        ? operation(instruction)
        : shapes.name(y) + Arrays.toString(shapes.of(y));
  }

  /// Of a step that is a whole instruction.
  StepInfo of(int index, Instruction instruction) {
    return info(
        index,
        result(instruction),
        operation(instruction),
        kernel(instruction),
        new OperationCount(shapes).of(instruction),
        new Traffic(shapes).of(instruction));
  }

  /// Of a step that puts one operand in its place.
  StepInfo joining(int index, Concat concat, int x) {
    long bytes = new Traffic(shapes).copying(x);
    return info(index, concat.y(), operation(concat), kernel(concat), NO_OPERATIONS, bytes);
  }

  /// Of a step that takes a result out of a branch.
  StepInfo leaving(int index, If branch, int y) {
    long bytes = new Traffic(shapes).copying(y);
    return info(index, y, operation(branch), kernel(branch), NO_OPERATIONS, bytes);
  }

  /// Of a step that ends the run.
  StepInfo misfit(int index, If branch) {
    return info(index, result(branch), operation(branch), kernel(branch), NO_OPERATIONS, 0);
  }

  /// Of a step that writes what is around a picture.
  StepInfo halo(int index, int y, Kernel kernel) {
    long bytes = kernel.tasks() * kernel.operationsPerTask() * Float.BYTES;
    return info(index, y, "Halo", "copy", NO_OPERATIONS, bytes);
  }

  private StepInfo info(
      int index, int y, String operation, String kernel, OptionalLong operations, long bytes) {
    boolean some = y != Instruction.ABSENT;
    return new StepInfo(
        index,
        y,
        some ? shapes.slot(y).name() : "",
        operation,
        kernel,
        some ? Arrays.stream(shapes.of(y)).boxed().toList() : List.of(),
        operations,
        bytes);
  }

  private static int result(Instruction instruction) {
    List<Integer> writes = Operands.of(instruction).writes();
    return writes.isEmpty() ? Instruction.ABSENT : writes.getFirst();
  }

  private static String operation(Instruction instruction) {
    String kind = instruction.getClass().getSimpleName();
    return switch (instruction) {
      case Instruction.Call i -> kind + " " + i.routine();
      case Instruction.Unary i -> kind + " " + i.activation().function();
      case Instruction.Binary i -> kind + " " + i.function();
      case Instruction.Compare i -> kind + " " + i.function();
      case Instruction.Reduce i -> kind + " " + i.function();
      case Instruction.Pool i -> kind + " " + i.kind();
      case Instruction.GlobalPool i -> kind + " " + i.kind();
      case Instruction.Resize i -> kind + " " + i.how().mode();
      case Instruction.Recurrent i -> kind + " " + i.cell();
      default -> kind;
    };
  }

  private String kernel(Instruction instruction) {
    Loops loops = Loops.of(instruction, shapes.program().slots());
    String own = form(instruction);
    return switch (loops) {
      case VECTOR -> own.isEmpty() ? plain ? "plain" : "vector" : plain ? own + ", plain" : own;
      case PLAIN -> "plain";
      case MOVE -> "copy";
    };
  }

  /// The form of what can be computed in several; else empty.
  private static String form(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Conv i when i.winograd().isPresent() -> "winograd " + i.winograd().get();
      case Instruction.Conv i -> (i.group() == 1 ? "direct " : "grouped ") + size(i.window());
      case Instruction.DepthwiseConv i -> "depthwise " + size(i.window());
      case Instruction.Gemm _ -> "gemm";
      default -> "";
    };
  }

  /// As in `3x3`, or `3x3/2` if windows are two pixels apart.
  private static String size(Window window) {
    String kernel = joined(window.kernel());
    if (window.strides().stream().allMatch(stride -> stride == 1)) {
      return kernel;
    }
    boolean same = window.strides().stream().distinct().count() == 1;
    return kernel + "/" + (same ? window.strides().getFirst() : joined(window.strides()));
  }

  private static String joined(List<Integer> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
