package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// ONNX `Clip`: `y = min(max(input, min), max)`, so `max` wins where the bounds cross. A bound left
/// out does not bind.
public record Clip() implements ScalarFunction, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Clip")
          .since(13)
          .input("input", "T", TypeSets.NUMBERS)
          .optionalInput("min", "T", TypeSets.NUMBERS)
          .optionalInput("max", "T", TypeSets.NUMBERS)
          .output("output", "T", TypeSets.NUMBERS)
          .build(_ -> new Clip());

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    for (int i = 1; i <= 2; i++) {
      if (operands.has(i)) {
        Dim elements = operands.type(i).elements();
        if (elements.isKnown() && !elements.is(1)) {
          throw new InvalidOperandException(
              "Clip needs %s to be a scalar, got %s"
                  .formatted(SCHEMA.inputs().get(i).name(), operands.type(i)));
        }
      }
    }
    return List.of(operands.type(0));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    Optional<List<Dim>> input = operands.elements(0);
    boolean unknown =
        (operands.has(1) && operands.elements(1).isEmpty())
            || (operands.has(2) && operands.elements(2).isEmpty());
    if (input.isEmpty() || unknown) {
      return Optional.empty();
    }
    List<Dim> clipped = new ArrayList<>(input.get());
    operands.elements(1).ifPresent(low -> clipped.replaceAll(x -> x.max(low.getFirst())));
    operands.elements(2).ifPresent(high -> clipped.replaceAll(x -> x.min(high.getFirst())));
    return Optional.of(clipped);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double low = inputs.has(1) ? inputs.get(1).data()[0] : Double.NEGATIVE_INFINITY;
    double high = inputs.has(2) ? inputs.get(2).data()[0] : Double.POSITIVE_INFINITY;
    double[] y = new double[x.data().length];
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.min(Math.max(x.data()[i], low), high);
    }
    return List.of(new DoubleTensor(x.type(), x.shape(), y));
  }

  /// Known if the bounds are constants that a float32 holds exactly.
  @Override
  public Optional<Activation> activation(Node node, Graph graph) {
    Optional<Float> low = bound(node.input(1), graph, Float.NEGATIVE_INFINITY);
    Optional<Float> high = bound(node.input(2), graph, Float.POSITIVE_INFINITY);
    return low.isPresent() && high.isPresent()
        ? Optional.of(new Activation(UnaryFunction.CLIP, low.get(), high.get()))
        : Optional.empty();
  }

  private static Optional<Float> bound(Value value, Graph graph, float missing) {
    if (value.isAbsent()) {
      return Optional.of(missing);
    }
    Optional<Constant> constant = graph.constant(value);
    if (constant.isEmpty()) {
      return Optional.empty();
    }
    double bound = constant.get().toDoubleTensor().data()[0];
    boolean exact = (float) bound == bound && constant.get().element() != ElementType.UINT64;
    return exact ? Optional.of((float) bound) : Optional.empty();
  }

  @Override
  public void lower(Node node, Lowering to) {
    Supported.type(node, node.input(0), Supported.ARITHMETIC);
    Optional<Activation> known = activation(node, to.graph());
    if (known.isPresent()) {
      Layout layout = to.layoutOf(node.input(0));
      int x = to.read(node.input(0), layout);
      to.emit(new Instruction.Unary(x, to.write(node.output(), layout), known.get()));
    } else {
      lowerComputed(node, to);
    }
  }

  /// The bounds are computed: a maximum, then a minimum.
  private static void lowerComputed(Node node, Lowering to) {
    int x = to.read(node.input(0), Layout.PLAIN);
    boolean both = node.hasInput(1) && node.hasInput(2);
    if (node.hasInput(1)) {
      int y =
          both
              ? to.temporary(node.output().type(), Layout.PLAIN)
              : to.write(node.output(), Layout.PLAIN);
      bind(BinaryFunction.MAX, x, node.input(1), y, to);
      x = y;
    }
    if (node.hasInput(2)) {
      int y = to.write(node.output(), Layout.PLAIN);
      bind(BinaryFunction.MIN, x, node.input(2), y, to);
    }
  }

  private static void bind(BinaryFunction function, int x, Value bound, int y, Lowering to) {
    int scalar = to.read(bound, Layout.PLAIN);
    if (bound.type().rank() > 0) {
      int squeezed = to.temporary(bound.type().withDims(List.of()), Layout.PLAIN);
      to.emit(new Instruction.Reshape(scalar, squeezed));
      scalar = squeezed;
    }
    to.emit(new Instruction.Binary(function, x, scalar, y, List.of()));
  }
}
