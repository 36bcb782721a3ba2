package dev.crease.compiler.op;

import java.util.List;
import java.util.stream.Stream;

/// Samples of every operator, for all checks that enumerate [Operators#ALL].
public final class OperatorSamples {
  public static final List<Sample> ALL =
      Stream.of(
              AxisSamples.ALL,
              MathSamples.ALL,
              NnSamples.ALL,
              ProductSamples.ALL,
              RandomNumberSamples.ALL,
              SignalSamples.ALL,
              NormalizationSamples.ALL,
              AttentionSamples.ALL,
              ConvTransposeSamples.ALL,
              IndexingSamples.ALL,
              LossSamples.ALL,
              PoolSamples.ALL,
              VisionSamples.ALL,
              RecurrentSamples.ALL,
              TensorSamples.ALL,
              SequenceSamples.ALL,
              ControlSamples.ALL)
          .flatMap(List::stream)
          .flatMap(OperatorSamples::withParametersAtRunTime)
          .toList();

  private OperatorSamples() {}

  /// Parameters of an operator that follow from data have to give what known ones give.
  private static Stream<Sample> withParametersAtRunTime(Sample sample) {
    boolean known = sample.operands().stream().anyMatch(Sample.Operand::constant);
    return known && DataDependence.isByParameters(sample.op())
        ? Stream.of(sample, sample.atRunTime())
        : Stream.of(sample);
  }

  /// The samples of one operator.
  public static List<Sample> of(String qualifiedName) {
    return ALL.stream()
        .filter(sample -> sample.op().schema().qualifiedName().equals(qualifiedName))
        .toList();
  }
}
