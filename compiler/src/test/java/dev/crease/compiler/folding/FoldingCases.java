package dev.crease.compiler.folding;

import java.util.Comparator;
import java.util.List;

/// All cases, the same at each call.
public final class FoldingCases {
  private FoldingCases() {}

  /// Ordered by pattern.
  public static List<FoldingCase> all() {
    CaseList cases = new CaseList();
    ConvolutionCases.addTo(cases);
    MatrixCases.addTo(cases);
    ArithmeticCases.addTo(cases);
    ForwardCases.addTo(cases);
    ConstantChannelCases.addTo(cases);
    MovingCases.addTo(cases);
    PartsCases.addTo(cases);
    AcrossCases.addTo(cases);
    SharingCases.addTo(cases);
    RefusedCases.addTo(cases);
    StoredFormCases.addTo(cases);
    return cases.cases().stream().sorted(Comparator.comparing(FoldingCase::pattern)).toList();
  }
}
