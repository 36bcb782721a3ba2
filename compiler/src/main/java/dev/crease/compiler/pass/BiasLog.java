package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.pass.BiasRecord.Bias;
import dev.crease.compiler.pass.BiasRecord.Change;
import dev.crease.compiler.pass.BiasRecord.Fate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Follows every linear operator of the original graph through rewrites, and its bias with it.
///
/// What does a matched operator's work afterwards is known by its name: it has that of the
/// rewritten node's result, or the operator's own with a number behind, as [Rewriter#emit] gives. A
/// rewrite may leave the operator to other readers, so each may have several that follow it.
final class BiasLog {
  private static final int BIAS = 2;

  private final List<Linear> linears = new ArrayList<>();

  /// A linear operator of the original graph.
  private static final class Linear {
    final String label;
    final boolean hadBias;

    /// What did or does its work, by the name of the result.
    Map<String, Follower> followers = new LinkedHashMap<>();

    Optional<Fate.Gone> gone = Optional.empty();

    Linear(Node node) {
      label = node.label();
      hadBias = !(node.op() instanceof MatMul) && node.hasInput(BIAS);
      followers.put(RewriteLog.site(node), new Follower(hadBias, List.of(), List.of()));
    }
  }

  /// @param changes to its bias, from the original operator on
  /// @param rewrites the numbers of all rewrites that led here
  private record Follower(boolean hasBias, List<Change> changes, List<Integer> rewrites) {}

  BiasLog(Graph original) {
    original
        .allGraphs()
        .forEach(
            graph ->
                graph.nodes().stream()
                    .filter(node -> isLinear(graph, node))
                    .forEach(node -> linears.add(new Linear(node))));
  }

  private static boolean isLinear(Graph graph, Node node) {
    return switch (node.op()) {
      case Conv _, FusedConv _, ConvTranspose _, Gemm _ -> true;
      case MatMul _ ->
          node.inputs().stream()
              .anyMatch(
                  value ->
                      graph.constant(value).isPresent() || graph.defaults().containsKey(value));
      default -> false;
    };
  }

  /// What is added to each channel: the operand, or for a MatMul a constant that is added behind.
  private static Optional<Value> bias(Graph graph, Node node) {
    if (!(node.op() instanceof MatMul)) {
      return Optional.of(node.input(BIAS)).filter(value -> !value.isAbsent());
    }
    return graph.consumers(node.output()).stream()
        .filter(n -> n.op() instanceof Arithmetic(var f) && f == Arithmetic.Function.ADD)
        .flatMap(n -> n.inputs().stream())
        .filter(value -> graph.constant(value).isPresent())
        .findFirst();
  }

  /// Takes over one rewrite of `pass`.
  ///
  /// @param renamed results that took the name of a graph output in the same sweep
  void commit(RuleSweep.Fired fired, String pass, Map<String, String> renamed) {
    Graph after = fired.replacement().after();
    List<Node> candidates =
        after.nodes().stream()
            .filter(node -> isLinear(after, node))
            .filter(node -> !renamed.containsValue(RewriteLog.site(node)))
            .toList();
    Set<Node> taken = new HashSet<>();
    for (Node each : new LinkedHashSet<>(fired.outcome().matched())) {
      List<Linear> present = at(RewriteLog.site(each));
      if (present.isEmpty()) {
        continue;
      }
      Optional<Node> next =
          candidates.stream().filter(node -> continues(node, each, fired.node())).findFirst();
      if (next.isPresent() && taken.add(next.get())) {
        present.forEach(linear -> follow(linear, each, next.get(), fired, pass));
      } else {
        present.forEach(linear -> leave(linear, each, fired, pass));
      }
    }
  }

  private List<Linear> at(String site) {
    return linears.stream().filter(linear -> linear.followers.containsKey(site)).toList();
  }

  /// Whether `after` does the work of `before`, which was matched when `rewritten` was rewritten.
  private boolean continues(Node after, Node before, Node rewritten) {
    String site = RewriteLog.site(after);
    String origin = RewriteLog.site(before);
    if (site.equals(RewriteLog.site(rewritten))) {
      return true;
    }
    boolean numbered =
        site.startsWith(origin + ".")
            && site.substring(origin.length() + 1).chars().allMatch(Character::isDigit);
    // What was there under this name belongs to another operator.
    return numbered && at(origin).containsAll(at(site));
  }

  private static void follow(
      Linear linear, Node before, Node next, RuleSweep.Fired fired, String pass) {
    Follower last = Objects.requireNonNull(linear.followers.get(RewriteLog.site(before)));
    Optional<Value> now = bias(fired.replacement().after(), next);
    Optional<Value> then = bias(fired.replacement().before(), before);
    List<Change> changes = new ArrayList<>(last.changes());
    if (!now.map(Value::name).equals(then.map(Value::name))) {
      changes.add(new Change(fired.number(), pass));
    }
    List<Integer> rewrites = new ArrayList<>(last.rewrites());
    rewrites.add(fired.number());
    // An addition behind a MatMul is not always part of what is rewritten.
    boolean outside = then.isEmpty() && last.hasBias();
    linear.followers.put(
        RewriteLog.site(next), new Follower(now.isPresent() || outside, changes, rewrites));
  }

  /// Nothing goes on for `linear`, unless others still read `each`.
  private static void leave(Linear linear, Node each, RuleSweep.Fired fired, String pass) {
    boolean own = each == fired.node();
    String message = fired.outcome().message();
    linear.gone =
        Optional.of(
            new Fate.Gone(
                fired.number(),
                pass,
                own ? "is " + message : "is gone: " + fired.node().label() + " " + message));
    if (own) {
      linear.followers.remove(RewriteLog.site(each));
    }
  }

  /// Results that took the name of a graph output: old name to new.
  void rename(Map<String, String> renamed) {
    for (Linear linear : linears) {
      Map<String, Follower> followers = new LinkedHashMap<>();
      linear.followers.forEach(
          (site, follower) -> followers.put(renamed.getOrDefault(site, site), follower));
      linear.followers = followers;
    }
  }

  /// One for each linear operator of the original graph, in order.
  ///
  /// @param graph what came out
  List<BiasRecord> records(Graph graph) {
    Set<String> left = new HashSet<>();
    graph.allNodes().forEach(node -> left.add(RewriteLog.site(node)));
    return linears.stream()
        .map(linear -> new BiasRecord(linear.label, fate(linear, left)))
        .toList();
  }

  private static Fate fate(Linear linear, Set<String> left) {
    List<Fate.There> alive =
        linear.followers.entrySet().stream()
            .filter(entry -> left.contains(entry.getKey()))
            .map(entry -> there(linear, entry.getKey(), entry.getValue()))
            .toList();
    return switch (alive.size()) {
      case 0 -> linear.gone.<Fate>map(gone -> gone).orElseGet(Fate.Unused::new);
      case 1 -> alive.getFirst();
      default -> new Fate.Copied(alive);
    };
  }

  private static Fate.There there(Linear linear, String result, Follower follower) {
    Bias bias;
    if (linear.hadBias) {
      bias = follower.changes().isEmpty() ? Bias.KEPT : Bias.ABSORBED;
      bias = follower.hasBias() ? bias : Bias.REMOVED;
    } else {
      bias = follower.hasBias() ? Bias.CREATED : Bias.NONE;
    }
    return new Fate.There(bias, follower.changes(), result, follower.rewrites());
  }
}
