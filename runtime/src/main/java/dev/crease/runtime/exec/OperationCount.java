package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Call;
import dev.crease.runtime.plan.Loops;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.ResizeMode;
import dev.crease.runtime.plan.ScatterFunction;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Window;
import java.util.List;
import java.util.OptionalLong;

/// Counts the operations of instructions for one set of shapes, by the convention of
/// [dev.crease.runtime.StepInfo].
final class OperationCount {
  /// Maximum, difference, exponential, sum, and quotient (or difference from the logarithm).
  private static final long SOFTMAX = 5;

  /// Quotient, power, and the multiply-add before it.
  private static final long LRN_SCALING = 4;

  private final BoundShapes shapes;

  OperationCount(BoundShapes shapes) {
    this.shapes = shapes;
  }

  /// Empty if it is not known.
  OptionalLong of(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Conv i -> linear(i.y(), taps(i.window()) * (channels(i.x()) / i.group()));
      case Instruction.DepthwiseConv i -> linear(i.y(), taps(i.window()));
      case Instruction.Gemm i -> linear(i.y(), last(i.a()));
      case Instruction.Recurrent i -> recurrent(i);
      case Instruction.Pool i -> elementwise(i.y(), taps(i.window()) + functions(i.postOps()));
      case Instruction.GlobalPool i -> elementwise(i.x(), 1);
      case Instruction.Reduce i -> elementwise(i.x(), 1);
      case Instruction.Lrn i -> elementwise(i.y(), 2L * i.size() + LRN_SCALING);
      case Instruction.Softmax i -> elementwise(i.y(), SOFTMAX);
      case Instruction.Channelwise i -> elementwise(i.y(), functions(i.postOps()));
      case Instruction.Unary i -> elementwise(i.y(), functions(List.of(i.activation())));
      case Instruction.Binary i -> elementwise(i.y(), 1 + functions(i.postOps()));
      case Instruction.Compare i -> elementwise(i.y(), 1);
      case Instruction.Select i -> elementwise(i.y(), 1);
      case Instruction.Cast i -> elementwise(i.y(), isMove(i) ? 0 : 1);
      case Instruction.Range i -> elementwise(i.y(), 2);
      case Instruction.ScatterNd i ->
          elementwise(i.updates(), i.function() == ScatterFunction.ASSIGN ? 0 : 1);
      case Instruction.Resize i ->
          i.how().mode() == ResizeMode.NEAREST ? OptionalLong.of(0) : OptionalLong.empty();
      case Call i -> call(i);
      case Instruction.Border _,
          Instruction.Pack _,
          Instruction.Reorder _,
          Instruction.Reshape _,
          Instruction.Transpose _,
          Instruction.Slice _,
          Instruction.Concat _,
          Instruction.Interleave _,
          Instruction.SelectChannels _,
          Instruction.Expand _,
          Instruction.Gather _,
          Instruction.Pad _,
          Instruction.Fill _,
          Instruction.Extents _,
          Instruction.If _ ->
          OptionalLong.of(0);
      case Instruction.Deciding _ -> OptionalLong.empty();
    };
  }

  /// Few routines are worth counting: the others that compute are bound by what they move.
  private OptionalLong call(Call i) {
    return switch (i.routine()) {
      case CONV -> linear(i.y().getFirst(), kernel(i));
      case CONV_TRANSPOSE -> linear(i.x().getFirst(), kernel(i));
      case PRODUCT -> linear(i.y().getFirst(), depth(i));
      case RECURRENT -> recurrent(i);
      case LINEAR_ATTENTION -> attention(i);
      default -> isMove(i) ? OptionalLong.of(0) : OptionalLong.empty();
    };
  }

  /// A product of the state with all gates, in each step. That of the input is an instruction
  /// before.
  private OptionalLong recurrent(Instruction.Recurrent i) {
    long hidden = shapes.of(i.weights())[0];
    long rows = (long) shapes.of(i.x())[0] * shapes.of(i.x())[1];
    return OptionalLong.of(2 * rows * i.cell().gates() * hidden * hidden);
  }

  /// Products of the inputs and of the states with their weights, in each step and direction.
  private OptionalLong recurrent(Call i) {
    int[] x = shapes.of(i.x().getFirst());
    long weights = (long) shapes.elements(i.x().get(1)) + shapes.elements(i.x().get(2));
    return OptionalLong.of(2L * x[0] * x[1] * weights);
  }

  /// What is added to a state, what its keys find in it if that is taken off before, and what each
  /// head of the queries reads of it.
  private OptionalLong attention(Call i) {
    int[] k = shapes.of(i.x().get(1));
    int[] v = shapes.of(i.x().get(2));
    long readers = shapes.evaluate(i.integers().get(0));
    long states = shapes.evaluate(i.integers().get(1));
    boolean corrects = i.x().size() > 5 && i.x().get(5) != Instruction.ABSENT;
    long heads = readers + (corrects ? 2 : 1) * states;
    long state = (k[2] / states) * (v[2] / states);
    return OptionalLong.of(2 * k[0] * k[1] * heads * state);
  }

  /// Weights for one entry of their first axis: what makes an element of a convolution's result, or
  /// what an element of a transposed one's operand is multiplied by.
  private long kernel(Call convolution) {
    int[] weights = shapes.of(convolution.x().get(1));
    return BoundShapes.product(weights, 1, weights.length);
  }

  /// How many products make an element of a matrix product.
  private long depth(Call product) {
    int[] a = shapes.of(product.x().getFirst());
    boolean transposed = shapes.evaluate(product.integers().getFirst()) != 0 && a.length > 1;
    return a[a.length - (transposed ? 2 : 1)];
  }

  private OptionalLong linear(int slot, long multiplyAdds) {
    return elementwise(slot, 2 * multiplyAdds);
  }

  private OptionalLong elementwise(int slot, long each) {
    return OptionalLong.of(shapes.elements(slot) * each);
  }

  private static long functions(List<? extends PostOp> postOps) {
    return postOps.stream().mapToLong(OperationCount::functions).sum();
  }

  private static long functions(PostOp postOp) {
    return switch (postOp) {
      case Activation(var function, _, _) -> function == UnaryFunction.IDENTITY ? 0 : 1;
      case PostOp.Normalize _ -> 3;
      case PostOp.Clamp _ -> 2;
    };
  }

  private boolean isMove(Instruction instruction) {
    return Loops.of(instruction, shapes.program().slots()) == Loops.MOVE;
  }

  private static long taps(Window window) {
    return window.kernel().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
  }

  private int channels(int slot) {
    return shapes.of(slot)[1];
  }

  private int last(int slot) {
    int[] shape = shapes.of(slot);
    return shape[shape.length - 1];
  }
}
