package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Magnitudes;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Stretches;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.ChannelClamp;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.recurrent.Recurrent;
import dev.crease.compiler.pass.FoldOptions;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// `f(x, W) -> f(x, W')` with `w' = 0` of the sign of `w` where `0 < |w| < tiny`, and `w' = w`
/// elsewhere; `tiny` is the smallest number that the type stores in full precision, `2^-126` for
/// f32. Smaller ones are subnormal, and a product with one takes many times as long.
///
/// Fires for constant weights of convolutions, Gemm, MatMul and recurrent operators. Those of f16
/// stay: from `2^-24` on they matter, and are not subnormal in what computes with them. Not an
/// exact rewrite: a result changes by less than `tiny` times the magnitudes it was summed from,
/// which must be far below 1 where these are known: padding, and the bounds of a clamp before.
public final class FlushSubnormals implements Rule {
  /// A product with a known number that is no larger is taken for 0.
  private static final double NEGLIGIBLE = 0x1p-63;

  private final boolean exact;

  public FlushSubnormals(FoldOptions options) {
    exact = options.exact();
  }

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    List<Integer> places =
        places(node).filter(i -> graph.constant(node.input(i)).isPresent()).boxed().toList();
    long subnormal = 0;
    long all = 0;
    for (int place : places) {
      Constant weights = graph.constant(node.input(place)).orElseThrow();
      subnormal += count(weights);
      all += weights.elements();
    }
    if (subnormal == 0) {
      return Outcome.NOT_APPLICABLE;
    }
    if (exact) {
      return Outcome.declined(
          "%d of %d weights are subnormal; without --exact they become 0"
              .formatted(subnormal, all));
    }
    double met = largestMet(graph, node);
    if (met * leastNormal(graph, node, places) > NEGLIGIBLE) {
      return Outcome.declined(
          "%d of %d weights are subnormal, but may meet %.3g, and then matter"
              .formatted(subnormal, all, met));
    }
    out.replace(node, node.op(), flushed(out, node, places));
    return Outcome.replaced(
        "has 0 for %d of %d weights, subnormal before".formatted(subnormal, all),
        Preconditions.NONE
            .and("the weights are constant")
            .and("no large number is known to meet them")
            .and("exact rewrites alone are not asked for"),
        node);
  }

  private static IntStream places(Node node) {
    return switch (node.op()) {
      case Conv _, FusedConv _, ConvTranspose _ -> IntStream.of(1);
      case Gemm _, MatMul _ -> IntStream.of(0, 1);
      case Recurrent _ -> IntStream.of(1, 2);
      default -> IntStream.empty();
    };
  }

  /// The largest of the numbers that are known to stand for elements of the data: in the padding,
  /// or as the bounds of a clamp; 0 if there are none.
  private static double largestMet(Graph graph, Node node) {
    Stream<Value> padding =
        node.op() instanceof FusedConv && node.hasInput(FusedConv.PADDING)
            ? Stream.of(node.input(FusedConv.PADDING))
            : Stream.empty();
    Stream<Value> bounds =
        node.inputs().stream()
            .flatMap(value -> graph.producer(value).stream())
            .filter(before -> before.op() instanceof ChannelClamp)
            .flatMap(before -> before.inputs().stream().skip(1));
    return Stream.concat(padding, bounds)
        .flatMap(value -> graph.constant(value).stream())
        .flatMapToDouble(constant -> Arrays.stream(constant.doubles()))
        .map(Math::abs)
        .filter(Double::isFinite)
        .max()
        .orElse(0);
  }

  private static double leastNormal(Graph graph, Node node, List<Integer> places) {
    return places.stream()
        .map(place -> graph.constant(node.input(place)).orElseThrow())
        .filter(weights -> count(weights) > 0)
        .mapToDouble(weights -> StoredRange.leastNormal(weights.element()))
        .max()
        .orElseThrow();
  }

  /// Magnitudes that are stored as subnormal numbers.
  ///
  /// @param zero the largest that rounds to 0
  /// @param tiny the smallest that is stored in full precision
  private record Subnormal(double zero, double tiny) {
    /// Empty for types that are left as they are.
    static Optional<Subnormal> of(ElementType element) {
      return switch (element) {
        case FLOAT32 -> Optional.of(new Subnormal(0x1p-150, StoredRange.leastNormal(element)));
        case BFLOAT16 -> Optional.of(new Subnormal(0x1p-134, StoredRange.leastNormal(element)));
        case FLOAT64 -> Optional.of(new Subnormal(0, StoredRange.leastNormal(element)));
        default -> Optional.empty();
      };
    }

    boolean holds(double w) {
      double magnitude = Math.abs(w);
      return zero < magnitude && magnitude < tiny;
    }
  }

  private static long count(Constant weights) {
    return Subnormal.of(weights.element())
        .filter(range -> !(weights.magnitudes().least() >= range.tiny))
        .map(range -> weights.count(range::holds))
        .orElse(0L);
  }

  private static List<Value> flushed(Rewriter out, Node node, List<Integer> places) {
    List<Value> operands = new ArrayList<>(node.inputs());
    for (int place : places) {
      Value value = node.input(place);
      Constant weights = out.source().constant(value).orElseThrow();
      if (count(weights) > 0) {
        operands.set(
            place, out.constant(FoldedOperator.foldedName(value.name()), flushed(weights)));
      }
    }
    return operands;
  }

  private static Constant flushed(Constant weights) {
    double tiny = Subnormal.of(weights.element()).orElseThrow().tiny;
    return Constant.streamed(
        weights.element(),
        weights.dims(),
        () -> {
          Stretches given = weights.stretches();
          return (from, count, into) -> {
            given.read(from, count, into);
            for (int i = 0; i < count; i++) {
              into[i] = Math.abs(into[i]) < tiny ? Math.copySign(0.0, into[i]) : into[i];
            }
          };
        },
        () -> new Magnitudes(tiny, weights.magnitudes().largest()));
  }
}
