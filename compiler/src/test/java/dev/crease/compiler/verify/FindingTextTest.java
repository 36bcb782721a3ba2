package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.verify.certificate.Finding;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingTextTest {
  private static final Finding UNKNOWN = new Finding.NotCovered("nobody asked");
  private static final Difference SMALL =
      new Difference(
          0.125, 0.25, 0.5, Double.POSITIVE_INFINITY, Verdict.WITHIN_BOUND, Optional.empty());

  private static Rewrite rewrite() {
    var nothing = new GraphBuilder("g").build();
    return new Rewrite(
        3,
        1,
        "rule",
        "Conv `c`",
        List.of(),
        List.of(),
        "is gone",
        new Replacement(nothing, nothing, List.of()));
  }

  private static RewriteFinding finding(
      Verdict verdict, Finding certificate, Difference difference) {
    return new RewriteFinding(rewrite(), verdict, certificate, difference);
  }

  @Test
  void aRewriteTellsItsVerdictAndWhatWasSeen() {
    assertThat(finding(Verdict.WITHIN_BOUND, UNKNOWN, SMALL))
        .hasToString(
            "3 rule: Conv `c` is gone: within bound, "
                + "difference 1.25e-01, bound 2.50e-01, at most 0.500 of it");
    Difference unseen =
        new Difference(
            0, 0.25, 0, Double.POSITIVE_INFINITY, Verdict.WITHIN_BOUND, Optional.empty());
    assertThat(finding(Verdict.WITHIN_BOUND, UNKNOWN, unseen).toString()).endsWith("0.000 of it");
    Difference unbounded =
        new Difference(
            0.25, 0, 0, Double.POSITIVE_INFINITY, Verdict.WITHIN_BOUND, Optional.empty());
    assertThat(finding(Verdict.WRONG, UNKNOWN, unbounded).toString()).endsWith("0.000 of it");
  }

  @Test
  void whereNothingDiffersTheVerdictIsAll() {
    assertThat(finding(Verdict.BIT_IDENTICAL, UNKNOWN, Difference.NONE))
        .hasToString("3 rule: Conv `c` is gone: bit-identical");
    assertThat(finding(Verdict.NOT_REACHED, UNKNOWN, SMALL))
        .hasToString("3 rule: Conv `c` is gone: not reached");
  }

  @Test
  void aProblemIsToldWhateverTheNumbers() {
    Difference problem =
        new Difference(
            0, 0, 0, Double.POSITIVE_INFINITY, Verdict.WITHIN_BOUND, Optional.of("no shape fits"));
    RewriteFinding finding = finding(Verdict.WRONG, UNKNOWN, problem);
    assertThat(finding).hasToString("3 rule: Conv `c` is gone: WRONG, no shape fits");
    assertThat(finding.reason()).isEqualTo("no shape fits");
  }

  @Test
  void aRefutationIsToldBeforeNumbers() {
    RewriteFinding refuted = finding(Verdict.WRONG, new Finding.Refuted("bias", "1", "2"), SMALL);
    assertThat(refuted).hasToString("3 rule: Conv `c` is gone: WRONG, bias: expected 1, got 2");
    assertThat(refuted.reason()).isEqualTo("bias: expected 1, got 2");
    Finding proof = new Finding.Proved(Finding.Kind.IDENTICAL, 0, 1);
    assertThat(finding(Verdict.PROVED, proof, SMALL).reason()).startsWith("difference 1.25e-01");
  }

  @Test
  void aLayerTellsItsDifference() {
    assertThat(new LayerFinding("Conv `c`", "y", Verdict.SAMPLED, SMALL, 0))
        .hasToString("Conv `c`: sampled, difference 1.25e-01, bound 2.50e-01, at most 0.500 of it");
  }

  @Test
  void aReportAgreesWhereNothingIsWrong() {
    RewriteFinding right = finding(Verdict.NOT_REACHED, UNKNOWN, Difference.NONE);
    RewriteFinding wrong = finding(Verdict.WRONG, UNKNOWN, Difference.NONE);
    LayerFinding rightLayer = new LayerFinding("a", "y", Verdict.SAMPLED, SMALL, 0);
    LayerFinding wrongLayer = new LayerFinding("b", "y", Verdict.WRONG, SMALL, 0);
    assertThat(new LocalReport(List.of(), List.of(right), List.of(rightLayer)).agrees()).isTrue();
    assertThat(new LocalReport(List.of("x"), List.of(right), List.of(rightLayer)).agrees())
        .isFalse();
    assertThat(new LocalReport(List.of(), List.of(right, wrong), List.of()).agrees()).isFalse();
    assertThat(new LocalReport(List.of(), List.of(), List.of(rightLayer, wrongLayer)).agrees())
        .isFalse();
  }
}
