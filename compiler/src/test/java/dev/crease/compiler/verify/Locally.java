package dev.crease.compiler.verify;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.plan.KernelEvaluator;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.SessionOptions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/// Local verification of compiled models on inputs made up from a seed.
public final class Locally {
  private Locally() {}

  public static LocalReport verify(Compilation compilation, long seed) {
    return verify(
        compilation.original().graph(),
        compilation.report().rewrites(),
        compilation.optimized().graph(),
        seed);
  }

  public static LocalReport verify(
      Graph original, List<Rewrite> rewrites, Graph optimized, long seed) {
    return verify(original, rewrites, optimized, seed, _ -> new Finding.NotCovered("nobody asked"));
  }

  public static LocalReport verify(
      Graph original,
      List<Rewrite> rewrites,
      Graph optimized,
      long seed,
      Function<Replacement, Finding> certificate) {
    return verify(original, rewrites, optimized, seed, certificate, Optional.empty());
  }

  public static LocalReport verify(
      Graph original,
      List<Rewrite> rewrites,
      Graph optimized,
      long seed,
      Function<Replacement, Finding> certificate,
      Optional<Budget> budget) {
    SessionOptions options = SessionOptions.defaults().withThreads(1);
    Map<String, DoubleTensor> inputs = inputs(original, seed);
    try (LocalVerification local =
        new LocalVerification(
            original,
            rewrites,
            optimized,
            (graph, tensors) -> KernelEvaluator.run(graph, tensors, options),
            certificate,
            1,
            seed,
            budget)) {
      local.start(inputs);
      Interpreter.run(original, inputs, local);
      return local.finish();
    }
  }

  /// Normally distributed numbers, and integers and booleans of 0 and 1.
  public static Map<String, DoubleTensor> inputs(Graph graph, long seed) {
    Random random = new Random(seed);
    Map<String, Integer> symbols = new HashMap<>();
    Map<String, DoubleTensor> inputs = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      int[] shape = input.type().dims().stream().mapToInt(dim -> size(dim, symbols)).toArray();
      DoubleTensor tensor = DoubleTensor.zeros(input.type().element(), shape);
      for (int i = 0; i < tensor.data().length; i++) {
        ElementType type = tensor.type();
        tensor.data()[i] = type.isFloating() ? (float) random.nextGaussian() : random.nextInt(2);
      }
      if (!graph.defaults().containsKey(input)) {
        inputs.put(input.name(), tensor);
      }
    }
    return inputs;
  }

  private static int size(Dim dim, Map<String, Integer> symbols) {
    return dim.isKnown()
        ? Math.toIntExact(dim.known().getAsLong())
        : symbols.computeIfAbsent(dim.toString(), _ -> 5 + symbols.size());
  }
}
