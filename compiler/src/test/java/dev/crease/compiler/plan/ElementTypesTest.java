package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InexactIntegerException;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.OperatorSamples;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.Sample;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.vision.GridSample;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Machine;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import dev.crease.runtime.plan.ResizeMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operator in every element type that its signature admits: inferred, lowered, and run by
/// every kind of kernels as its reference evaluation says.
class ElementTypesTest {
  static Stream<OpSchema> schemas() {
    return Operators.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyTypeOfTheSignature(OpSchema schema) {
    List<String> failures = new ArrayList<>();
    for (String variable : variables(schema)) {
      for (ElementType type : types(schema, variable)) {
        List<Sample> samples = samples(schema, variable, type);
        long runs =
            samples.stream()
                .filter(each -> !isMeaningless(each))
                .filter(each -> run(each, failures))
                .count();
        if (runs == 0) {
          failures.add(
              "none of %d samples of %s runs in %s".formatted(samples.size(), variable, type));
        }
      }
    }
    assertThat(failures).isEmpty();
  }

  /// Samples with the type for this variable alone, and for all that are like it.
  private static List<Sample> samples(OpSchema schema, String variable, ElementType type) {
    return OperatorSamples.of(schema.qualifiedName()).stream()
        .flatMap(
            sample ->
                Stream.of(Set.of(variable), like(schema, variable))
                    .distinct()
                    .flatMap(variables -> sample.in(variables, type).stream())
                    .filter(Sample::isValid))
        .toList();
  }

  private static Set<String> like(OpSchema schema, String variable) {
    TreeSet<ElementType> types = types(schema, variable);
    return variables(schema).stream()
        .filter(each -> types(schema, each).equals(types))
        .collect(Collectors.toSet());
  }

  /// What the signature admits, but nothing says what it would be.
  private static boolean isMeaningless(Sample sample) {
    ElementType type = sample.graph(false).outputs().getFirst().type().element();
    return switch (sample.op()) {
      // Between true and false there is nothing.
      case Resize resize -> type == ElementType.BOOL && resize.how().mode() != ResizeMode.NEAREST;
      case GridSample grid -> type == ElementType.BOOL && grid.mode() != GridSample.Mode.NEAREST;
      // A negative number, which unsigned types have not.
      case Gemm gemm -> type.isUnsigned() && (gemm.alpha() < 0 || gemm.beta() < 0);
      // Products that doubles do not hold.
      case Reduction reduction ->
          type.isInteger()
              && reduction.function() == Reduction.Function.PROD
              && sample.name().startsWith("many rows");
      default -> false;
    };
  }

  private static TreeSet<String> variables(OpSchema schema) {
    TreeSet<String> variables = new TreeSet<>();
    schema.inputs().forEach(parameter -> variables.add(parameter.variable()));
    variables.remove("");
    return variables;
  }

  private static TreeSet<ElementType> types(OpSchema schema, String variable) {
    TreeSet<ElementType> types = new TreeSet<>();
    schema.inputs().stream()
        .filter(parameter -> parameter.variable().equals(variable))
        .forEach(parameter -> types.addAll(parameter.types()));
    types.remove(ElementType.STRING);
    return types;
  }

  /// Whether the sample was run and compared.
  private static boolean run(Sample sample, List<String> failures) {
    try {
      check(sample);
      return true;
    } catch (InexactIntegerException _) {
      return false; // There is no reference for integers of 64 bits that a double does not hold.
    } catch (RuntimeException | AssertionError e) {
      failures.add(sample + ": " + e.getMessage());
    }
    return false;
  }

  private static void check(Sample sample) {
    Graph graph = sample.graph(false);
    Map<String, DoubleTensor> expected = Interpreter.run(graph, sample.inputs());
    Plan plan = Plan.of(Lowerer.lower(graph, Machine.lanes(), Map.of()));
    Map<String, Value> inputs = new HashMap<>();
    sample.inputs().forEach((name, value) -> inputs.put(name, value.toValue()));
    for (KernelChoice kernels : List.of(KernelChoice.SCALAR, KernelChoice.AUTO)) {
      SessionOptions options = SessionOptions.defaults().withThreads(1).withKernels(kernels);
      try (Session session = plan.newSession(options)) {
        Map<String, Value> actual = session.evaluate(inputs);
        expected.forEach((name, y) -> compare(sample, name, y, actual.get(name)));
      }
    }
  }

  private static void compare(Sample sample, String name, DoubleTensor y, Value actual) {
    if (y.isTensor()) {
      double[] bound = RoundingBound.of(sample, y);
      // The reference rounds as the kernel does, and not less: both may be off.
      Arrays.setAll(bound, i -> y.type() == ElementType.FLOAT64 ? 2 * bound[i] : bound[i]);
      ProgramRun.assertWithin((Tensor) actual, y, bound, name);
    } else {
      assertThat(actual).as(name).isEqualTo(y.toValue());
    }
  }
}
