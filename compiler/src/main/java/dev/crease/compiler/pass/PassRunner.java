package dev.crease.compiler.pass;

import dev.crease.compiler.CompilerBugException;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphVerifier;
import dev.crease.compiler.ir.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs a pipeline over a graph: every pass to its fixpoint, the whole table until nothing changes.
///
/// After every sweep what is dead is dropped; after every pass the graph is verified and its inputs
/// and outputs compared with the original's. A pass that fails, or whose result does, ends in a
/// [CompilerBugException] that names pass and node and the file with the graph before it.
public final class PassRunner {
  /// A rule that fires so much more often at one node than the model has nodes and operands, each
  /// of which may go into that node in a rewrite of its own, is taken to undo its own or another's
  /// work.
  private static final int SPARE_REWRITES_AT_A_NODE = 50;

  private final Pipeline pipeline;
  private final PassOptions options;

  public PassRunner(Pipeline pipeline, PassOptions options) {
    this.pipeline = pipeline;
    this.options = options;
    for (String name : options.disabledPasses()) {
      if (pipeline.find(name).isEmpty()) {
        throw new IllegalArgumentException(
            "no pass is named %s; there are %s".formatted(name, pipeline.names()));
      }
    }
  }

  /// @throws CompilerBugException if a pass fails or breaks the graph
  public PassReport run(Graph original) {
    return new Run(original).report();
  }

  /// One pass's share of a run.
  private static final class Progress {
    final RuleSweep sweep;
    int sweeps;
    int rewrites;
    long nanos;

    Progress(RuleSweep sweep) {
      this.sweep = sweep;
    }
  }

  private final class Run {
    private final Graph original;
    private final RewriteLog log;
    private final GraphDumps dumps = new GraphDumps(options.dumps());
    private final Map<Pass, Progress> progress = new LinkedHashMap<>();
    private final Map<String, Integer> firedAt = new HashMap<>();
    private final int mostAtANode;
    private Graph graph;
    private int lastNumber;

    Run(Graph original) {
      this.original = original;
      this.log = new RewriteLog(original);
      this.graph = original;
      this.mostAtANode =
          SPARE_REWRITES_AT_A_NODE
              + original.allNodes().mapToInt(node -> 1 + node.inputs().size()).sum();
      for (Pass pass : pipeline.passes()) {
        if (!options.disabledPasses().contains(pass.name())) {
          progress.put(pass, new Progress(new RuleSweep(pass.rule(), options)));
        }
      }
    }

    PassReport report() {
      dumps.write("original", graph);
      graph = DeadCode.remove(graph);
      verify("dead-code", graph);
      int before;
      do {
        before = lastNumber;
        run(false);
      } while (lastNumber > before);
      run(true);
      List<PassReport.Timing> timings = new ArrayList<>();
      progress.forEach(
          (pass, share) ->
              timings.add(
                  new PassReport.Timing(
                      pass.name(), share.sweeps, share.rewrites, Duration.ofNanos(share.nanos))));
      return log.report(graph, lastNumber, timings, limits());
    }

    private void run(boolean last) {
      progress.forEach(
          (pass, share) -> {
            if (pass.last() == last) {
              toFixpoint(pass, share);
            }
          });
    }

    /// What kept the passes from doing all they could, if anything did.
    private Optional<String> limits() {
      if (lastNumber >= options.lastRewrite()) {
        return Optional.of(
            options.lastRewrite() == 0
                ? "no rewrite was asked for"
                : "passes were stopped after rewrite " + options.lastRewrite());
      }
      List<String> disabled =
          Stream.concat(
                  options.disabledPasses().stream().sorted(),
                  options.disabledRewrites().stream().sorted().map(number -> "rewrite " + number))
              .toList();
      return disabled.isEmpty()
          ? Optional.empty()
          : Optional.of("disabled: " + String.join(", ", disabled));
    }

    private void toFixpoint(Pass pass, Progress share) {
      Graph before = graph;
      long start = System.nanoTime();
      int fired;
      do {
        fired = sweepOnce(pass, share);
      } while (fired > 0);
      if (graph != before) {
        dumps.write(pass.name(), graph);
        verify(pass.name(), before);
      }
      share.nanos += System.nanoTime() - start;
    }

    private int sweepOnce(Pass pass, Progress share) {
      RuleSweep.Result result;
      try {
        result = share.sweep.sweep(graph, lastNumber);
      } catch (RuntimeException e) {
        String where = share.sweep.current().map(node -> " at " + node.label()).orElse("");
        throw bug(pass.name(), where + ": " + e.getMessage(), graph, e);
      }
      for (RuleSweep.Fired fired : result.fired()) {
        watch(pass, fired.node());
      }
      graph = DeadCode.remove(result.graph());
      log.commit(pass.name(), result, graph);
      lastNumber = result.lastNumber();
      share.sweeps++;
      share.rewrites += result.fired().size();
      return result.fired().size();
    }

    private void watch(Pass pass, Node node) {
      int times = firedAt.merge(pass.name() + " " + RewriteLog.site(node), 1, Integer::sum);
      if (times > mostAtANode) {
        String message =
            " rewrote %s %d times, so two rewrites undo each other".formatted(node.label(), times);
        throw bug(pass.name(), message, graph, null);
      }
    }

    private void verify(String pass, Graph before) {
      List<String> findings = GraphVerifier.verifyRewritten(graph, original);
      if (!findings.isEmpty()) {
        String message = " broke the graph: " + String.join("; ", findings);
        throw bug(pass, message, before, null);
      }
    }

    private CompilerBugException bug(
        String pass, String message, Graph before, @Nullable Throwable e) {
      String text =
          "pass %s%s (after rewrite %d). The graph before it: %s"
              .formatted(pass, message, lastNumber, dumps.writeForMessage(pass, before));
      return e == null ? new CompilerBugException(text) : new CompilerBugException(text, e);
    }
  }
}
