package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextPrinter;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.frontend.onnx.OnnxOptions;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.frontend.onnx.OnnxWriter;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphVerifier;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.verify.Interpreter;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Branches in branches mean the same in every form: as text, as a file, optimized, as a plan.
class RandomBranchesTest {
  private static final long SEED = Long.getLong("seed", 1);
  private static final int GRAPHS = 60;

  static LongStream seeds() {
    return LongStream.range(SEED, SEED + GRAPHS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyFormIsTheSame(long seed) {
    Graph graph = RandomBranches.graph(seed);
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    assertThat(TextReader.read(TextPrinter.print(graph), "printed").graph()).isEqualTo(graph);
    byte[] file = OnnxWriter.toBytes(Model.of(graph));
    assertThat(OnnxReader.read("m", file, OnnxOptions.DEFAULT).model().graph()).isEqualTo(graph);

    PassReport report = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
    for (int conditions = 0; conditions < 4; conditions++) {
      Map<String, DoubleTensor> inputs = RandomBranches.inputs(graph, conditions);
      Map<String, DoubleTensor> expected = Interpreter.run(graph, inputs);
      Interpreter.run(report.graph(), inputs)
          .forEach(
              (name, value) -> ProgramRun.assertClose(value.toTensor(), expected.get(name), name));
      ProgramRun.assertLikeInterpreter(report.graph(), inputs);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void unoptimizedPlansAreTheSame(long seed) {
    Graph graph = RandomBranches.graph(seed);
    ProgramRun.assertLikeInterpreter(graph, RandomBranches.inputs(graph, (int) (seed & 3)));
  }

  /// The graphs are worth the while.
  @Test
  void muchIsCaptured() {
    long captured =
        seeds()
            .mapToObj(RandomBranches::graph)
            .flatMap(Graph::allNodes)
            .mapToLong(node -> node.captures().size())
            .sum();
    long deep =
        seeds()
            .mapToObj(RandomBranches::graph)
            .flatMap(Graph::allNodes)
            .flatMap(node -> node.subgraphs().stream())
            .flatMap(inner -> inner.nodes().stream())
            .map(Node::captures)
            .filter(captures -> !captures.isEmpty())
            .count();
    long returned =
        seeds()
            .mapToObj(RandomBranches::graph)
            .flatMap(Graph::allNodes)
            .flatMap(node -> node.subgraphs().stream())
            .filter(inner -> inner.outputs().stream().anyMatch(isCaptured(inner)))
            .count();
    assertThat(captured).isGreaterThan(1000);
    assertThat(deep).isGreaterThan(100);
    assertThat(returned).isGreaterThan(100);
  }

  private static java.util.function.Predicate<Value> isCaptured(Graph graph) {
    return graph.captures()::contains;
  }
}
