package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Stretches;
import dev.crease.runtime.ElementType;
import java.lang.ref.SoftReference;
import java.util.function.LongToDoubleFunction;

/// Random elements, drawn when they are first read. They are kept as long as there is memory, and
/// drawn again, the same, if there was not: a logarithm and a cosine for each cost far more than to
/// read it, and a model is read many times on its way.
///
/// They are rounded, so what is folded into such weights starts from the same elements as it would
/// from a file.
final class Drawn {
  private final Constant formula;
  private SoftReference<Constant> kept = new SoftReference<>(null);

  /// @param formula of the element at an index, in row-major order
  Drawn(ElementType element, long[] dims, LongToDoubleFunction formula) {
    Stretches stretches =
        (from, count, into) -> {
          for (int i = 0; i < count; i++) {
            into[i] = formula.applyAsDouble(from + i);
          }
        };
    this.formula = Constant.streamed(element, dims, () -> stretches);
  }

  synchronized Stretches stretches() {
    Constant drawn = kept.get();
    if (drawn == null) {
      drawn = Constant.of(formula.tensor());
      kept = new SoftReference<>(drawn);
    }
    return drawn.stretches();
  }
}
