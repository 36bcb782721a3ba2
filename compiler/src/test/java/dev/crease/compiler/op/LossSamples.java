package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.Operand.ABSENT;
import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.range;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.loss.LossReduction;
import dev.crease.compiler.op.loss.NegativeLogLikelihoodLoss;
import dev.crease.compiler.op.loss.SoftmaxCrossEntropyLoss;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Samples of losses.
final class LossSamples {
  private static final int CLASSES = 5;

  static final List<Sample> ALL = all();

  private LossSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    for (LossReduction reduction : LossReduction.values()) {
      String name = reduction.text();
      NegativeLogLikelihoodLoss all = new NegativeLogLikelihoodLoss(Optional.empty(), reduction);
      add(samples, name, all, false, 3);
      add(samples, name, all, true, 2, 4);
      for (long ignored : List.of(1L, -1L, 10L)) {
        NegativeLogLikelihoodLoss most =
            new NegativeLogLikelihoodLoss(Optional.of(ignored), reduction);
        add(samples, name + " without " + ignored, most, false, 3, 2, 3);
        add(samples, name + " without " + ignored, most, true, 3, 7);
      }
    }
    NegativeLogLikelihoodLoss mean =
        new NegativeLogLikelihoodLoss(Optional.empty(), LossReduction.MEAN);
    add(samples, "high rank", mean, true, 2, 2, 1, 3, 2);
    NegativeLogLikelihoodLoss none =
        new NegativeLogLikelihoodLoss(Optional.of(0L), LossReduction.NONE);
    add(samples, "no images", none, true, 0, 3);
    return samples;
  }

  /// Of places `[N, ...]`, both operators in both types.
  private static void add(
      List<Sample> samples,
      String name,
      NegativeLogLikelihoodLoss likelihood,
      boolean weighted,
      int... places) {
    int[] shape = new int[places.length + 1];
    shape[0] = places[0];
    shape[1] = CLASSES;
    System.arraycopy(places, 1, shape, 2, places.length - 1);
    String title = name + (weighted ? ", weighted" : "");
    Operand weight = weighted ? range(0.25, 2, CLASSES) : ABSENT;
    Operand target = classes(likelihood.ignored(), places);
    Sample logarithms = Sample.of(title, likelihood, range(-9, 0, shape), target, weight);
    Sample scores =
        Sample.of(
                title,
                new SoftmaxCrossEntropyLoss(likelihood),
                floats(shape),
                target.as(ElementType.INT32),
                weight)
            .withOutputs(2);
    samples.addAll(List.of(logarithms, logarithms.wide(), scores, scores.wide()));
  }

  /// Each class in turn; each fourth place is ignored.
  private static Operand classes(Optional<Long> ignored, int... places) {
    DoubleTensor labels = DoubleTensor.zeros(ElementType.INT64, places);
    for (int i = 0; i < labels.data().length; i++) {
      labels.data()[i] = i % 4 == 1 && ignored.isPresent() ? ignored.get() : i * 3 % CLASSES;
    }
    return new Operand(labels, false);
  }
}
