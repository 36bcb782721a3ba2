package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.CompilerBugException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.GraphVerifier;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.runtime.ElementType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PassRunnerTest {
  private static final TensorType TYPE = TensorType.of(ElementType.FLOAT32, 2);

  /// `Relu(Relu(x)) -> Relu(x)`
  private static final Rule ONCE =
      (out, node) -> {
        Node inner = out.source().producer(node.input(0)).orElse(null);
        if (inner == null) {
          return Outcome.declined("its operand is an input");
        }
        out.replace(node, node.op(), inner.inputs());
        return Outcome.replaced("merged with " + inner.label(), Preconditions.NONE, node, inner);
      };

  /// Parallel chains of `length` rectifiers over one input: `a1, a2, ...`, `b1, ...`
  private static Graph chains(int length, String... names) {
    GraphBuilder builder = new GraphBuilder("chains");
    Value x = builder.input("x", TYPE);
    for (String name : names) {
      Value last = x;
      for (int i = 1; i <= length; i++) {
        last = builder.add("", new Relu(), List.of(last), List.of(name + i)).getFirst();
      }
      builder.output(last);
    }
    return builder.build();
  }

  private static PassReport run(Rule rule, Graph graph, PassOptions options) {
    Pipeline pipeline = Pipeline.of(List.of(new Pass("test", "a test", rule)), List.of());
    return new PassRunner(pipeline, options).run(graph);
  }

  private static List<String> results(Graph graph) {
    return graph.nodes().stream().map(node -> node.output().name()).toList();
  }

  @Test
  void aRuleIsSweptToItsFixpoint() {
    PassReport report = run(ONCE, chains(4, "a"), PassOptions.defaults());
    assertThat(results(report.graph())).containsExactly("a4");
    assertThat(report.graph().nodes().getFirst().input(0).name()).isEqualTo("x");
    assertThat(report.timings().getFirst().rewrites()).isEqualTo(report.rewrites().size());
    assertThat(report.rewrites()).extracting(Rewrite::number).startsWith(1, 2, 3);
    assertThat(report.rewrites().getFirst().toString())
        .isEqualTo("1 test: Relu `a2` merged with Relu `a1`");
  }

  @Test
  void onlyTheFinalGraphsDeclinesAreReported() {
    PassReport report = run(ONCE, chains(3, "a"), PassOptions.defaults());
    assertThat(report.declines())
        .containsExactly(new PassReport.Decline("test", "Relu `a3`", "its operand is an input"));
  }

  @Test
  void stopsAfterARewrite() {
    Graph graph = chains(2, "a", "b", "c");
    PassReport report = run(ONCE, graph, PassOptions.defaults().stoppingAfter(2));
    assertThat(report.rewrites()).hasSize(2);
    assertThat(results(report.graph())).containsExactly("a2", "b2", "c1", "c2");
    assertThat(run(ONCE, graph, PassOptions.defaults().stoppingAfter(0)).graph()).isEqualTo(graph);
  }

  @Test
  void singleRewritesAndWholePassesCanBeLeftOut() {
    Graph graph = chains(2, "a", "b", "c");
    PassReport report = run(ONCE, graph, PassOptions.defaults().withoutRewrites(Set.of(2)));
    assertThat(results(report.graph())).containsExactly("a2", "b1", "b2", "c2");
    assertThat(report.rewrites()).extracting(Rewrite::number).containsExactly(1, 3);
    assertThat(run(ONCE, graph, PassOptions.defaults().without(Set.of("test"))).graph())
        .isEqualTo(graph);
    assertThatThrownBy(() -> run(ONCE, graph, PassOptions.defaults().without(Set.of("tset"))))
        .hasMessageContaining("no pass is named tset; there are [test]");
  }

  @Test
  void deadNodesAndConstantsAreDropped() {
    GraphBuilder builder = new GraphBuilder("dead");
    Value x = builder.input("x", TYPE);
    builder.input("unused", TYPE);
    Value c = builder.constant("c", Constant.splat(ElementType.FLOAT32, new long[] {2}, 1));
    builder.add("", new Relu(), List.of(c), List.of("dead"));
    builder.output(builder.add("", new Relu(), List.of(x), List.of("y")).getFirst());
    Graph graph =
        run((_, _) -> Outcome.NOT_APPLICABLE, builder.build(), PassOptions.defaults()).graph();
    assertThat(results(graph)).containsExactly("y");
    assertThat(graph.constants()).isEmpty();
    assertThat(graph.inputs()).hasSize(2);
  }

  @Test
  void aNodeReplacedByAnotherLeavesItsNameToTheOutput() {
    Rule skipSecond =
        (out, node) -> {
          Node inner = out.source().producer(node.input(0)).orElse(null);
          if (inner == null) {
            return Outcome.NOT_APPLICABLE;
          }
          out.replaceBy(node, inner.outputs());
          return Outcome.replaced("removed", Preconditions.NONE, node);
        };
    Graph original = chains(2, "a");
    Graph graph = run(skipSecond, original, PassOptions.defaults()).graph();
    assertThat(results(graph)).containsExactly("a2");
    assertThat(GraphVerifier.verifyRewritten(graph, original)).isEmpty();
  }

  @Test
  void aRuleThatFailsIsNamedWithItsNode(@TempDir Path folder) {
    Rule failing =
        (_, _) -> {
          throw new IllegalStateException("no idea");
        };
    PassOptions options = PassOptions.defaults().dumpingTo(folder);
    assertThatThrownBy(() -> run(failing, chains(1, "a"), options))
        .isInstanceOf(CompilerBugException.class)
        .hasMessageContaining("pass test at Relu `a1`: no idea")
        .hasMessageContaining(folder.toString());
    assertThat(folder).isDirectoryContaining(file -> file.toString().contains("before-test"));
  }

  @Test
  void aRuleThatEmitsAndDoesNotReplaceIsABug() {
    Rule litter =
        (out, node) -> {
          out.emit("litter", new Relu(), node.input(0));
          return Outcome.declined("changed my mind");
        };
    assertThatThrownBy(() -> run(litter, chains(1, "a"), PassOptions.defaults()))
        .hasMessageContaining("emitted nodes, but did not replace the node");
    Rule empty = (_, node) -> Outcome.replaced("by nothing", Preconditions.NONE, node);
    assertThatThrownBy(() -> run(empty, chains(1, "a"), PassOptions.defaults()))
        .hasMessageContaining("not all of its results");
  }

  @Test
  void rewritesThatUndoEachOtherAreABug() {
    Rule restless =
        (out, node) -> {
          out.replace(node, node.op(), node.inputs());
          return Outcome.replaced("again", Preconditions.NONE, node);
        };
    assertThatThrownBy(() -> run(restless, chains(1, "a"), PassOptions.defaults()))
        .isInstanceOf(CompilerBugException.class)
        .hasMessageContaining("undo each other");
  }

  /// None is undone, though there are more than a runaway rule is given.
  @Test
  void aNodeMayBeRewrittenForEachOfItsOperands() {
    Rule forgetful =
        (out, node) -> {
          if (node.inputs().size() == 1) {
            return Outcome.declined("there is one operand");
          }
          List<Value> fewer = node.inputs().subList(1, node.inputs().size());
          out.replace(node, node.op(), fewer);
          return Outcome.replaced("without an operand", Preconditions.NONE, node);
        };
    GraphBuilder builder = new GraphBuilder("sum");
    Value x = builder.input("x", TYPE);
    Variadic sum = new Variadic(Variadic.Function.SUM);
    builder.output(builder.add("", sum, Collections.nCopies(200, x), List.of("y")).getFirst());
    Graph graph = run(forgetful, builder.build(), PassOptions.defaults()).graph();
    assertThat(graph.nodes().getFirst().inputs()).hasSize(1);
  }

  @Test
  void dumpsTheGraphAfterEveryPassThatChangedIt(@TempDir Path folder) throws Exception {
    run(ONCE, chains(2, "a"), PassOptions.defaults().dumpingTo(folder.resolve("new")));
    try (var files = Files.list(folder.resolve("new"))) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted())
          .allMatch(name -> name.matches("0[01]-(original|test)\\.crease"))
          .hasSize(2);
    }
  }

  @Test
  @Timeout(60)
  void equalNodesAreFoundAmongManyReadersOfOneValue() {
    int readers = 60_000;
    GraphBuilder builder = new GraphBuilder("fan");
    Value x = builder.input("x", TYPE);
    for (int i = 0; i < readers; i++) {
      Value c = builder.constant("c" + i, Constant.scalar((float) (i % (readers - 1))));
      builder.output(
          builder
              .add("", new Arithmetic(Arithmetic.Function.ADD), List.of(x, c), List.of("y" + i))
              .getFirst());
    }
    PassReport report = run(new MergeEqualNodes(), builder.build(), PassOptions.defaults());
    assertThat(report.rewrites()).hasSize(1);
  }

  /// A rule that fires when a node has become the graph's only one, and would keep the others from
  /// getting there.
  @Test
  void passesThatChooseComeLast() {
    Rule choice =
        (out, node) -> {
          if (!(node.op() instanceof Relu)) {
            return Outcome.NOT_APPLICABLE;
          }
          out.replace(node, new Identity(), node.inputs());
          return Outcome.replaced("chosen", Preconditions.NONE, node);
        };
    Pipeline pipeline =
        Pipeline.of(
            List.of(new Pass("choice", "", choice, true), new Pass("test", "", ONCE)), List.of());
    PassReport report = new PassRunner(pipeline, PassOptions.defaults()).run(chains(4, "a"));
    assertThat(report.rewrites().getLast().pass()).isEqualTo("choice");
    assertThat(report.rewrites()).filteredOn(each -> each.pass().equals("choice")).hasSize(1);
    assertThat(results(report.graph())).containsExactly("a4");
  }

  @Test
  void orderConstraintsAreChecked() {
    List<Pass> passes = List.of(new Pass("first", "", ONCE), new Pass("second", "", ONCE));
    var constraint = new Pipeline.Constraint("second", "first", "one needs the other");
    assertThatThrownBy(() -> Pipeline.of(passes, List.of(constraint)))
        .hasMessageContaining("second must come before first: one needs the other");
    assertThatThrownBy(() -> Pipeline.of(List.of(passes.get(0), passes.get(0)), List.of()))
        .hasMessageContaining("first is listed twice");
  }
}
