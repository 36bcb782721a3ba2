package dev.crease.compiler.op;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.nn.Col2Im;
import dev.crease.compiler.op.nn.MaxUnpool;
import dev.crease.compiler.op.signal.CosineWindow;
import dev.crease.compiler.op.signal.Dft;
import dev.crease.compiler.op.signal.MelWeightMatrix;
import dev.crease.compiler.op.signal.Stft;
import dev.crease.compiler.op.tensor.CenterCropPad;
import dev.crease.compiler.op.tensor.Compress;
import dev.crease.compiler.op.tensor.NonZero;
import dev.crease.compiler.op.tensor.OneHot;
import dev.crease.compiler.op.tensor.Tile;
import dev.crease.compiler.op.tensor.TopK;
import dev.crease.compiler.op.tensor.Unique;
import dev.crease.compiler.op.vision.AffineGrid;
import dev.crease.compiler.op.vision.ImageDecoder;
import dev.crease.compiler.op.vision.NonMaxSuppression;

/// Which operators have results whose sizes follow from elements, not from shapes.
public final class DataDependence {
  private DataDependence() {}

  public static boolean isOf(Op op) {
    return op instanceof Compress
        || op instanceof ImageDecoder
        || op instanceof NonZero
        || op instanceof Unique
        || op instanceof NonMaxSuppression;
  }

  /// Operators whose results have sizes that an operand says, which may be computed.
  static boolean isByParameters(Op op) {
    return op instanceof AffineGrid
        || op instanceof CenterCropPad
        || op instanceof Col2Im
        || op instanceof CosineWindow
        || op instanceof Dft
        || op instanceof MaxUnpool
        || op instanceof MelWeightMatrix
        || op instanceof OneHot
        || op instanceof Stft
        || op instanceof Tile
        || op instanceof TopK;
  }
}
