package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.control.Loop;
import dev.crease.compiler.op.control.Scan;
import dev.crease.compiler.op.crease.Expect;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Comparison;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.sequence.OptionalGetElement;
import dev.crease.compiler.op.sequence.SequenceInsert;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.Tensor;
import java.util.List;

/// Control flow over subgraphs that capture nothing; what they capture is checked apart.
final class ControlSamples {
  static final List<Sample> ALL =
      List.of(
          Sample.of("true", branches(), tensor(ElementType.BOOL, new int[0], 1)),
          Sample.of("false", branches(), tensor(ElementType.BOOL, new int[0], 0)),
          Sample.of("two results", branches(), tensor(ElementType.BOOL, new int[] {1}, 1))
              .withOutputs(2),
          Sample.of("as expected", new Expect(true), floats(2, 3), truth(1)),
          Sample.of(
              "false as expected", new Expect(false), integers(ElementType.INT8, 3), truth(0)),
          Sample.of("so many turns", new Loop(doubling()), count(3), Operand.ABSENT, pair()),
          Sample.of("no turn", new Loop(doubling()), count(3), truth(0), pair()),
          Sample.of("until false", new Loop(doubling()), count(9), truth(1), pair()),
          Sample.of("rows", new Loop(doubling()), count(3), truth(1), pair()).withOutputs(2),
          Sample.of(
              "sequence",
              new Loop(collecting(Holder.SEQUENCE)),
              count(2),
              Operand.ABSENT,
              list(),
              pair()),
          Sample.of(
              "optional",
              new Loop(collecting(Holder.OPTIONAL_SEQUENCE)),
              count(2),
              Operand.ABSENT,
              some(),
              pair()),
          Sample.of("forwards", scan(0, 0), pair(), floats(4, 2)).withOutputs(2),
          Sample.of("backwards", scan(0, 1), pair(), floats(4, 2)).withOutputs(2),
          Sample.of("along columns", scan(-1, 0), pair(), floats(2, 3)).withOutputs(2));

  private ControlSamples() {}

  private static Operand count(double turns) {
    return tensor(ElementType.INT64, new int[0], turns);
  }

  private static Operand truth(double value) {
    return tensor(ElementType.BOOL, new int[0], value);
  }

  private static Operand pair() {
    return tensor(ElementType.FLOAT32, new int[] {2}, 1, -3);
  }

  private static Operand list() {
    return Sample.sequence(ElementType.FLOAT32, floats(3, 1));
  }

  private static Operand some() {
    return Sample.optional(list());
  }

  /// Doubles a pair as long as its sum is above -8, and leaves it as a row.
  private static Graph doubling() {
    GraphBuilder builder = new GraphBuilder("doubling");
    builder.input("loop.turn", TensorType.of(ElementType.INT64));
    builder.input("loop.going", TensorType.of(ElementType.BOOL));
    Value x = builder.input("loop.x", TensorType.of(ElementType.FLOAT32, 2));
    Value y = builder.add(new Arithmetic(Arithmetic.Function.ADD), x, x);
    Value axes = builder.constant("loop.axes", Constant.ofLongs(0));
    Value sum = builder.add(sumOf(), y, axes);
    Value least = builder.constant("loop.least", Constant.scalar(-8f));
    builder.output(builder.add(new Comparison(Comparison.Function.GREATER), sum, least));
    builder.output(y);
    builder.output(x);
    return builder.build();
  }

  private static Op sumOf() {
    return Operators.find("ReduceSum").orElseThrow().create(Attributes.NONE.with("keepdims", 0));
  }

  /// Puts what it carries into a sequence that it carries, be that optional or not.
  private static Graph collecting(Holder holder) {
    GraphBuilder builder = new GraphBuilder("collecting");
    builder.input("loop.turn", TensorType.of(ElementType.INT64));
    Value going = builder.input("loop.going", TensorType.of(ElementType.BOOL));
    Value list = builder.input("loop.list", TensorType.of(holder, ElementType.FLOAT32));
    Value x = builder.input("loop.x", TensorType.of(ElementType.FLOAT32, 2));
    Value held = builder.add(new OptionalGetElement(), list);
    builder.output(going);
    builder.output(builder.add(new SequenceInsert(), held, x));
    builder.output(x);
    return builder.build();
  }

  /// Adds up slices, and leaves each sum as a row.
  private static Scan scan(long axis, long direction) {
    GraphBuilder builder = new GraphBuilder("sums");
    Value sum = builder.input("scan.sum", TensorType.of(ElementType.FLOAT32, 2));
    Value slice = builder.input("scan.slice", TensorType.of(ElementType.FLOAT32, 2));
    Value next = builder.add(new Arithmetic(Arithmetic.Function.ADD), sum, slice);
    builder.output(next);
    builder.output(builder.add(new Identity(), next));
    return new Scan(
        builder.build(), 1, List.of(axis), List.of(direction), List.of(axis), List.of(direction));
  }

  private static If branches() {
    return new If(branch("then", 1, -2, 3), branch("else", -4, 5, -6));
  }

  private static Graph branch(String name, float... values) {
    GraphBuilder builder = new GraphBuilder(name);
    Value x = builder.constant(name + ".x", Constant.of(Tensor.of(values, 1, values.length)));
    Value y = builder.add("", new Relu(), List.of(x), List.of(name + ".y")).getFirst();
    builder.output(y);
    builder.output(x);
    return builder.build();
  }
}
