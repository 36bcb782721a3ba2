package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.DataDependence;
import dev.crease.compiler.op.OperatorSamples;
import dev.crease.compiler.op.Sample;
import dev.crease.compiler.op.nn.Col2Im;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.CastLike;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.tensor.ScatterElements;
import dev.crease.compiler.op.tensor.ScatterNd;
import dev.crease.compiler.op.vision.GridSample;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Machine;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.ResizeMode;
import dev.crease.runtime.plan.ScatterFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Operators that only move elements move strings as they move numbers: every sample of one, with
/// each number replaced by its text, and 0 by the empty string.
class StringMovementTest {
  static Stream<Sample> samples() {
    return OperatorSamples.ALL.stream()
        .filter(sample -> moves(sample.op()) && sample.outputs() == 1)
        .filter(
            sample ->
                !List.of("Reshape: shape at run time", "Pad: pads at run time")
                    .contains(sample.toString()));
  }

  private static boolean moves(Op op) {
    if (op instanceof ControlFlow || op.getClass().getPackageName().endsWith(".sequence")) {
      return false;
    }
    OpSchema.Parameter y = op.schema().outputs().getFirst();
    boolean strings =
        y.types().contains(ElementType.STRING)
            && op.schema().inputs().stream().anyMatch(x -> x.variable().equals(y.variable()));
    return strings
        && !DataDependence.isOf(op)
        && switch (op) {
          case Cast _, CastLike _, Col2Im _ -> false;
          case GridSample sample -> sample.mode() == GridSample.Mode.NEAREST;
          case Resize resize ->
              resize.how().mode() == ResizeMode.NEAREST
                  && resize.how().coordinates() != CoordinateMode.TF_CROP_AND_RESIZE;
          case ScatterElements scatter -> scatter.function() == ScatterFunction.ASSIGN;
          case ScatterNd scatter -> scatter.function() == ScatterFunction.ASSIGN;
          default -> true;
        };
  }

  @ParameterizedTest
  @MethodSource("samples")
  void stringsAreMovedAsNumbersAre(Sample sample) {
    Graph graph = sample.graph(false);
    Node node = graph.nodes().getFirst();
    GraphBuilder builder = new GraphBuilder("strings");
    Map<String, Tensor> given = new HashMap<>();
    List<Value> operands = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      Value operand = node.input(i);
      if (operand.isAbsent()) {
        operands.add(operand);
      } else if (!isMoved(node.op().schema(), i) && graph.constant(operand).isPresent()) {
        operands.add(builder.constant(operand.name(), graph.constant(operand).orElseThrow()));
      } else {
        DoubleTensor numbers = sample.operands().get(i).value();
        Tensor tensor = isMoved(node.op().schema(), i) ? strings(numbers) : numbers.toTensor();
        operands.add(builder.input(operand.name(), type(tensor)));
        given.put(operand.name(), tensor);
      }
    }
    builder.add("node", node.op(), operands, List.of("y")).forEach(builder::output);
    Plan plan = Plan.of(Lowerer.lower(builder.build(), Machine.lanes(), Map.of()));
    Tensor actual = ProgramRun.run(plan, KernelChoice.AUTO, 1, given).get("y");
    DoubleTensor y = sample.op().evaluate(sample.evaluationInputs()).getFirst();
    assertThat(actual).isEqualTo(strings(y));
  }

  private static boolean isMoved(OpSchema schema, int operand) {
    OpSchema.Parameter x = schema.inputs().get(Math.min(operand, schema.inputs().size() - 1));
    return x.variable().equals(schema.outputs().getFirst().variable());
  }

  private static TensorType type(Tensor tensor) {
    return Constant.of(tensor).type();
  }

  private static Tensor strings(DoubleTensor numbers) {
    String[] texts =
        Arrays.stream(numbers.data())
            .mapToObj(number -> number == 0 ? "" : String.valueOf(number))
            .toArray(String[]::new);
    return Tensor.of(texts, numbers.shape());
  }
}
