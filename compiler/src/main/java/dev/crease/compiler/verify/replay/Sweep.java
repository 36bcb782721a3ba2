package dev.crease.compiler.verify.replay;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.verify.replay.Term.Applied;
import dev.crease.compiler.verify.replay.Term.Body;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes the rewrites of one sweep again.
///
/// A value of the graph that comes out may have another name than it had: one that took the name of
/// an output. The rewrites say so, since their `after` and their images have the new names.
final class Sweep {
  private final Numbering numbering;
  private final State source;
  private final Set<String> outputNames;
  private final Map<Applied, Rewrite> replaced = new IdentityHashMap<>();
  private final Map<Term, Term> moved = new IdentityHashMap<>();
  private final Map<Integer, Applied> kept = new HashMap<>();
  private final List<Replacement> copies = new ArrayList<>();
  private final Set<Applied> stays = new HashSet<>();
  private final Map<String, Term> told = new HashMap<>();

  /// A replayed graph between two sweeps: what its names mean, those inside included.
  record State(Body body, Map<String, Term> names) {}

  private Sweep(Numbering numbering, State source, Set<String> outputNames) {
    this.numbering = numbering;
    this.source = source;
    this.outputNames = outputNames;
  }

  /// The graph after the sweep.
  ///
  /// @param outputNames the names of the whole model's outputs
  /// @throws ReplayException if a rewrite is not about `source`
  static State replay(
      Numbering numbering, State source, List<Rewrite> rewrites, Set<String> outputNames) {
    Sweep sweep = new Sweep(numbering, source, outputNames);
    for (Rewrite rewrite : rewrites) {
      try {
        sweep.locate(rewrite);
      } catch (ReplayException e) {
        throw new ReplayException("rewrite %s: %s".formatted(rewrite, e.getMessage()));
      }
    }
    Body body = sweep.over(source.body());
    sweep.copies.forEach(sweep::checkCopy);
    for (Map.Entry<Applied, Rewrite> left : sweep.replaced.entrySet()) {
      throw new ReplayException(
          "rewrite %s replaces %s, which no output needs"
              .formatted(left.getValue(), left.getKey()));
    }
    return new State(body, sweep.names());
  }

  /// Finds the node whose results a rewrite replaces, and checks that `before` is there as told.
  private void locate(Rewrite rewrite) {
    Graph before = rewrite.replacement().before();
    for (Map.Entry<Value, Constant> entry : before.constants().entrySet()) {
      boolean same =
          Numbering.term(entry.getKey(), source.names()) instanceof Term.Known known
              && known.has(entry.getValue());
      if (!same) {
        throw new ReplayException(
            "its constant %s is not that of the graph".formatted(Term.name(entry.getKey())));
      }
    }
    if (isOutputCopy(before)) {
      copies.add(rewrite.replacement());
      return;
    }
    before.nodes().forEach(node -> check(before, node));
    Applied site = site(before);
    if (replaced.put(site, rewrite) != null) {
      throw new ReplayException("another rewrite of its sweep replaces %s too".formatted(site));
    }
  }

  /// Whether a rewrite is about a copy that only gives an output its name: the log does not tell
  /// where such copies come from.
  private boolean isOutputCopy(Graph before) {
    if (before.nodes().size() != 1 || !(before.nodes().getFirst().op() instanceof Identity)) {
      return false;
    }
    Node copy = before.nodes().getFirst();
    Term result = Numbering.term(copy.output(), source.names());
    boolean own = result instanceof Term.Part part && part.node().function().copies();
    return !own
        && outputNames.contains(copy.output().name())
        && result.number() == Numbering.term(copy.input(0), source.names()).number();
  }

  /// Checks that what replaces a copy is what was copied, or another copy of it.
  private void checkCopy(Replacement replacement) {
    Value copied = replacement.before().nodes().getFirst().input(0);
    Value result = copied(replacement.after());
    Constant constant = replacement.after().constants().get(result);
    Term expected = moved(Numbering.term(copied, source.names()));
    boolean same =
        constant == null
            ? replacement.images().contains(result)
            : expected instanceof Term.Known known && known.has(constant);
    if (!same) {
      throw new ReplayException(
          "%s is no copy of %s any more".formatted(Term.name(result), Term.name(copied)));
    }
    tell(result, expected);
  }

  /// What the first output is, its copies looked through.
  private static Value copied(Graph graph) {
    Value value = graph.outputs().getFirst();
    Optional<Node> producer = graph.producer(value);
    while (producer.isPresent() && producer.get().op() instanceof Identity) {
      value = producer.get().input(0);
      producer = graph.producer(value);
    }
    return value;
  }

  private void check(Graph before, Node node) {
    Value first = node.outputs().stream().filter(v -> !v.isAbsent()).findFirst().orElseThrow();
    boolean same = false;
    if (Numbering.term(first, source.names()) instanceof Term.Part part) {
      Applied there = part.node();
      Map<String, Term> names = new HashMap<>(source.names());
      List<Body> bodies =
          node.subgraphs().stream().map(inner -> numbering.readInside(inner, names)).toList();
      same =
          there.function().operator().equals(Numbering.function(before, node).operator())
              && same(there.operands(), Numbering.terms(node.inputs(), source.names()))
              && sameBodies(there.bodies(), bodies);
    }
    if (!same) {
      throw new ReplayException("its %s is not a node of the graph".formatted(node.label()));
    }
  }

