package dev.crease.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.tensor.Compress;
import dev.crease.compiler.op.tensor.NonZero;
import dev.crease.compiler.op.tensor.Unique;
import dev.crease.compiler.op.vision.NonMaxSuppression;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.kernel.BoxSelection;
import dev.crease.runtime.kernel.Compression;
import dev.crease.runtime.kernel.DataDependent;
import dev.crease.runtime.kernel.NonZeros;
import dev.crease.runtime.kernel.UniqueElements;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The runtime's functions with results that data sizes, against the reference evaluations.
class DataDependentTest {
  static Stream<Sample> samples() {
    return OperatorSamples.ALL.stream().filter(sample -> DataDependence.isOf(sample.op()));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void functionsAreTheReference(Sample sample) {
    List<Optional<Tensor>> operands =
        sample.operands().stream()
            .map(operand -> Optional.ofNullable(operand.value()).map(DoubleTensor::toTensor))
            .toList();
    int rank = sample.operands().getFirst().value().rank();
    List<Tensor> expected =
        sample.op().evaluate(sample.evaluationInputs()).stream()
            .map(DoubleTensor::toTensor)
            .toList();
    assertThat(function(sample.op(), rank).compute(operands)).isEqualTo(expected);
  }

  private static DataDependent function(Op op, int rank) {
    return switch (op) {
      case NonZero _ -> new NonZeros();
      case Compress compress -> new Compression(axis(compress.axis(), rank));
      case Unique unique -> new UniqueElements(axis(unique.axis(), rank), unique.sorted());
      case NonMaxSuppression boxes -> new BoxSelection(boxes.centerPointBox());
      default -> throw new IllegalArgumentException(op + " has no such function");
    };
  }

  private static OptionalInt axis(OptionalLong axis, int rank) {
    return axis.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.floorMod(axis.getAsLong(), (long) rank));
  }

  /// What doubles do not tell apart: integers beyond 2^53, and strings.
  @Test
  void elementsOfAnyTypeAreExact() {
    long large = 1L << 60;
    Tensor numbers = Tensor.of(new long[] {large + 1, large, large + 1, -1}, 4);
    List<Tensor> unique =
        new UniqueElements(OptionalInt.empty(), true).compute(List.of(Optional.of(numbers)));
    assertThat(unique.getFirst()).isEqualTo(Tensor.of(new long[] {-1, large, large + 1}, 3));
    Tensor words = Tensor.of(new String[] {"b", "", "a", "b"}, 4);
    List<Tensor> sorted =
        new UniqueElements(OptionalInt.empty(), true).compute(List.of(Optional.of(words)));
    assertThat(sorted.getFirst()).isEqualTo(Tensor.of(new String[] {"", "a", "b"}, 3));
    assertThat(new NonZeros().compute(List.of(Optional.of(words))).getFirst())
        .isEqualTo(Tensor.of(new long[] {0, 2, 3}, 1, 3));
    Tensor chosen = Tensor.of(new boolean[] {false, true, true}, 3);
    assertThat(
            new Compression(OptionalInt.of(0))
                .compute(List.of(Optional.of(words), Optional.of(chosen)))
                .getFirst())
        .isEqualTo(Tensor.of(new String[] {"", "a"}, 2));
  }
}
