package dev.crease.compiler.op;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.tensor.Compress;
import dev.crease.compiler.op.tensor.NonZero;
import dev.crease.compiler.op.tensor.Unique;
import dev.crease.compiler.op.vision.NonMaxSuppression;

/// Which operators have results whose sizes follow from elements, not from shapes.
public final class DataDependence {
  private DataDependence() {}

  public static boolean isOf(Op op) {
    return op instanceof Compress
        || op instanceof NonZero
        || op instanceof Unique
        || op instanceof NonMaxSuppression;
  }
}
