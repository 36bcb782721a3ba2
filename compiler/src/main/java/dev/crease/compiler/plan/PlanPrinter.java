package dev.crease.compiler.plan;

import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Operands;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Slot;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Weights;
import dev.crease.runtime.plan.Window;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A program as text for people: ports, constants, and one line for each instruction.
///
/// ```
/// %7: f32[N, 64, 112, 112] BLOCKED = Conv(%1, %2, %3) kernel 7x7, strides 2x2, pads 3,3..3,3, RELU
/// ```
public final class PlanPrinter {
  private static final int CHANNELS_SHOWN = 8;

  private final Program program;
  private final StringBuilder text = new StringBuilder();

  private PlanPrinter(Program program) {
    this.program = program;
  }

  public static String print(Program program) {
    PlanPrinter printer = new PlanPrinter(program);
    printer.header();
    printer.ports("inputs", program.inputs());
    printer.weights();
    printer.text.append("instructions\n");
    printer.block(program.main(), "  ");
    printer.ports("outputs", program.outputs());
    return printer.text.toString();
  }

  private void header() {
    text.append("plan for ").append(program.lanes()).append(" lanes\n");
    for (Map.Entry<String, String> entry : new TreeMap<>(program.metadata()).entrySet()) {
      text.append("  ").append(entry.getKey()).append(": ").append(entry.getValue()).append('\n');
    }
    if (!program.symbols().isEmpty()) {
      text.append("symbols ").append(String.join(", ", program.symbols())).append('\n');
    }
  }

  private void ports(String title, List<Port> ports) {
    text.append(title).append('\n');
    for (Port port : ports) {
      text.append("  `").append(port.name()).append("` ").append(slot(port.slot())).append('\n');
    }
  }

  private void weights() {
    text.append("constants\n");
    for (Weights weights : program.weights()) {
      text.append("  ").append(slot(weights.slot())).append('\n');
    }
  }

  private void block(Block block, String indent) {
    for (Instruction instruction : block.instructions()) {
      Operands operands = Operands.of(instruction);
      String results = operands.writes().stream().map(this::slot).collect(Collectors.joining(", "));
      String reads =
          operands.reads().stream().map(slot -> "%" + slot).collect(Collectors.joining(", "));
      String details = details(instruction);
      text.append(indent)
          .append(results)
          .append(" = ")
          .append(instruction.getClass().getSimpleName())
          .append('(')
          .append(reads)
          .append(')')
          .append(details.isEmpty() ? "" : " " + details)
          .append('\n');
      if (instruction instanceof Instruction.If branch) {
        text.append(indent).append("then -> ").append(branch.thenResults()).append('\n');
        block(branch.then(), indent + "  ");
        text.append(indent).append("else -> ").append(branch.otherwiseResults()).append('\n');
        block(branch.otherwise(), indent + "  ");
      } else if (instruction instanceof Instruction.Branch branch) {
        text.append(indent).append("then -> ").append(branch.thenResults()).append('\n');
        block(branch.then(), indent + "  ");
        text.append(indent).append("else -> ").append(branch.otherwiseResults()).append('\n');
        block(branch.otherwise(), indent + "  ");
      } else if (instruction instanceof Instruction.Loop loop) {
        String found = loop.inside().toString();
        text.append(indent).append("turn ").append(found).append(" -> ").append(loop.left());
        text.append('\n');
        block(loop.body(), indent + "  ");
      }
    }
  }

  /// `%7: f32[N, 64] PLAIN`
  private String slot(int index) {
    Slot slot = program.slots().get(index);
    Holder holder = slot.layout().holder();
    if (holder != Holder.TENSOR) {
      return "%" + index + ": " + holder.text(slot.type());
    }
    String layout = slot.layout() == Layout.PLAIN ? "" : " " + slot.layout();
    return "%" + index + ": " + slot.type() + extents(slot.shape()) + layout;
  }

