package dev.crease.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.Unsqueeze;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Winograd;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Shapes with symbols, and what the messages say of operands that do not fit.
class InferenceTest {
  private final GraphBuilder builder = new GraphBuilder("test");
  private int inputs;

  /// A float32 input; a dimension is a number or a symbol.
  private Value input(Object... dims) {
    List<Dim> list =
        Arrays.stream(dims)
            .map(dim -> dim instanceof Integer size ? Dim.of(size) : Dim.symbol((String) dim))
            .toList();
    return builder.input("x" + inputs++, new TensorType(ElementType.FLOAT32, list));
  }

  private Value longs(long... values) {
    return builder.constant("c" + inputs++, Constant.ofLongs(values));
  }

  private Value weights(long... dims) {
    return builder.constant("w" + inputs++, Constant.splat(ElementType.FLOAT32, dims, 1));
  }

  private String shape(Op op, Value... operands) {
    return builder.add(op, operands).type().dims().toString();
  }

  private static Conv strided(AutoPad autoPad, long stride, long... pads) {
    List<Long> padding = Arrays.stream(pads).boxed().toList();
    List<Long> strides = List.of(stride, stride);
    return new Conv(new WindowAttributes(autoPad, List.of(), List.of(), padding, strides), 1);
  }

  @Test
  void convolutionsGiveExpressions() {
    Value x = input("N", 3, "H", "W");
    Value w = weights(8, 3, 3, 3);
    assertThat(shape(strided(AutoPad.NOTSET, 1, 1, 1, 1, 1), x, w)).isEqualTo("[N, 8, H, W]");
    assertThat(shape(strided(AutoPad.NOTSET, 2, 1, 1, 1, 1), x, w))
        .isEqualTo("[N, 8, floordiv(H + 1, 2), floordiv(W + 1, 2)]");
    assertThat(shape(strided(AutoPad.SAME_UPPER, 2), x, w))
        .isEqualTo("[N, 8, floordiv(H + 1, 2), floordiv(W + 1, 2)]");
    assertThat(shape(strided(AutoPad.VALID, 1), x, w)).isEqualTo("[N, 8, H - 2, W - 2]");
  }

  @Test
  void broadcastingKeepsWhatItKnows() {
    Op add = new Arithmetic(Arithmetic.Function.ADD);
    assertThat(shape(add, input("N", "C", 4), input("C", 1))).isEqualTo("[N, C, 4]");
    assertThat(shape(add, input("N", 1), input(5))).isEqualTo("[N, 5]");
    assertThat(shape(add, input("N"), input("M"))).isEqualTo("[broadcast(M, N)]");
    assertThat(shape(new MatMul(), input("B", 4, "K"), input("K", 5))).isEqualTo("[B, 4, 5]");
  }

  @Test
  void reshapesDivideExactly() {
    Value x = input("N", 16, "H", "W");
    assertThat(shape(new Reshape(false), x, longs(0, -1))).isEqualTo("[N, 16 * H * W]");
    assertThat(shape(new Reshape(false), x, longs(-1, 4))).isEqualTo("[4 * H * N * W, 4]");
    assertThat(shape(new Reshape(false), x, longs(0, 4, 4, 0, -1))).isEqualTo("[N, 4, 4, W, H]");
  }

  /// `x.reshape(x.shape[0], -1)` as exporters write it.
  @Test
  void shapesFlowThroughTheirSubgraph() {
    Value x = input("N", 16, "H", "W");
    Value shape = builder.add(new Shape(), x);
    Value batch = builder.add(new Gather(0), shape, builder.constant("zero", Constant.scalar(0L)));
    Value row = builder.add(new Unsqueeze(), batch, longs(0));
    Value target = builder.add(new Concat(0), row, longs(-1));
    assertThat(shape(new Reshape(false), x, target)).isEqualTo("[N, 16 * H * W]");
    Value doubled = builder.add(new Arithmetic(Arithmetic.Function.MUL), shape, longs(2));
    Value last = builder.add(new Slice(), doubled, longs(2), longs(Long.MAX_VALUE));
    assertThat(builder.build().elements(last).orElseThrow().toString()).isEqualTo("[2 * H, 2 * W]");
  }

