package dev.crease.compiler.verify;

import dev.crease.compiler.op.tensor.Resize;
import java.util.Arrays;
import java.util.Optional;

/// Radii of Resize.
final class ResizeRules {
  /// Roundings of a weight and of what it is divided by, along one axis.
  private static final int STEPS_OF_WEIGHTS = 8;

  private ResizeRules() {}

  /// The nearest element is moved. Linear interpolation has weights of at least 0, so it is its own
  /// radius on radii; where kernels round the places that they interpolate between nothing is
  /// claimed, nor of weights below 0.
  static Optional<Approximation> resize(Resize resize, Application a) {
    String mode = resize.attributes().text("mode");
    boolean nearest = mode.equals("nearest");
    if (nearest && a.allExact()) {
      return Optional.of(a.exact());
    }
    boolean operandsAreExact = a.isExact(1) && a.isExact(2) && a.isExact(3);
    boolean extrapolates =
        resize.attributes().text("coordinate_transformation_mode").equals("tf_crop_and_resize");
    boolean known = nearest || mode.equals("linear");
    boolean ofKernels = a.rounding().equals(Rounding.FLOAT);
    if (!operandsAreExact || extrapolates || !known || (ofKernels && !nearest)) {
      return Optional.empty();
    }
    if (nearest) {
      return Optional.of(a.moved(a.evaluateOn(resize, a.operand(0).radii())));
    }
    int[] shape = a.operand(0).tensor().shape();
    long steps = Arrays.stream(shape).asLongStream().map(n -> n + STEPS_OF_WEIGHTS).sum();
    double gamma = a.rounding().gamma(steps);
    return Optional.of(a.within(a.evaluateOn(resize, a.operand(0).spread(gamma))));
  }
}
