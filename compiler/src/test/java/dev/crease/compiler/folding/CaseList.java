package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Cases of one pattern after the other. Each gets a seed of its own from its name.
final class CaseList {
  private final List<FoldingCase> cases = new ArrayList<>();

  List<FoldingCase> cases() {
    return cases;
  }

  void add(Pattern pattern, String name, Expected expected, Graph graph) {
    cases.add(new FoldingCase(pattern, name, Model.of(graph), expected));
  }

  /// A float32 case with one output.
  void add(Pattern pattern, String name, Expected expected, Function<Net, Value> output) {
    Net net = Net.float32(name.hashCode());
    add(pattern, name, expected, net.graph(output.apply(net)));
  }

  /// One case for each variant. An axis `type` decides the element type.
  void pairwise(
      Pattern pattern,
      List<Axis> axes,
      Function<Variant, Expected> expected,
      BiFunction<Net, Variant, Value> output) {
    for (Variant variant : Pairwise.variants(axes)) {
      String name = variant.describe(axes);
      boolean typed = axes.stream().anyMatch(axis -> axis.name().equals("type"));
      ElementType element = typed ? element(variant.text("type")) : ElementType.FLOAT32;
      Net net = new Net(element, name.hashCode());
      add(pattern, name, expected.apply(variant), net.graph(output.apply(net, variant)));
    }
  }

  private static ElementType element(String name) {
    return switch (name) {
      case "f16" -> ElementType.FLOAT16;
      case "f32" -> ElementType.FLOAT32;
      case "f64" -> ElementType.FLOAT64;
      default -> throw new IllegalArgumentException(name);
    };
  }
}
