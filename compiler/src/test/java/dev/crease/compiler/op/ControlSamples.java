package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.control.Loop;
import dev.crease.compiler.op.control.Scan;
import dev.crease.compiler.op.math.Relu;
import dev.crease.runtime.ElementType;
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
          Sample.of("sums", new Loop(sums(false)), number(3), flag(true), floats(2)).withOutputs(2),
          Sample.of("no turn", new Loop(sums(false)), number(0), flag(true), floats(2))
              .withOutputs(2),
          Sample.of("ends itself", new Loop(sums(true)), Operand.ABSENT, flag(true), floats(2))
              .withOutputs(2),
          Sample.of("forward", scan(List.of(), List.of(), List.of()), floats(2), floats(3, 2))
              .withOutputs(2),
          Sample.of(
                  "backward along 1",
                  scan(List.of(1L), List.of(1L), List.of(-1L)),
                  floats(2),
                  floats(2, 3))
              .withOutputs(2));

  private ControlSamples() {}

  private static If branches() {
    return new If(branch("then", 1, -2, 3), branch("else", -4, 5, -6));
  }

  private static Operand number(long number) {
    return tensor(ElementType.INT64, new int[0], number);
  }

  private static Operand flag(boolean flag) {
    return tensor(ElementType.BOOL, new int[0], flag ? 1 : 0);
  }

  /// Carries `x + 2`, and stacks what it carries; ends by itself after two turns, if asked to.
  private static Graph sums(boolean ends) {
    GraphBuilder builder = new GraphBuilder("sums");
    Value turn = builder.input("turn", TensorType.of(ElementType.INT64));
    Value going = builder.input("going", TensorType.of(ElementType.BOOL));
    Value x = builder.input("x", TensorType.of(ElementType.FLOAT32, 2));
    Value two = builder.constant("two", Constant.of(Tensor.of(new float[] {2})));
    Value one = builder.constant("one", Constant.scalar(1L));
    Value again =
        builder
            .add(
                "",
                Operators.find("Less").orElseThrow().create(Attributes.NONE),
                List.of(turn, one),
                List.of("again"))
            .getFirst();
    Value next =
        builder
            .add(
                "",
                Operators.find("Add").orElseThrow().create(Attributes.NONE),
                List.of(x, two),
                List.of("next"))
            .getFirst();
    builder.output(ends ? again : going);
    builder.output(next);
    builder.output(next);
    return builder.build();
  }

  private static Scan scan(List<Long> axes, List<Long> directions, List<Long> outputAxes) {
    GraphBuilder builder = new GraphBuilder("running");
    Value sum = builder.input("sum", TensorType.of(ElementType.FLOAT32, 2));
    Value x = builder.input("x", TensorType.of(ElementType.FLOAT32, 2));
    Value next =
        builder
            .add(
                "",
                Operators.find("Add").orElseThrow().create(Attributes.NONE),
                List.of(sum, x),
                List.of("next"))
            .getFirst();
    builder.output(next);
    builder.output(next);
    return new Scan(builder.build(), 1, axes, directions, outputAxes, directions);
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
