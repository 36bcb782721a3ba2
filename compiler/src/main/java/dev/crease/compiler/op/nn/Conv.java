package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Window;
import dev.crease.runtime.plan.Winograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// ONNX `Conv`: cross-correlation of `X` `(N, C, spatial...)` with `W` `(M, C / group, kernel...)`,
/// plus the optional bias `B` `(M)`. Group `g` of output channels sees group `g` of input channels.
public record Conv(WindowAttributes window, long group) implements Primitive {
  /// Pictures of so many channels are read as planes: as many cache lines as if blocks of channels
  /// were whole, and no lanes to fill.
  private static final int MOST_PLANES = 8;

  public static final OpSchema SCHEMA =
      WindowAttributes.declare(OpSchema.named("Conv").since(22), false)
          .attribute("group", 1)
          .input("X", "T", TypeSets.FLOATS)
          .input("W", "T", TypeSets.FLOATS)
          .optionalInput("B", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(Conv::of);

  public Conv {
    if (group < 1) {
      throw new IllegalArgumentException("group is " + group + ", expected at least 1");
    }
  }

  /// Reads the attributes of a convolution from among an operator's.
  ///
  /// @throws IllegalArgumentException if one has no sense
  public static Conv of(Attributes attributes) {
    return new Conv(WindowAttributes.of(attributes), attributes.integer("group"));
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return window.attributes().with("group", group);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    TensorType w = operands.type(1);
    if (x.rank() < 3 || x.rank() != w.rank()) {
      throw new InvalidOperandException(
          "Conv needs X and W of one rank of at least 3, got %s and %s".formatted(x, w));
    }
    checkChannels(x, w);
    if (operands.has(2)) {
      checkBias(operands.type(2), w);
    }
    List<Dim> dims = new ArrayList<>(List.of(x.dim(0), w.dim(0)));
    dims.addAll(sliding(w).outputs(spatial(x)));
    return List.of(x.withDims(dims));
  }

  private void checkChannels(TensorType x, TensorType w) {
    Dim expected = w.dim(1).times(group);
    if (x.dim(1).isKnown() && expected.isKnown() && !x.dim(1).equals(expected)) {
      throw new InvalidOperandException(
          "Conv with group %d and weights %s needs X with %s channels, got %s"
              .formatted(group, w, expected, x));
    }
    if (w.dim(0).isKnown() && w.dim(0).known().getAsLong() % group != 0) {
      throw new InvalidOperandException(
          "Conv has group %d, which does not divide the %s maps of weights %s"
              .formatted(group, w.dim(0), w));
    }
  }

  private static void checkBias(TensorType bias, TensorType w) {
    boolean fits = bias.rank() == 1;
    if (fits && bias.dim(0).isKnown() && w.dim(0).isKnown()) {
      fits = bias.dim(0).equals(w.dim(0));
    }
    if (!fits) {
      throw new InvalidOperandException(
          "Conv needs B of shape [%s], got %s".formatted(w.dim(0), bias));
    }
  }

  private static List<Dim> spatial(TensorType type) {
    return type.dims().subList(2, type.rank());
  }

  private SlidingWindow sliding(TensorType w) {
    List<Long> taps =
        spatial(w).stream().allMatch(Dim::isKnown)
            ? spatial(w).stream().map(dim -> dim.known().getAsLong()).toList()
            : window.kernel();
    if (taps.isEmpty()) {
      throw new InvalidOperandException(
          "Conv with weights %s of unknown kernel needs the attribute kernel_shape".formatted(w));
    }
    return window.over("Conv", w.rank() - 2, false, taps);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    DoubleTensor w = inputs.get(1);
    long[] weightShape = Arrays.stream(w.shape()).asLongStream().toArray();
    WindowGeometry geometry =
        WindowGeometry.of(sliding(TensorType.of(w.type(), weightShape)), x.shape());
    int maps = w.dim(0);
    double[] y = new double[x.dim(0) * maps * geometry.outputs()];
    if (inputs.has(2)) {
      fillBias(y, inputs.get(2).data(), geometry.outputs());
    }
    int groups = (int) group;
    new Convolution(geometry, x.dim(0), groups, w.dim(1), maps / groups)
        .addTo(y, x.data(), w.data());
    int[] shape = geometry.resultShape(x.dim(0), maps, x.rank());
    return List.of(new DoubleTensor(x.type(), shape, y));
  }

  private static void fillBias(double[] y, double[] bias, int positions) {
    for (int start = 0; start < y.length; start += positions) {
      Arrays.fill(y, start, start + positions, bias[start / positions % bias.length]);
    }
  }

  @Override
  public void lower(Node node, Lowering to) {
    lower(node, to, Value.ABSENT, Value.ABSENT, Activation.NONE, Optional.empty());
  }

  /// Emits the convolution of `node`'s first three operands into its result.
  ///
  /// @param residual of the result's shape, added before the activation; may be absent
  /// @param padding what taps in the padding read, one element per input channel; zeros if absent
  /// @param winograd how to compute it where that is possible, if not directly
  public void lower(
      Node node,
      Lowering to,
      Value residual,
      Value padding,
      Activation activation,
      Optional<Winograd> winograd) {
    Value x = node.input(0);
    Value w = node.input(1);
    if (!Pool.isVector(x.type())) {
      SlidingWindow plain = sliding(w.type());
      new PlainConvolution(node, plain, group, residual, padding, activation, to).emit();
      return;
    }
    Window lowered = sliding(w.type()).lower(spatial(x.type()), to);
    boolean depthwise = group > 1 && w.type().dim(0).is(group) && x.type().dim(1).is(group);
    Layout packing = depthwise ? Layout.DEPTHWISE_WEIGHTS : Layout.CONV_WEIGHTS;
    boolean bordered = !padding.isAbsent() && pads(lowered);
    Optional<WinogradWeights> transformed =
        winograd.flatMap(form -> WinogradWeights.of(this, w, form, to.graph()));
    boolean direct = !depthwise && !bordered && transformed.isEmpty();
    boolean planes = direct && to.layoutOf(x) == Layout.PLAIN && hasFewChannels(x.type());
    int input = to.read(x, planes ? Layout.PLANES : Layout.BLOCKED);
    if (bordered) {
      int values = to.readVector(padding);
      int surrounded = to.temporary(x.type(), Layout.BLOCKED);
      to.emit(new Instruction.Border(input, values, surrounded));
      input = surrounded;
    }
    int weights =
        transformed
            .map(each -> to.weights(each.constant(), packing, each.form().products()))
            .orElseGet(() -> to.readWeights(w, packing, depthwise ? 1 : (int) group));
    int bias = node.hasInput(2) ? to.readVector(node.input(2)) : Instruction.ABSENT;
    int added = residual.isAbsent() ? Instruction.ABSENT : to.read(residual, Layout.BLOCKED);
    int y = to.write(node.output(), Layout.BLOCKED);
    List<PostOp> postOps = activation.postOps();
    to.emit(
        depthwise
            ? new Instruction.DepthwiseConv(input, weights, bias, added, y, lowered, postOps)
            : new Instruction.Conv(
                input,
                weights,
                bias,
                added,
                y,
                lowered,
                (int) group,
                transformed.map(WinogradWeights::form),
                postOps));
  }

  private static boolean hasFewChannels(TensorType x) {
    return x.dim(1).isKnown() && x.dim(1).known().getAsLong() <= MOST_PLANES;
  }

  private static boolean pads(Window window) {
    return Stream.concat(window.padsBegin().stream(), window.padsEnd().stream())
        .anyMatch(pad -> !pad.equals(Extent.of(0)));
  }

  /// How many elements are added around a picture `x` before each of its axes, then after each, if
  /// its size tells.
  ///
  /// @param w the type of the weights
  public Optional<List<Long>> pads(TensorType x, TensorType w) {
    SlidingWindow sliding = sliding(w);
    Dim[] pads = new Dim[2 * x.rank()];
    Arrays.fill(pads, Dim.ZERO);
    for (int axis = 2; axis < x.rank(); axis++) {
      pads[axis] = sliding.padBegin(axis - 2, x.dim(axis));
      pads[axis + x.rank()] = sliding.padEnd(axis - 2, x.dim(axis));
    }
    return Arrays.stream(pads).allMatch(Dim::isKnown)
        ? Optional.of(Arrays.stream(pads).map(pad -> pad.known().getAsLong()).toList())
        : Optional.empty();
  }

  /// The same convolution of pictures that have their padding around them already.
  public Conv withoutPads() {
    return new Conv(
        new WindowAttributes(
            AutoPad.NOTSET, window.dilations(), window.kernel(), List.of(), window.strides()),
        group);
  }
}