  private String details(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Conv i ->
          joined(
              window(i.window()),
              i.group() == 1 ? "" : "group " + i.group(),
              epilogue(i.bias(), i.residual()),
              postOps(i.postOps()));
      case Instruction.DepthwiseConv i ->
          joined(window(i.window()), epilogue(i.bias(), i.residual()), postOps(i.postOps()));
      case Instruction.Gemm i ->
          joined(epilogue(i.bias(), Instruction.ABSENT), activation(i.activation()));
      case Instruction.Pack i -> i.group() == 1 ? "" : "group " + i.group();
      case Instruction.Pool i ->
          joined(i.kind().toString(), window(i.window()), postOps(i.postOps()));
      case Instruction.GlobalPool i -> i.kind().toString();
      case Instruction.Lrn i ->
          "size %d, alpha %s, beta %s, bias %s".formatted(i.size(), i.alpha(), i.beta(), i.bias());
      case Instruction.Channelwise i -> postOps(i.postOps());
      case Instruction.Unary i -> activation(i.activation());
      case Instruction.Binary i -> joined(i.function().toString(), postOps(i.postOps()));
      case Instruction.Compare i -> i.function().toString();
      case Instruction.Border _, Instruction.Cast _ -> "";
      case Instruction.Reorder _, Instruction.Reshape _ -> "";
      case Instruction.Softmax i -> joined("axis " + i.axis(), i.logarithm() ? "logarithm" : "");
      case Instruction.Transpose i -> "permutation " + i.permutation();
      case Instruction.Slice i -> "starts " + extents(i.starts()) + ", steps " + extents(i.steps());
      case Instruction.Concat i -> "axis " + i.axis();
      case Instruction.Gather i -> "axis " + i.axis();
      case Instruction.Interleave i -> "strides " + i.strides();
      case Instruction.SelectChannels i -> channels(i.channels());
      case Instruction.Recurrent i -> i.cell() + (i.reverse() ? ", backwards" : "");
      case Instruction.ScatterNd i -> i.function().toString();
      case Instruction.Resize i -> i.how().mode() + ", " + i.how().coordinates();
      case Instruction.Pad i -> i.mode() + ", begins " + extents(i.begins());
      case Instruction.Reduce i -> i.function().toString();
      case Instruction.Measure _, Instruction.Branch _ -> "";
      case Instruction.Produce i ->
          joined(
              i.production().toString(),
              i.integers().isEmpty() ? "" : extents(i.integers()),
              i.numbers().isEmpty() ? "" : i.numbers().toString());
      case Instruction.Loop i ->
          "carries %d, scans %d, stacks %d"
              .formatted(i.carried().size(), i.scanned().size(), i.stacked().size());
      case Instruction.Call i ->
          joined(
              i.routine().toString(),
              i.integers().isEmpty() ? "" : extents(i.integers()),
              i.numbers().isEmpty() ? "" : i.numbers().toString());
      case Instruction.Expand _, Instruction.Fill _, Instruction.If _ -> "";
      case Instruction.Range _, Instruction.Select _ -> "";
      case Instruction.Extents i -> extents(i.values());
    };
  }

  private static String joined(String... parts) {
    return java.util.Arrays.stream(parts)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private static String epilogue(int bias, int residual) {
    return joined(
        bias == Instruction.ABSENT ? "" : "+ bias %" + bias,
        residual == Instruction.ABSENT ? "" : "+ residual %" + residual);
  }

  private static String postOps(List<PostOp> postOps) {
    return joined(postOps.stream().map(PlanPrinter::postOp).toArray(String[]::new));
  }

  /// `NORMALIZE(%3, %4, %5)`
  private static String postOp(PostOp postOp) {
    return switch (postOp) {
      case Activation activation -> activation(activation);
      case PostOp.Normalize(int mean, int slope, int bias) ->
          "NORMALIZE(%%%d, %%%d, %%%d)".formatted(mean, slope, bias);
      case PostOp.Clamp(int lower, int upper) -> "CLAMP(%%%d, %%%d)".formatted(lower, upper);
    };
  }

  private static String activation(Activation activation) {
    UnaryFunction function = activation.function();
    if (function == UnaryFunction.IDENTITY) {
      return "";
    }
    boolean parameters = activation.alpha() != 0 || activation.beta() != 0;
    return parameters
        ? function + "(" + activation.alpha() + ", " + activation.beta() + ")"
        : function.toString();
  }

  private String window(Window window) {
    boolean dilated = window.dilations().stream().anyMatch(dilation -> dilation != 1);
    return joined(
        "kernel " + times(window.kernel()),
        "strides " + times(window.strides()),
        dilated ? "dilations " + times(window.dilations()) : "",
        "pads " + extents(window.padsBegin()) + ".." + extents(window.padsEnd()));
  }

  private static String times(List<Integer> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  /// A run as its ends, else the first few.
  private static String channels(List<Integer> channels) {
    int first = channels.getFirst();
    int last = channels.getLast();
    if (IntStream.range(0, channels.size()).allMatch(i -> channels.get(i) == first + i)) {
      return "channels " + first + ".." + last;
    }
    return channels.stream()
        .limit(CHANNELS_SHOWN)
        .map(String::valueOf)
        .collect(
            Collectors.joining(
                " ", "channels ", channels.size() > CHANNELS_SHOWN ? " ... " + last : ""));
  }

  private String extents(List<Extent> extents) {
    return extents.stream().map(this::extent).collect(Collectors.joining(", ", "[", "]"));
  }

  private String extent(Extent extent) {
    return switch (extent) {
      case Extent.Fixed(long value) -> Long.toString(value);
      case Extent.Symbol(int index) -> program.symbols().get(index);
      case Extent.Sum(var a, var b) -> extent(a) + " + " + extent(b);
      case Extent.Product(var a, var b) -> factor(a) + " * " + factor(b);
      case Extent.FloorDiv(var a, var b) -> "floordiv(" + extent(a) + ", " + extent(b) + ")";
      case Extent.CeilDiv(var a, var b) -> "ceildiv(" + extent(a) + ", " + extent(b) + ")";
      case Extent.Min(var a, var b) -> "min(" + extent(a) + ", " + extent(b) + ")";
      case Extent.Max(var a, var b) -> "max(" + extent(a) + ", " + extent(b) + ")";
      case Extent.Broadcast(var a, var b) -> "broadcast(" + extent(a) + ", " + extent(b) + ")";
    };
  }

  private String factor(Extent extent) {
    return extent instanceof Extent.Sum ? "(" + extent(extent) + ")" : extent(extent);
  }
}
