package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Compares two graphs by the reference interpreter on random inputs. They may differ by the
/// rounding of folded constants only.
final class Equivalence {
  private static final long SEED = 20_260_101;
  private static final int RUNS = 2;

  private Equivalence() {}

  static void assertSameMeaning(Graph before, Graph after) {
    Random random = new Random(SEED);
    for (int run = 0; run < RUNS; run++) {
      Map<String, DoubleTensor> inputs = randomInputs(before, random, run);
      Map<String, DoubleTensor> expected = Interpreter.run(before, inputs);
      Map<String, DoubleTensor> actual = Interpreter.run(after, inputs);
      assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
      expected.forEach((name, tensor) -> assertClose(name, actual.get(name), tensor));
    }
  }

  private static Map<String, DoubleTensor> randomInputs(Graph graph, Random random, int run) {
    Map<String, Integer> symbols = new HashMap<>();
    Map<String, DoubleTensor> inputs = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      if (!graph.defaults().containsKey(input)) {
        inputs.put(input.name(), randomTensor(input.type(), random, symbols, run));
      }
    }
    return inputs;
  }

  private static DoubleTensor randomTensor(
      TensorType type, Random random, Map<String, Integer> symbols, int run) {
    List<Integer> shape = new ArrayList<>();
    for (Dim dim : type.dims()) {
      // Large enough for the windows of the models, and different for each symbol and run.
      int bound = symbols.computeIfAbsent(dim.toString(), _ -> 5 + symbols.size() + run);
      shape.add(dim.isKnown() ? Math.toIntExact(dim.known().getAsLong()) : bound);
    }
    int[] dims = shape.stream().mapToInt(size -> size).toArray();
    DoubleTensor tensor = DoubleTensor.zeros(type.element(), dims);
    for (int i = 0; i < tensor.data().length; i++) {
      tensor.data()[i] =
          switch (type.element()) {
            case BOOL -> random.nextInt(2);
            case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> (float) random.nextGaussian();
            default -> random.nextInt(3);
          };
    }
    return tensor;
  }

  private static void assertClose(String name, DoubleTensor actual, DoubleTensor expected) {
    assertThat(actual.shape()).as("shape of " + name).isEqualTo(expected.shape());
    double largest = 0;
    for (double value : expected.data()) {
      largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
    }
    double tolerance = tolerance(expected.type()) * largest;
    for (int i = 0; i < expected.data().length; i++) {
      double difference = Math.abs(actual.data()[i] - expected.data()[i]);
      boolean same = Double.compare(actual.data()[i], expected.data()[i]) == 0;
      if (!same && !(difference <= tolerance)) {
        throw new AssertionError(
            "%s[%d] is %s, expected %s +- %s"
                .formatted(name, i, actual.data()[i], expected.data()[i], tolerance));
      }
    }
  }

  private static double tolerance(ElementType type) {
    return switch (type) {
      case FLOAT64 -> 1e-13;
      case FLOAT32 -> 2e-6;
      case FLOAT16 -> 1e-2;
      case BFLOAT16 -> 1e-1;
      default -> 0;
    };
  }
}
