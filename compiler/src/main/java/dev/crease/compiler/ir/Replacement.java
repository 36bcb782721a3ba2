package dev.crease.compiler.ir;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a rewrite claims: two graphs that compute the same results from the same values.
///
/// @param before part of the graph that was rewritten; what the graph is given that only `after`
///   reads is an input of both
/// @param after part of the graph that came out, with as many outputs
/// @param images what each input of `before` became: a value that `after` knows, if it needs it
public record Replacement(Graph before, Graph after, List<Value> images) {
  public Replacement {
    images = List.copyOf(images);
    if (images.size() != before.inputs().size()
        || before.outputs().size() != after.outputs().size()) {
      throw new IllegalArgumentException("%s cannot stand for %s".formatted(after, before));
    }
  }

  /// @param given what is there before any node of `source` is computed, and is no constant
  /// @param matched the nodes of `source` whose work is done otherwise
  /// @param results what they compute that others read
  /// @param image the value of `target` that stands for one of `source`
  /// @throws IllegalArgumentException if the new results depend on anything that the matched nodes
  ///   did not read, and that was not given
  public static Replacement of(
      Graph source,
      List<Value> given,
      List<Node> matched,
      List<Value> results,
      Graph target,
      UnaryOperator<Value> image) {
    Set<Value> read = new LinkedHashSet<>();
    matched.forEach(node -> read.addAll(node.reads()));
    matched.forEach(node -> node.outputs().forEach(read::remove));
    List<Value> leaves = new ArrayList<>(read);
    leaves.removeIf(value -> source.constant(value).isPresent());
    List<Value> inputs = given.stream().filter(value -> !read.contains(value)).toList();
    Graph after =
        target.between(
            Stream.concat(leaves.stream(), inputs.stream()).map(image).toList(),
            results.stream().map(image).toList());
    Graph matchedPart = source.between(leaves, results);
    Set<Value> known = matchedPart.inputs().stream().map(image).collect(Collectors.toSet());
    List<Value> also =
        inputs.stream()
            .filter(value -> after.inputs().contains(image.apply(value)))
            .filter(value -> !known.contains(image.apply(value)))
            .toList();
    Graph before = matchedPart.alsoReading(also);
    return new Replacement(before, after, before.inputs().stream().map(image).toList());
  }

  @Override
  public String toString() {
    return before + " -> " + after;
  }
}
