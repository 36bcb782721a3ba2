package dev.crease.compiler.lint;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.recurrent.Recurrent;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// `0 < |w| < 2^-126`: weights of linear operators that are subnormal in float32 and bfloat16 (or
/// below `2^-1022` in float64), as weight decay leaves them.
final class SubnormalWeights implements LintRule {
  private static final int MOST_NODES_TOLD = 3;

  @Override
  public String id() {
    return "subnormal-weights";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    Map<String, Long> subnormal = new LinkedHashMap<>();
    Set<Value> seen = new HashSet<>();
    long all = 0;
    for (Graph graph : model.graph().allGraphs().toList()) {
      for (Node node : graph.nodes()) {
        for (Value value : weights(node)) {
          Optional<Constant> known = LintedModel.known(model.graph(), graph, value);
          if (known.isPresent() && seen.add(value)) {
            all += known.get().elements();
            long count = count(known.get());
            if (count > 0) {
              subnormal.merge(node.label(), count, Long::sum);
            }
          }
        }
      }
    }
    return subnormal.isEmpty() ? List.of() : List.of(finding(subnormal, all));
  }

  private Finding finding(Map<String, Long> subnormal, long all) {
    long total = subnormal.values().stream().mapToLong(count -> count).sum();
    String most =
        subnormal.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(MOST_NODES_TOLD)
            .map(entry -> "%s (%,d)".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return new Finding(
        id(),
        Severity.WARNING,
        Finding.MODEL,
        "%,d of %,d weights of linear operators are subnormal, most of them in %s"
            .formatted(total, all, most),
        "processors multiply subnormal numbers by slow paths: where they are kept, they make"
            + " kernels up to 28 times slower",
        "set weights below 1.2e-38 to 0 when exporting; nothing that matters depends on them");
  }

  private static List<Value> weights(Node node) {
    List<Value> operands =
        switch (node.op()) {
          case Conv _, FusedConv _, ConvTranspose _ -> List.of(node.input(1));
          case Gemm _, MatMul _ -> List.of(node.input(0), node.input(1));
          case Recurrent _ -> List.of(node.input(1), node.input(2));
          default -> List.<Value>of();
        };
    return operands.stream().filter(value -> !value.isAbsent()).toList();
  }

  private static long count(Constant weights) {
    double least =
        switch (weights.element()) {
          case FLOAT32, BFLOAT16 -> Float.MIN_NORMAL;
          case FLOAT64 -> Double.MIN_NORMAL;
          default -> 0;
        };
    return weights.magnitudes().least() >= least
        ? 0
        : weights.count(w -> w != 0 && Math.abs(w) < least);
  }
}
