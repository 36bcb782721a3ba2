package dev.crease.compiler.verify.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphCopy;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.plan.RandomBranches;
import dev.crease.compiler.verify.GoldenModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
  private static final String NET =
      """
      model Net(x: f32[N, 2, H, W]) -> (y: f32[N, 2, H, W]) {
        v: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[3]], [[4]]]]
        w: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[3]], [[5]]]]
        a = Conv(x, v)
        b = BatchNormalization(a, [4, 3], [10, 20], [1, 2], [3, 8])
        c = Relu(b)
        d = Conv(c, w)
        y = BatchNormalization(d, [1, 3], [10, 20], [1, 2], [3, 8])
      }
      """;

  static Stream<Path> files() throws IOException {
    return GoldenModels.files();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(7, 60);
  }

  private static PassReport run(Graph graph) {
    return new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
  }

  @Tag("passes")
  @ParameterizedTest
  @MethodSource("files")
  void pipelinesReplayWhereverTheyStop(Path file) {
    Graph graph = GoldenModels.read(file);
    for (int last = 0; last <= run(graph).rewrites().size(); last++) {
      PassOptions options = PassOptions.defaults().stoppingAfter(last);
      PassReport report = new PassRunner(Pipeline.inference(), options).run(graph);
      assertThat(Replay.findings(graph, report.rewrites(), report.graph())).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void branchesInBranchesReplay(long seed) {
    Graph graph = RandomBranches.graph(seed);
    PassReport report = run(graph);
    assertThat(Replay.findings(graph, report.rewrites(), report.graph())).isEmpty();
  }

  @Tag("passes")
  @ParameterizedTest
  @MethodSource("seeds")
  void manyBranchesInBranchesReplay(long seed) {
    branchesInBranchesReplay(seed);
  }

  @Tag("passes")
  @Test
  void anEmptyLogOfAChangedGraphIsWrong() {
    int changed = 0;
    for (long seed : seeds().toArray()) {
      Graph graph = RandomBranches.graph(seed);
      Graph folded = run(graph).graph();
      if (graph.allNodes().count() != folded.allNodes().count()
          && graph.allNodes().noneMatch(node -> node.op().schema().name().equals("If"))) {
        changed += Replay.findings(graph, List.of(), folded).isEmpty() ? 0 : 1;
      }
    }
    assertThat(changed).isPositive();
  }

  /// A Dropout that gives an output its name becomes a copy, which another copy may stand for.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(m: f32[2]) -> (a: f32[2], b: f32[2]) {\na = Identity(m)\nb = Dropout(m)\n}",
        "(m: f32[2]) -> (a: f32[2], b: f32[2]) {\nb = Dropout(m)\na = Identity(b)\n}",
        "(m: f32[2]) -> (a: f32[2], b: f32[2]) {\nb = Dropout(m)\na = Dropout(b)\n}",
        """
        (x: f32[2]) -> (a: f32[2], b: f32[2], c: f32[2], m: f32[2]) {
          m = Tanh(x)
          a = Identity(m)
          b = Dropout(m)
          c = Dropout(a)
        }
        """
      })
  void copiesOfOneValueMayBeMerged(String text) {
    Graph graph = TextReader.read("model M" + text.strip() + "\n", "t").graph();
    PassReport report = run(graph);
    assertThat(report.rewrites()).isNotEmpty();
    assertThat(Replay.findings(graph, report.rewrites(), report.graph())).isEmpty();
  }

  private static Graph net() {
    return TextReader.read(NET, "net").graph();
  }

  @Test
  void aRewriteThatIsNotInTheLogIsFound() {
    Graph net = net();
    PassReport report = run(net);
    assertThat(report.rewrites()).hasSize(3);
    for (Rewrite missing : report.rewrites()) {
      List<Rewrite> log = new ArrayList<>(report.rewrites());
      log.remove(missing);
      assertThat(Replay.findings(net, log, report.graph())).as("%s", missing).hasSize(1);
    }
  }

  @Test
  void aRewriteOfAnotherGraphIsFound() {
    PassReport report = run(net());
    Graph other = TextReader.read(NET.replace("[[3]], [[5]]", "[[3]], [[6]]"), "other").graph();
    assertThat(Replay.findings(other, report.rewrites(), run(other).graph()))
        .singleElement()
        .asString()
        .contains("rewrite 2 fold-batch-norm", "`w` is not that of the graph");
  }

  @Test
  void aSwappedConstantIsFound() {
    Graph net = net();
    PassReport report = run(net);
    Graph copied = withConstants(report.graph(), c -> Constant.of(c.tensor()));
    assertThat(Replay.findings(net, report.rewrites(), copied)).isEmpty();
    for (Value swapped : report.graph().constants().keySet()) {
      Constant old = report.graph().constants().get(swapped);
      double[] elements = old.doubles();
      elements[elements.length - 1] = Math.nextUp((float) elements[elements.length - 1]);
      Constant other = Constant.derived(old.element(), old.dims(), elements::clone);
      Graph graph = withConstants(report.graph(), c -> c == old ? other : c);
      assertThat(Replay.findings(net, report.rewrites(), graph))
          .singleElement()
          .asString()
          .contains("reads the constant");
    }
  }

  private static Graph withConstants(Graph graph, UnaryOperator<Constant> change) {
    GraphCopy copy = new GraphCopy(graph, Set.of());
    graph
        .constants()
        .forEach(
            (value, constant) ->
                copy.put(value, copy.target().constant(value.name(), change.apply(constant))));
    graph.nodes().forEach(copy::add);
    return copy.build();
  }

  @Test
  void anExtraNodeIsFound() {
    Graph net = net();
    PassReport report = run(net);
    for (Node changed : report.graph().nodes()) {
      GraphCopy copy = new GraphCopy(report.graph());
      for (Node node : report.graph().nodes()) {
        List<Value> operands = new ArrayList<>(node.inputs());
        if (node == changed) {
          operands.set(0, copy.target().add(new Relu(), copy.map(operands.getFirst())));
        }
        copy.add(new Node(node.name(), node.op(), operands, node.outputs()));
      }
      assertThat(Replay.findings(net, report.rewrites(), copy.build()))
          .singleElement()
          .asString()
          .contains("but replaying the log gives");
    }
  }

  @Test
  void aChangedAttributeIsFound() {
    Graph net = net();
    PassReport report = run(net);
    GraphCopy copy = new GraphCopy(report.graph());
    for (Node node : report.graph().nodes()) {
      var op = node.op();
      boolean fused = op.schema().name().equals("FusedConv");
      var changed = fused ? op.schema().create(op.attributes().with("activation", "Sigmoid")) : op;
      copy.add(new Node(node.name(), changed, node.inputs(), node.outputs()));
    }
    assertThat(Replay.findings(net, report.rewrites(), copy.build())).hasSize(1);
  }
}