  private static boolean same(List<Term> a, List<Term> b) {
    return Numbering.numbers(a).equals(Numbering.numbers(b));
  }

  private static boolean sameBodies(List<Body> a, List<Body> b) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      same =
          same(a.get(i).inputs(), b.get(i).inputs())
              && same(a.get(i).outputs(), b.get(i).outputs());
    }
    return same;
  }

  /// The one node that computes all results.
  private Applied site(Graph before) {
    Set<Applied> sites = new HashSet<>();
    for (Term term : Numbering.terms(before.outputs(), source.names())) {
      if (!(term instanceof Term.Part(int _, Applied node, int _))) {
        throw new ReplayException("it replaces an input or a constant");
      }
      sites.add(node);
    }
    if (sites.size() != 1) {
      throw new ReplayException("it replaces results of %d nodes".formatted(sites.size()));
    }
    return sites.iterator().next();
  }

  private Body over(Body body) {
    List<Applied> nodes = new ArrayList<>();
    for (Applied node : body.nodes()) {
      Rewrite rewrite = replaced.remove(node);
      if (rewrite == null) {
        nodes.add(keep(node));
      } else {
        try {
          nodes.addAll(replace(rewrite.replacement()));
        } catch (ReplayException e) {
          throw new ReplayException("rewrite %s: %s".formatted(rewrite, e.getMessage()));
        }
      }
    }
    return new Body(body.inputs(), nodes, moved(body.outputs()));
  }

  private List<Term> moved(List<Term> terms) {
    return terms.stream().map(this::moved).toList();
  }

  private Term moved(Term term) {
    return term instanceof Term.Part ? moved.getOrDefault(term, term) : term;
  }

  private Applied keep(Applied node) {
    List<Term> operands = moved(node.operands());
    List<Body> bodies = node.bodies().stream().map(this::over).toList();
    boolean unchanged = operands.equals(node.operands()) && bodies.equals(node.bodies());
    Applied copy =
        unchanged
            ? node
            : numbering.apply(node.function(), operands, bodies, node.parts().size(), node.label());
    for (int i = 0; i < node.parts().size(); i++) {
      moved.put(node.parts().get(i), copy.parts().get(i));
    }
    stays.add(copy);
    if (!copy.function().copies()) {
      kept.putIfAbsent(copy.parts().getFirst().number(), copy);
    }
    return copy;
  }

  /// The nodes of `after` that were not there before.
  private List<Applied> replace(Replacement replacement) {
    Map<String, Term> names = new HashMap<>();
    for (int i = 0; i < replacement.images().size(); i++) {
      Value image = replacement.images().get(i);
      tell(image, moved(Numbering.term(replacement.before().inputs().get(i), source.names())));
      names.put(image.name(), told(image));
    }
    Graph after = replacement.after();
    for (Value input : after.inputs()) {
      if (!names.containsKey(input.name())) {
        throw new ReplayException(
            "it reads %s, which it did not read before".formatted(Term.name(input)));
      }
    }
    after
        .constants()
        .forEach((value, constant) -> names.put(value.name(), numbering.known(constant)));
    List<Applied> added = new ArrayList<>();
    for (Node node : after.nodes()) {
      List<Body> bodies =
          node.subgraphs().stream().map(inner -> numbering.readInside(inner, names)).toList();
      Applied made =
          numbering.apply(
              Numbering.function(after, node),
              Numbering.terms(node.inputs(), names),
              bodies,
              node.outputs().size(),
              node.label());
      Applied there = alreadyThere(replacement, node, made);
      if (there == made) {
        added.add(made);
      }
      Numbering.bind(node, there, names);
    }
    List<Value> results = replacement.before().outputs();
    for (int i = 0; i < results.size(); i++) {
      Term result = Numbering.term(after.outputs().get(i), names);
      moved.put(Numbering.term(results.get(i), source.names()), result);
    }
    names.forEach((name, term) -> tell(name, term));
    return added;
  }

  /// The node that was kept, if `made` is one: known by its name or, if it took an output's name,
  /// by what it computes.
  private Applied alreadyThere(Replacement replacement, Node node, Applied made) {
    Term first = made.parts().getFirst();
    Applied candidate = kept.get(first.number());
    if (candidate == null) {
      return made;
    }
    Term named = moved(source.names().getOrDefault(node.output().name(), first));
    if (named != first
        && named.number() == first.number()
        && named instanceof Term.Part part
        && stays.contains(part.node())) {
      return part.node();
    }
    boolean renamed =
        outputNames.contains(node.output().name())
            && replacement.before().outputs().contains(node.output());
    return renamed ? candidate : made;
  }

  private void tell(Value value, Term term) {
    tell(value.name(), term);
  }

  private void tell(String name, Term term) {
    Term earlier = told.putIfAbsent(name, term);
    if (earlier != null && earlier.number() != term.number()) {
      throw new ReplayException("`%s` means two different values".formatted(name));
    }
  }

  private Term told(Value value) {
    Term term = told.get(value.name());
    return term == null ? Term.Absent.TERM : term;
  }

  /// What names mean after the sweep: as before, unless a rewrite tells otherwise.
  private Map<String, Term> names() {
    Map<String, Term> names = new HashMap<>();
    source.names().forEach((name, term) -> names.put(name, moved(term)));
    names.putAll(told);
    return names;
  }
}
