package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The bounds hold, and are near what is seen.
@Tag("passes")
class LocalBoundTest {
  private static final int GRAPHS = 520;
  private static final double MOST_MEDIAN = 100;

  private final List<Double> ofRewrites = new ArrayList<>();
  private final List<Double> ofLayers = new ArrayList<>();
  private int forward;

  @Test
  void boundsAreNeverBelowAndRarelyFarAboveTheDifference() {
    for (int seed = 0; seed < GRAPHS; seed++) {
      Graph graph = RandomLinearGraphs.of(seed);
      Compilation compilation = Compiler.compilation(Model.of(graph), Options.defaults());
      LocalReport report = Locally.verify(compilation, seed);
      String which = "seed " + seed;
      for (RewriteFinding finding : report.rewrites()) {
        assertThat(finding.verdict()).as("%s: %s", which, finding).isNotEqualTo(Verdict.WRONG);
        add(ofRewrites, finding.difference());
        forward += finding.rewrite().pass().equals("fold-forward") ? 1 : 0;
      }
      for (LayerFinding finding : report.layers()) {
        assertThat(finding.verdict()).as("%s: %s", which, finding).isNotEqualTo(Verdict.WRONG);
        add(ofLayers, finding.difference());
      }
    }
    assertThat(ofRewrites).hasSizeGreaterThan(GRAPHS);
    assertThat(forward).isGreaterThan(GRAPHS / 4);
    assertThat(ofLayers).hasSizeGreaterThan(GRAPHS / 2);
    assertThat(ofRewrites.stream().mapToDouble(x -> x).min().orElseThrow()).isGreaterThan(1);
    assertThat(ofLayers.stream().mapToDouble(x -> x).min().orElseThrow()).isGreaterThan(1);
    assertThat(median(ofRewrites)).isLessThan(MOST_MEDIAN);
    assertThat(median(ofLayers)).isLessThan(MOST_MEDIAN);
  }

  /// The bound as a multiple of what was observed, where anything was.
  private static void add(List<Double> ratios, Difference difference) {
    if (difference.observed() > 0) {
      ratios.add(1 / difference.fraction());
    }
  }

  private static double median(List<Double> numbers) {
    Collections.sort(numbers);
    return numbers.get(numbers.size() / 2);
  }
}
