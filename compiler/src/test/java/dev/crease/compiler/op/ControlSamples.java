package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.control.If;
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
              .withOutputs(2));

  private ControlSamples() {}

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
