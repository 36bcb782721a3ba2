package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.nn.BatchNormalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Both sides of one replacement on the same inputs, by the reference evaluations.
///
/// Formulas that only one side has stand for real numbers that were rounded to their type once:
/// each may be off by half a unit in the last place. Formulas of both sides are taken as they are
/// computed, before they are stored, since what else came out is computed from them. Results that
/// became constants were computed by the runtime's kernels, and are off by what these may round.
/// All other constants are exact.
///
/// A weight that would be subnormal may have become 0. That is a deviation like any other, but for
/// what is too small to matter: what it makes of a number as large as hard inputs are.
final class RewriteCheck {
  /// Captured pictures are cut to this many positions along each axis, hard ones to fewer.
  private static final int MOST_POSITIONS = 10;

  private static final int FEW_POSITIONS = 5;

  private final Replacement replacement;
  private final Set<Constant> old;
  private final Set<Constant> created;
  private final double flushed;
  private final Rounding before;
  private final boolean anySize;
  private final Optional<Budget> budget;

  /// @param budget what the user accepts
  RewriteCheck(Replacement replacement, Optional<Budget> budget) {
    this.replacement = replacement;
    this.budget = budget;
    old = constants(replacement.before());
    created = constants(replacement.after());
    flushed = flushed();
    boolean computed =
        replacement.after().outputs().stream()
            .flatMap(output -> replacement.after().constant(output).stream())
            .anyMatch(constant -> !constant.isDerived() && !old.contains(constant));
    before = computed ? Rounding.FLOAT : Rounding.DOUBLE;
    anySize =
        Cut.allows(replacement.before())
            && Cut.allows(replacement.after())
            && !resultIsConstant(replacement.after());
  }

  /// What became a constant has one size.
  private static boolean resultIsConstant(Graph after) {
    return after.outputs().stream().anyMatch(output -> after.constant(output).isPresent());
  }

  private static Set<Constant> constants(Graph graph) {
    Set<Constant> constants = Collections.newSetFromMap(new IdentityHashMap<>());
    graph.allGraphs().forEach(inner -> constants.addAll(inner.constants().values()));
    return constants;
  }

  /// @param captured one tensor for each input of `before`
  /// @param whole whether the captured inputs are taken as large as they are
  /// @param observer sees what `after` computes from the captured inputs
  Difference run(
      List<DoubleTensor> captured, boolean whole, long seed, ErrorAnalysis.Observer observer) {
    List<DoubleTensor> ordinary = whole ? captured : cut(MOST_POSITIONS, captured);
    Difference difference = compare(ordinary, () -> captured, false, observer);
    List<List<DoubleTensor>> small = hard(cut(FEW_POSITIONS, captured), seed);
    for (int kind = 0; kind < small.size() && difference.verdict() != Verdict.WRONG; kind++) {
      int which = kind;
      boolean infinite = kind == HardInputs.INFINITE;
      Difference hard =
          compare(small.get(kind), () -> hard(captured, seed).get(which), infinite, (_, _) -> {});
      boolean excused = infinite && hard.problem().isPresent() && (scalesWithZero() || flushed > 0);
      difference = excused ? difference : difference.tried(hard);
    }
    return difference;
  }

  /// Whether anything is scaled with 0. An infinity becomes no number there, but what is folded may
  /// hold the channel at its constant, or let something read the infinity before it is scaled.
  private boolean scalesWithZero() {
    Graph graph = replacement.before();
    return graph.nodes().stream()
        .flatMap(
            node ->
                switch (node.op()) {
                  case BatchNormalization _ -> Stream.of(node.input(1));
                  case Arithmetic(var function) when function == Arithmetic.Function.MUL ->
                      node.inputs().stream();
                  default -> Stream.<Value>empty();
                })
        .flatMap(factor -> graph.constant(factor).stream())
        .anyMatch(factor -> Arrays.stream(factor.doubles()).anyMatch(value -> value == 0));
  }

  /// What subnormal numbers that became 0 add up to. The product of one with an infinity is not a
  /// number any more.
  private double flushed() {
    return created.stream()
        .filter(after -> after.isDerived() && !old.contains(after))
        .flatMapToDouble(after -> old.stream().mapToDouble(given -> flushed(given, after)))
        .sum();
  }

