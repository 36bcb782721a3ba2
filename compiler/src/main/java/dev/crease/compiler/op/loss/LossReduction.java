package dev.crease.compiler.op.loss;

import java.util.Arrays;
import java.util.Locale;

/// What becomes of the losses of all predictions.
public enum LossReduction {
  NONE,
  SUM,
  MEAN;

  /// As the attribute names it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException if there is none of this name
  static LossReduction of(String text) {
    return Arrays.stream(values())
        .filter(reduction -> reduction.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "reduction is \"%s\", expected \"none\", \"sum\" or \"mean\"".formatted(text)));
  }
}
