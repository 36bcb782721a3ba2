package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ONNX `Range`: `output[i] = start + i delta` for `i` from 0 to `max(0, ceil((limit - start) /
/// delta)) - 1`.
public record Range() implements Primitive, ShapeArithmetic {
  private static final Set<ElementType> TYPES = types();

  /// Vectors of more elements are no shapes.
  private static final int MOST_ELEMENTS = 1 << 10;

  public static final OpSchema SCHEMA =
      OpSchema.named("Range")
          .since(11)
          .input("start", "T", TYPES)
          .input("limit", "T", TYPES)
          .input("delta", "T", TYPES)
          .output("output", "T", TYPES)
          .build(_ -> new Range());

  private static Set<ElementType> types() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.FLOATS);
    types.addAll(Set.of(ElementType.INT16, ElementType.INT32, ElementType.INT64));
    return types;
  }

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
    for (int i = 0; i < 3; i++) {
      if (!operands.type(i).elements().is(1) && operands.type(i).knownDims().isPresent()) {
        throw new InvalidOperandException(
            "Range needs scalars, but operand %d is %s".formatted(i, operands.type(i)));
      }
    }
    Dim count = count(operands).orElseGet(operands::freshSymbol);
    return List.of(new TensorType(operands.type(0).element(), List.of(count)));
  }

  private static Optional<Dim> count(Operands operands) {
    Optional<Dim> start = single(operands, 0);
    Optional<Dim> limit = single(operands, 1);
    Optional<Dim> delta = single(operands, 2);
    if (start.isPresent() && limit.isPresent() && delta.filter(Dim::isKnown).isPresent()) {
      long step = delta.get().known().getAsLong();
      Dim way = limit.get().minus(start.get());
      requireStep(step);
      return Optional.of(
          (step > 0 ? way : way.times(-1)).ceilDiv(Dim.of(Math.absExact(step))).max(Dim.ZERO));
    }
    Optional<Constant> first = operands.constant(0);
    Optional<Constant> end = operands.constant(1);
    Optional<Constant> step = operands.constant(2);
    if (first.isEmpty() || end.isEmpty() || step.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Dim.of(count(first.get().doubles()[0], end.get().doubles()[0], step.get().doubles()[0])));
  }

  private static Optional<Dim> single(Operands operands, int index) {
    return operands.elements(index).filter(list -> list.size() == 1).map(List::getFirst);
  }

  private static int count(double start, double limit, double delta) {
    requireStep(delta);
    double count = Math.max(0, Math.ceil((limit - start) / delta));
    if (!(count <= Integer.MAX_VALUE)) {
      throw new InvalidOperandException(
          "Range from %s to %s by %s has too many elements for a tensor"
              .formatted(start, limit, delta));
    }
    return (int) count;
  }

  private static void requireStep(double delta) {
    if (delta == 0) {
      throw new InvalidOperandException("delta of Range is 0");
    }
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    Optional<Dim> count = count(operands).filter(Dim::isKnown);
    Optional<Dim> start = single(operands, 0);
    Optional<Dim> delta = single(operands, 2);
    if (count.isEmpty() || start.isEmpty() || delta.isEmpty()) {
      return Optional.empty();
    }
    long size = count.get().known().getAsLong();
    if (size > MOST_ELEMENTS) {
      return Optional.empty();
    }
    List<Dim> elements = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      elements.add(start.get().plus(delta.get().times(i)));
    }
    return Optional.of(elements);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    ElementType type = inputs.get(0).type();
    double start = inputs.get(0).data()[0];
    double delta = inputs.get(2).data()[0];
    double[] y = new double[count(start, inputs.get(1).data()[0], delta)];
    for (int i = 0; i < y.length; i++) {
      y[i] =
          type.isInteger()
              ? Elements.toDouble(type, (long) start + i * (long) delta)
              : start + i * delta;
    }
    return List.of(new DoubleTensor(type, new int[] {y.length}, y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    DataShape.define(node, to, Routine.RANGE_LENGTH, node.inputs(), List.of());
    int start = to.read(node.input(0), Layout.PLAIN);
    int delta = to.read(node.input(2), Layout.PLAIN);
    to.emit(new Instruction.Range(start, delta, to.write(node.output(), Layout.PLAIN)));
  }
}
