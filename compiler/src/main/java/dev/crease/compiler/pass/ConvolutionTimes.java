package dev.crease.compiler.pass;

import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.runtime.plan.Winograd;
import java.util.Map;
import java.util.Optional;

/// How long the forms of a convolution take on this machine.
public interface ConvolutionTimes {
  /// A height or width where none is known.
  long MIDDLING = 56;

  /// Seconds of a run: directly, under the empty key, and in each form.
  ///
  /// @param conv one that the forms compute, with weights of known sizes
  /// @param x `(N, C, H, W)`; sizes that are not known may be taken for [#MIDDLING] ones
  Map<Optional<Winograd>, Double> of(Conv conv, TensorType x, TensorType w);
}
