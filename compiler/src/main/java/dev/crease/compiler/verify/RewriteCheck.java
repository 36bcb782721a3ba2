package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Both sides of one replacement on the same inputs, by the reference evaluations.
///
/// Constants that only one side has and that are formulas stand for real numbers that were rounded
/// to their type once: each may be off by half a unit in the last place. Constants that the other
/// side computed with the runtime's kernels are off by what these kernels may round.
final class RewriteCheck {
  /// Captured pictures are cut to this many positions along each axis, hard ones to fewer.
  private static final int MOST_POSITIONS = 16;

  private static final int FEW_POSITIONS = 5;

  private final Replacement replacement;
  private final Predicate<Constant> isRoundedBefore;
  private final Predicate<Constant> isRoundedAfter;
  private final Rounding before;
  private final boolean anySize;

  RewriteCheck(Replacement replacement) {
    this.replacement = replacement;
    Set<Constant> old = constants(replacement.before());
    Set<Constant> created = constants(replacement.after());
    isRoundedBefore = constant -> constant.isDerived() && !created.contains(constant);
    isRoundedAfter = constant -> constant.isDerived() && !old.contains(constant);
    boolean computed =
        created.stream().anyMatch(constant -> !constant.isDerived() && !old.contains(constant));
    before = computed ? Rounding.FLOAT : Rounding.DOUBLE;
    anySize = Cut.allows(replacement.before()) && Cut.allows(replacement.after());
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
    Difference difference = compare(ordinary, captured, observer);
    for (List<DoubleTensor> hard : HardInputs.like(cut(FEW_POSITIONS, captured), seed)) {
      if (difference.agrees()) {
        difference = difference.and(compare(hard, List.of(), (_, _) -> {}));
      }
    }
    return difference;
  }

  private List<DoubleTensor> cut(int size, List<DoubleTensor> inputs) {
    return anySize ? Cut.to(size, inputs) : inputs;
  }

  /// @param whole the inputs to take where these are too small or do not fit together; if there are
  ///   none, these are passed over
  private Difference compare(
      List<DoubleTensor> inputs, List<DoubleTensor> whole, ErrorAnalysis.Observer observer) {
    List<Approximation> given = bound(inputs);
    ErrorAnalysis.Result expected;
    try {
      expected =
          new ErrorAnalysis(before, isRoundedBefore).run(replacement.before(), given, (_, _) -> {});
    } catch (InvalidOperandException e) {
      if (inputs.equals(whole)) {
        return Difference.problem("what was there cannot be computed: " + e.getMessage());
      }
      return whole.isEmpty() ? Difference.NONE : compare(whole, whole, observer);
    }
    try {
      ErrorAnalysis.Result actual =
          new ErrorAnalysis(Rounding.DOUBLE, isRoundedAfter)
              .run(replacement.after(), ofAfter(given), observer);
      return difference(expected, actual);
    } catch (InvalidOperandException e) {
      return Difference.problem("what came out cannot be computed: " + e.getMessage());
    }
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

  private static Difference difference(ErrorAnalysis.Result expected, ErrorAnalysis.Result actual) {
    boolean bounded = expected.bounded() && actual.bounded();
    Difference difference = Difference.NONE;
    for (int i = 0; i < expected.outputs().size(); i++) {
      difference =
          difference.and(
              Difference.of(
                  expected.outputs().get(i),
                  actual.outputs().get(i),
                  bounded,
                  Double.POSITIVE_INFINITY));
    }
    return difference;
  }
}
