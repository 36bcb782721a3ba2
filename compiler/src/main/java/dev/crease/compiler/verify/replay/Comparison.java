package dev.crease.compiler.verify.replay;

import dev.crease.compiler.verify.replay.Term.Applied;
import dev.crease.compiler.verify.replay.Term.Body;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compares the outputs of a replayed graph with those of the real one, from the outputs back.
final class Comparison {
  private record Pair(int replayed, int real) {}

  private record Step(Term replayed, Term real, String reader) {}

  private final Deque<Step> open = new ArrayDeque<>();
  private final Set<Pair> seen = new HashSet<>();
  private final Map<Applied, Applied> random = new IdentityHashMap<>();
  private final Map<Applied, Applied> randomBack = new IdentityHashMap<>();
  private final List<String> findings = new ArrayList<>();

  private Comparison() {}

  static List<String> findings(List<Term> replayed, List<Term> real, List<String> names) {
    Comparison comparison = new Comparison();
    for (int i = 0; i < real.size(); i++) {
      comparison.open.add(
          new Step(
              replayed.get(i).original(),
              real.get(i).original(),
              "the output `" + names.get(i) + "`"));
    }
    while (!comparison.open.isEmpty() && comparison.findings.isEmpty()) {
      Step step = comparison.open.poll();
      Pair pair = new Pair(step.replayed.number(), step.real.number());
      if (pair.replayed != pair.real && comparison.seen.add(pair)) {
        comparison.compare(step);
      }
    }
    return List.copyOf(comparison.findings);
  }

  private void compare(Step step) {
    boolean same =
        switch (step.real) {
          case Term.Known(int _, var constant) ->
              step.replayed instanceof Term.Known known && known.has(constant);
          case Term.Part(int _, var node, int index) ->
              step.replayed instanceof Term.Part(int _, var other, int otherIndex)
                  && index == otherIndex
                  && alike(other, node);
          // Inputs of subgraphs have one number if they have one name, and alike() has seen to
          // that.
          case Term.Input _, Term.Bound _, Term.Absent _ -> false;
        };
    if (!same) {
      findings.add(
          "%s reads %s, but replaying the log gives %s"
              .formatted(step.reader, text(step.real), text(step.replayed)));
    }
  }

  private boolean alike(Applied replayed, Applied real) {
    boolean alike =
        real.function().operator().equals(replayed.function().operator())
            && real.operands().size() == replayed.operands().size()
            && real.bodies().size() == replayed.bodies().size();
    if (!alike || !sameInputs(replayed.bodies(), real.bodies())) {
      return false;
    }
    if (real.function().random() || replayed.function().random()) {
      Applied partner = random.putIfAbsent(real, replayed);
      Applied back = randomBack.putIfAbsent(replayed, real);
      if ((partner != null && partner != replayed) || (back != null && back != real)) {
        return false;
      }
    }
    push(replayed.operands(), real.operands(), real.label());
    for (int i = 0; i < real.bodies().size(); i++) {
      push(
          replayed.bodies().get(i).outputs(),
          real.bodies().get(i).outputs(),
          "a subgraph of " + real.label());
    }
    return true;
  }

  /// Whether subgraphs are given the same under the same names, so that what reads a name reads one
  /// thing. No pass gives them other names.
  private static boolean sameInputs(List<Body> replayed, List<Body> real) {
    boolean same = true;
    for (int i = 0; i < real.size(); i++) {
      same &=
          Numbering.numbers(replayed.get(i).inputs())
              .equals(Numbering.numbers(real.get(i).inputs()));
    }
    return same;
  }

  private void push(List<Term> replayed, List<Term> real, String reader) {
    for (int i = 0; i < real.size(); i++) {
      open.add(new Step(replayed.get(i).original(), real.get(i).original(), reader));
    }
  }

  private static String text(Term term) {
    return switch (term) {
      case Term.Input input -> "the input `%s`".formatted(input.name());
      case Term.Bound bound -> "the input `%s` of a subgraph".formatted(bound.name());
      case Term.Known known -> "the " + known.constant();
      case Term.Part part -> "result %d of %s".formatted(part.index(), part.node());
      case Term.Absent _ -> "nothing";
    };
  }
}
