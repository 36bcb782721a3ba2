package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.ir.NearestName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/// Puts the nodes of a graph in topological order, in their given order as far as that allows, and
/// checks that each value is defined, once.
final class NodeOrder {
  private final String file;
  private final List<Call> calls;
  private final Set<String> known;
  private final Map<String, Integer> producers = new HashMap<>();

  private NodeOrder(String file, List<Call> calls, Set<String> known) {
    this.file = file;
    this.calls = calls;
    this.known = known;
  }

  /// @param sources names of the graph's own inputs and initializers
  /// @param outer names of values around the graph
  static List<Call> sort(String file, List<Call> calls, Set<String> sources, Set<String> outer) {
    Set<String> known = new HashSet<>(outer);
    known.addAll(sources);
    NodeOrder order = new NodeOrder(file, calls, known);
    order.collectProducers(sources);
    return order.sort();
  }

  private void collectProducers(Set<String> sources) {
    for (int i = 0; i < calls.size(); i++) {
      for (String output : calls.get(i).node().getOutputList()) {
        if (output.isEmpty()) {
          continue;
        }
        if (sources.contains(output)) {
          throw invalid(
              calls.get(i), "defines `%s`, which is an input or initializer too".formatted(output));
        }
        Integer other = producers.putIfAbsent(output, i);
        if (other != null) {
          throw invalid(
              calls.get(i),
              "defines `%s`, which %s defines too".formatted(output, calls.get(other).label()));
        }
      }
    }
  }

  private List<Call> sort() {
    List<Set<Integer>> readers = new ArrayList<>();
    calls.forEach(_ -> readers.add(new LinkedHashSet<>()));
    int[] missing = new int[calls.size()];
    for (int i = 0; i < calls.size(); i++) {
      for (int producer : dependencies(i)) {
        readers.get(producer).add(i);
        missing[i]++;
      }
    }
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < calls.size(); i++) {
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<Call> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      sorted.add(calls.get(next));
      for (int reader : readers.get(next)) {
        if (--missing[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    if (sorted.size() < calls.size()) {
      throw cycle(missing);
    }
    return sorted;
  }

  /// The nodes whose results the node reads.
  private Set<Integer> dependencies(int index) {
    Set<Integer> dependencies = new LinkedHashSet<>();
    for (String name : ValueNames.used(calls.get(index).node())) {
      Integer producer = producers.get(name);
      if (producer != null) {
        dependencies.add(producer);
      } else if (!known.contains(name)) {
        Set<String> candidates = new HashSet<>(known);
        candidates.addAll(producers.keySet());
        throw invalid(
            calls.get(index),
            "reads `%s`, which nothing defines%s"
                .formatted(name, NearestName.suggestion(name, candidates)));
      }
    }
    return dependencies;
  }

  /// Each node that is left waits for another that is left; going back from any ends in a circle.
  private InvalidModelException cycle(int[] missing) {
    int at = 0;
    while (missing[at] == 0) {
      at++;
    }
    Set<Integer> visited = new LinkedHashSet<>();
    while (visited.add(at)) {
      at = dependencies(at).stream().filter(node -> missing[node] > 0).findFirst().orElseThrow();
    }
    List<Integer> path = new ArrayList<>(visited);
    List<Integer> circle = new ArrayList<>(path.subList(path.indexOf(at), path.size()));
    Collections.reverse(circle);
    List<String> labels = new ArrayList<>();
    circle.stream().limit(20).forEach(node -> labels.add(calls.get(node).label()));
    return new InvalidModelException(
        "%s: the graph has a cycle, so no order of its nodes can be computed: %s%s"
            .formatted(file, String.join(" -> ", labels), circle.size() > 20 ? " -> ..." : ""));
  }

  private InvalidModelException invalid(Call call, String problem) {
    return new InvalidModelException("%s: %s %s".formatted(file, call.label(), problem));
  }
}