  @Test
  void slicesClampSymbolically() {
    Value x = input("N", 8);
    Op slice = new Slice();
    assertThat(shape(slice, x, longs(1), longs(Long.MAX_VALUE))).isEqualTo("[max(N - 1, 0), 8]");
    assertThat(shape(slice, x, longs(0), longs(-1))).isEqualTo("[max(N - 1, 0), 8]");
    assertThat(shape(slice, x, longs(0), longs(4))).isEqualTo("[min(4, N), 8]");
    assertThat(shape(slice, x, longs(0), longs(100), longs(1), longs(3))).isEqualTo("[N, 3]");
    assertThat(shape(slice, x, longs(-1), longs(Long.MIN_VALUE), longs(0), longs(-1)))
        .isEqualTo("[N, 8]");
  }

  @Test
  void messagesNameWhatWasExpectedAndGiven() {
    assertFails(new Conv(WindowAttributes.NONE, 1), input(1, 4, 8, 8), weights(8, 3, 3, 3))
        .hasMessageContaining("3 channels")
        .hasMessageContaining("f32[1, 4, 8, 8]");
    assertFails(new Conv(WindowAttributes.NONE, 1), input(1, 3, 2, 2), weights(8, 3, 3, 3))
        .hasMessageContaining("spans 3 pixels")
        .hasMessageContaining("has 2");
    assertFails(new Arithmetic(Arithmetic.Function.MUL), input(2, 3), input(4))
        .hasMessageContaining("[2, 3] and [4]");
    assertFails(new Gemm(1, 1, false, true), input(2, 3), input(3, 4))
        .hasMessageContaining("3 of A but 4 of B");
    assertFails(new Reshape(false), input(2, 3), longs(4, 2)).hasMessageContaining("[4, 2]");
    assertFails(new Expand(), input(2, 3), longs(-1, 3)).hasMessageContaining("[-1, 3]");
    assertFails(new Slice(), input(2, 3), longs(0), longs(1), longs(0), longs(0))
        .hasMessageContaining("step of Slice is 0");
    assertFails(new Concat(0), input(2, 3), input(2, 4)).hasMessageContaining("f32[2, 4]");
    assertFails(new Concat(5), input(2, 3)).hasMessageContaining("-2 to 1 for rank 2");
    WindowAttributes three = NnSamples.window(List.of(2L, 2L, 2L), List.of(), List.of(), List.of());
    assertFails(new MaxPool(three, false, 0), input(1, 1, 4, 4))
        .hasMessageContaining("kernel_shape of MaxPool has 3 entries")
        .hasMessageContaining("expected 2");
  }

  /// Numbers near the end of their range, as a malformed model may hold them, do not overflow.
  @Test
  void hugeNumbersAreClampedOrRefused() {
    assertThat(shape(new Slice(), input("N"), longs(0), longs(9), longs(0), longs(Long.MAX_VALUE)))
        .isNotEmpty();
    assertThat(shape(new Slice(), input(7), longs(-1), longs(-9), longs(0), longs(Long.MIN_VALUE)))
        .isEqualTo("[1]");
    long far = Integer.MAX_VALUE;
    WindowAttributes wide = NnSamples.window(List.of(), List.of(), List.of(far, far), List.of());
    assertFails(new Conv(wide, 1), input(1, 3, 8, 8), weights(8, 3, 3, 3))
        .hasMessageContaining("spans 4294967295 pixels");
  }

