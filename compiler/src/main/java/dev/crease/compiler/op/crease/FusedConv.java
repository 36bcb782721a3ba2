package dev.crease.compiler.op.crease;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.math.Activations;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.nn.WinogradWeights;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Winograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `Y = activation(Conv(X, W, B) + residual)`: a convolution with what follows it, whose taps in
/// the padding of input channel `c` read `padding[c]`, not 0. The residual has the convolution's
/// shape; it, the bias and the padding (zeros then) may be left out.
///
/// As attributes the activation is the name of an ONNX operator and its parameters `alpha` and
/// `beta` (for Clip: its bounds); `tile` is how many outputs along each axis are computed together
/// by a form of [Winograd], or 0 for none. It decides how a plan rounds, and nothing else.
public record FusedConv(Conv conv, Activation activation, Optional<Winograd> winograd)
    implements Primitive, Composite {
  /// The place of the residual among the operands.
  public static final int RESIDUAL = 3;

  /// The place of what the padding holds.
  public static final int PADDING = 4;

  public static final OpSchema SCHEMA =
      WindowAttributes.declare(OpSchema.crease("FusedConv"), false)
          .attribute("group", 1)
          .attribute("activation", Activations.operator(Activation.NONE))
          .attribute("alpha", 0f)
          .attribute("beta", 0f)
          .attribute("tile", 0)
          .input("X", "T", TypeSets.FLOATS)
          .input("W", "T", TypeSets.FLOATS)
          .optionalInput("B", "T", TypeSets.FLOATS)
          .optionalInput("residual", "T", TypeSets.FLOATS)
          .optionalInput("padding", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(
              a ->
                  new FusedConv(
                      Conv.of(a),
                      Activations.of(a.text("activation"), a.real("alpha"), a.real("beta")),
                      winograd(a.integer("tile"))));

  /// A convolution that is computed directly.
  public FusedConv(Conv conv, Activation activation) {
    this(conv, activation, Optional.empty());
  }

  private static Optional<Winograd> winograd(long tile) {
    Optional<Winograd> form =
        Arrays.stream(Winograd.values()).filter(each -> each.outputs() == tile).findFirst();
    if (form.isEmpty() && tile != 0) {
      throw new IllegalArgumentException("tile is " + tile + ", expected 0, 2 or 4");
    }
    return form;
  }

  /// How many outputs along each axis are computed together; 0 for none.
  public int tile() {
    return winograd.map(Winograd::outputs).orElse(0);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return conv.attributes()
        .with("activation", Activations.operator(activation))
        .with("alpha", activation.alpha())
        .with("beta", activation.beta())
        .with("tile", (long) tile());
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    List<TensorType> results = conv.infer(operands);
    if (winograd.isPresent() && !WinogradWeights.mayFit(conv, operands.type(1))) {
      throw new InvalidOperandException(
          "FusedConv in tiles of %1$d by %1$d needs float32 weights of 3 by 3 for a multiple of %2$d"
                  .formatted(tile(), Winograd.MAPS)
              + " maps, stride, dilation and group 1, got weights of type "
              + operands.type(1)
              + " and "
              + conv.attributes());
    }
    if (operands.has(RESIDUAL)) {
      requireSameShape(operands.type(RESIDUAL), results.getFirst());
    }
    if (operands.has(PADDING)) {
      ChannelVector.require("FusedConv", "padding", operands.type(PADDING), operands.type(0));
    }
    return results;
  }

  private static void requireSameShape(TensorType residual, TensorType y) {
    boolean fits = residual.rank() == y.rank();
    for (int axis = 0; fits && axis < y.rank(); axis++) {
      Dim given = residual.dim(axis);
      fits = given.equals(y.dim(axis)) || !given.isKnown() || !y.dim(axis).isKnown();
    }
    if (!fits) {
      throw new InvalidOperandException(
          "FusedConv needs a residual of the result's shape %s, got %s".formatted(y, residual));
    }
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor y = convolve(inputs);
    if (inputs.has(RESIDUAL)) {
      double[] residual = inputs.get(RESIDUAL).data();
      for (int i = 0; i < residual.length; i++) {
        y.data()[i] += residual[i];
      }
    }
    return List.of(Activations.evaluate(activation, y));
  }

  private DoubleTensor convolve(EvaluationInputs inputs) {
    if (!inputs.has(PADDING)) {
      return conv.evaluate(inputs).getFirst();
    }
    DoubleTensor x = inputs.get(0);
    DoubleTensor w = inputs.get(1);
    List<Long> pads = conv.pads(type(x), type(w)).orElseThrow();
    double[] padding = inputs.get(PADDING).data();
    List<@Nullable DoubleTensor> operands = new ArrayList<>();
    operands.add(new ChannelPad(pads).around(x, padding));
    operands.add(w);
    operands.add(inputs.has(2) ? inputs.get(2) : null);
    return conv.withoutPads().evaluate(new EvaluationInputs(operands, 1)).getFirst();
  }

  private static TensorType type(DoubleTensor tensor) {
    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
    return TensorType.of(tensor.type(), shape);
  }

  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    Value residual = operand(inputs, RESIDUAL);
    Value y =
        operand(inputs, PADDING).isAbsent()
            ? out.add(conv, inputs.get(0), inputs.get(1), operand(inputs, 2))
            : new PaddedConvolution(conv, inputs, out).expand();
    if (!residual.isAbsent()) {
      y = out.add(new Arithmetic(Arithmetic.Function.ADD), y, residual);
    }
    return List.of(Activations.apply(activation, y, out));
  }

  private static Value operand(List<Value> inputs, int index) {
    return index < inputs.size() ? inputs.get(index) : Value.ABSENT;
  }

  @Override
  public void lower(Node node, Lowering to) {
    conv.lower(node, to, node.input(RESIDUAL), node.input(PADDING), activation, winograd);
  }
}