  private static double flushed(Constant given, Constant after) {
    if (!given.type().equals(after.type()) || !given.element().isFloating()) {
      return 0;
    }
    double tiny = Rounding.smallestNormal(given.element());
    double[] from = given.doubles();
    double[] to = after.doubles();
    double sum = 0;
    for (int i = 0; i < to.length; i++) {
      sum += to[i] == 0 && Math.abs(from[i]) < tiny ? Math.abs(from[i]) : 0;
    }
    return sum;
  }

  /// What only one side reads stays: to the other it is a constant already.
  private List<List<DoubleTensor>> hard(List<DoubleTensor> inputs, long seed) {
    List<List<DoubleTensor>> variants = new ArrayList<>();
    for (List<DoubleTensor> variant : HardInputs.like(inputs, seed)) {
      List<DoubleTensor> changed = new ArrayList<>(variant);
      for (int i = 0; i < changed.size(); i++) {
        if (!replacement.after().inputs().contains(replacement.images().get(i))) {
          changed.set(i, inputs.get(i));
        }
      }
      variants.add(changed);
    }
    return variants;
  }

  private List<DoubleTensor> cut(int size, List<DoubleTensor> inputs) {
    return anySize ? Cut.to(size, inputs) : inputs;
  }

  /// @param whole the inputs to take where these are too small or do not fit together
  /// @param infinities whether infinities were put among the inputs
  private Difference compare(
      List<DoubleTensor> inputs,
      Supplier<List<DoubleTensor>> whole,
      boolean infinities,
      ErrorAnalysis.Observer observer) {
    List<Approximation> given = bound(inputs);
    ErrorAnalysis.Result expected;
    try {
      expected =
          new ErrorAnalysis(before, this::read).run(replacement.before(), given, (_, _) -> {});
    } catch (InvalidOperandException e) {
      if (areAsLarge(inputs, whole.get())) {
        return Difference.problem("what was there cannot be computed: " + e.getMessage());
      }
      return compare(whole.get(), whole, infinities, observer);
    }
    try {
      ErrorAnalysis.Result actual =
          new ErrorAnalysis(Rounding.DOUBLE, this::read)
              .run(replacement.after(), ofAfter(given), observer);
      return difference(expected, actual, infinities);
    } catch (InvalidOperandException e) {
      return Difference.problem("what came out cannot be computed: " + e.getMessage());
    }
  }

  private Approximation read(Constant constant) {
    if (!constant.isDerived()) {
      return Approximation.stored(constant);
    }
    return old.contains(constant) && created.contains(constant)
        ? Approximation.formula(constant)
        : Approximation.rounded(constant);
  }

  private static boolean areAsLarge(List<DoubleTensor> inputs, List<DoubleTensor> whole) {
    for (int i = 0; i < inputs.size(); i++) {
      if (!Arrays.equals(inputs.get(i).shape(), whole.get(i).shape())) {
        return false;
      }
    }
    return true;
  }

  /// An input that became a constant is given as it is stored.
  private List<Approximation> bound(List<DoubleTensor> inputs) {
    List<Approximation> given = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Optional<Constant> constant = replacement.after().constant(replacement.images().get(i));
      given.add(Approximation.exact(constant.map(Constant::toDoubleTensor).orElse(inputs.get(i))));
    }
    return given;
  }

  private List<Approximation> ofAfter(List<Approximation> given) {
    Map<Value, Approximation> images = new HashMap<>();
    for (int i = 0; i < given.size(); i++) {
      images.put(replacement.images().get(i), given.get(i));
    }
    return replacement.after().inputs().stream()
        .map(input -> Objects.requireNonNull(images.get(input)))
        .toList();
  }

  private Difference difference(
      ErrorAnalysis.Result expected, ErrorAnalysis.Result actual, boolean infinities) {
    boolean bounded = expected.bounded() && actual.bounded();
    Difference difference = Difference.NONE;
    for (int i = 0; i < expected.outputs().size(); i++) {
      difference =
          difference.and(
              Difference.of(
                  expected.outputs().get(i),
                  withFlushed(actual.outputs().get(i)),
                  bounded,
                  Double.POSITIVE_INFINITY,
                  infinities,
                  budget));
    }
    return difference;
  }

  private Approximation withFlushed(Approximation result) {
    return flushed == 0 || !result.tensor().type().isFloating()
        ? result
        : result.widened(flushed * HardInputs.LARGEST);
  }
}