  @ParameterizedTest
  @CsvSource({
    "16, 3, 2, 1, 1",
    "16, 3, 1, 2, 1",
    "16, 3, 1, 1, 2",
    "16, 5, 1, 1, 1",
    "8, 3, 1, 1, 1"
  })
  void whatIsComputedInTilesFitsThem(
      long maps, long kernel, long stride, long dilation, long group) {
    List<Long> strides = List.of(stride, stride);
    List<Long> dilations = List.of(dilation, dilation);
    WindowAttributes window = NnSamples.window(List.of(), strides, dilations, List.of());
    Op op = new FusedConv(new Conv(window, group), Activation.NONE, Optional.of(Winograd.F4));
    assertFails(op, input(1, 4, 19, 19), weights(maps, 4 / group, kernel, kernel))
        .hasMessageContaining("in tiles of 4 by 4 needs float32 weights of 3 by 3");
  }

  @Test
  void branchesJoinTheirShapes() {
    Value condition = builder.input("condition", TensorType.of(ElementType.BOOL, 1));
    Value n = builder.input("n", TensorType.of(ElementType.INT64, 1));
    Value captured = builder.add(new Reshape(false), input("N"), n);
    assertThat(captured.type()).hasToString("f32[?1]");
    assertThat(joined(condition, input("N", 3), input("N", 3))).isEqualTo("[N, 3]");
    assertThat(joined(condition, input("N", 3), input("N", 4))).isEqualTo("[N, ?2]");
    assertThat(joined(condition, input("N", 3), input("M", 4))).isEqualTo("[?3, ?4]");
    assertThat(joined(condition, captured, captured)).isEqualTo("[?1]");
    Value known = builder.constant("known", Constant.of(Tensor.of(new boolean[] {true})));
    assertThat(joined(known, input("N", 3), input("M"))).isEqualTo("[N, 3]");
    Value size = builder.add(new Shape(Optional.of(1L), 0), input(0));
    Value no = builder.add(new Cast(ElementType.BOOL), size);
    assertThat(joined(no, input("N", 3), input("M"))).isEqualTo("[M]");
    Value unknown = builder.input("unknown", TensorType.of(ElementType.BOOL, 2));
    assertThatThrownBy(() -> joined(unknown, input(1), input(1)))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("the condition of If is one boolean, got bool[2]");
    assertThatThrownBy(() -> joined(condition, input(1), input(1, 1)))
        .isInstanceOf(UnsupportedNodeException.class)
        .hasMessageContaining("of different ranks");
  }

  /// How many dimensions are left is not known before a run.
  @Test
  void aDimensionThatDataDecidesIsNotSqueezedWithoutAxes() {
    Value n = builder.input("n", TensorType.of(ElementType.INT64, 2));
    Value reshaped = builder.add(new Reshape(false), input("N"), n);
    assertThatThrownBy(() -> builder.add(new Squeeze(), reshaped))
        .isInstanceOf(UnsupportedNodeException.class)
        .hasMessageContaining("which dimensions are 1 is known at run time");
  }

  /// Two dimensions that data decides in either branch are two, whatever they are called there.
  @Test
  void whatDataDecidesInABranchIsUnknownAround() {
    Value condition = builder.input("condition", TensorType.of(ElementType.BOOL));
    Value n = builder.input("n", TensorType.of(ElementType.INT64, 1));
    Value x = input("N");
    List<Graph> branches =
        java.util.stream.Stream.of("then", "else")
            .map(
                name -> {
                  GraphBuilder branch = new GraphBuilder(name, builder);
                  branch.output(
                      branch.add("", new Reshape(false), List.of(x, n), List.of(name)).getFirst());
                  return branch.build();
                })
            .toList();
    assertThat(shape(new If(branches.getFirst(), branches.getLast()), condition)).isEqualTo("[?3]");
  }

  private String joined(Value condition, Value then, Value otherwise) {
    return shape(new If(returning(then), returning(otherwise)), condition);
  }

  private Graph returning(Value value) {
    GraphBuilder branch = new GraphBuilder("branch", builder);
    branch.output(value);
    return branch.build();
  }

  private AbstractThrowableAssert<?, ?> assertFails(Op op, Value... operands) {
    return assertThatThrownBy(() -> builder.add(op, operands))
        .isInstanceOf(InvalidOperandException.class);
  }
}
