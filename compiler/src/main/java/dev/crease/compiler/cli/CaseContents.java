package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.onnx.OnnxOutline;
import dev.crease.compiler.frontend.onnx.OnnxOutline.Operator;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.UnsupportedOperators;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Loops;
import dev.crease.runtime.plan.Program;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the model of a conformance case is made of.
///
/// @param elements types of what goes in and out
/// @param operators without functions' bodies
/// @param form how the plan computes its operator, if it is of one alone and supported
record CaseContents(Set<String> elements, Set<Operator> operators, Optional<Form> form) {
  private static final int OLDEST = 7;

  private static final Set<String> SUPPORTED = texts(_ -> true);

  private static final Set<String> SCOPE =
      texts(type -> type.isInteger() || type.bytes() >= 4 || type == ElementType.BOOL);

  private static final CaseContents UNKNOWN =
      new CaseContents(Set.of(), Set.of(), Optional.empty());

  CaseContents {
    elements = Set.copyOf(elements);
    operators = Set.copyOf(operators);
  }

  /// How a plan computes an operator.
  ///
  /// @param others whether it does so by other operators that define this one
  record Form(Loops loops, boolean others) {
    /// The better one, on vectors before plain loops.
    Form or(Form other) {
      return loops.compareTo(other.loops) <= 0 ? this : other;
    }

    String text() {
      String how =
          switch (loops) {
            case VECTOR -> "on vectors";
            case PLAIN -> "on plain loops";
            case MOVE -> "moves";
          };
      return others ? how + ", by others" : how;
    }
  }

  private static Set<String> texts(Predicate<ElementType> of) {
    return Arrays.stream(ElementType.values())
        .filter(of)
        .map(ElementType::text)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Nothing is known of a file that cannot be read.
  static CaseContents of(ConformanceCase of, CompileOptions options) {
    Path model = of.folder().resolve(ConformanceCase.MODEL);
    OnnxOutline outline;
    try {
      outline = OnnxOutline.of(model);
    } catch (InvalidModelException e) {
      return UNKNOWN;
    }
    Set<Operator> operators = new HashSet<>(outline.operators());
    Optional<Form> form = operators.size() == 1 ? form(model, options) : Optional.empty();
    return new CaseContents(outline.elements(), operators, form);
  }

  private static Optional<Form> form(Path model, CompileOptions options) {
    try {
      Compilation compilation = options.compile(model);
      boolean others =
          compilation.original().graph().nodes().stream()
              .anyMatch(node -> node.op() instanceof Composite);
      return Optional.of(new Form(loops(compilation.program()), others));
    } catch (UnsupportedModelException | InvalidModelException e) {
      return Optional.empty();
    }
  }

  private static Loops loops(Program program) {
    return program
        .main()
        .allInstructions()
        .map(instruction -> Loops.of(instruction, program.slots()))
        .min(Comparator.naturalOrder())
        .orElse(Loops.MOVE);
  }

  /// What is not supported of it, if that can be told without looking into the operators.
  Optional<String> need() {
    return Stream.of(
            elements.stream()
                .filter(type -> !SUPPORTED.contains(type))
                .map(type -> "elements of type " + type),
            operators.stream()
                .filter(operator -> operator.name().contains("."))
                .map(operator -> operator.name() + ": it is of another domain"),
            operators.stream()
                .flatMap(
                    operator ->
                        UnsupportedOperators.reason(operator.name())
                            .map(reason -> operator.name() + ": " + reason)
                            .stream()))
        .flatMap(needs -> needs.sorted())
        .findFirst();
  }

  /// Whether numbers of 32 bits and more, integers and booleans alone go in and out, and all
  /// operators are of the default domain in a version of it that is not older than 7, without those
  /// that come later: on quantized numbers and on text.
  boolean isInScope() {
    return !operators.isEmpty()
        && SCOPE.containsAll(elements)
        && operators.stream()
            .allMatch(
                operator ->
                    !operator.name().contains(".")
                        && operator.version() >= OLDEST
                        && UnsupportedOperators.reason(operator.name()).isEmpty());
  }
}
