package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.NearestMode;
import dev.crease.runtime.plan.Resampling;
import dev.crease.runtime.plan.ResizeMode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Resize's attributes by the specification's names.
final class ResizeAttributes {
  private ResizeAttributes() {}

  static Resize read(Attributes a) {
    Resampling how =
        new Resampling(
            constant(a, "mode", ResizeMode.values()),
            constant(a, "coordinate_transformation_mode", CoordinateMode.values()),
            constant(a, "nearest_mode", NearestMode.values()),
            a.real("cubic_coeff_a"),
            a.flag("antialias"),
            a.flag("exclude_outside"),
            a.real("extrapolation_value"));
    List<Long> axes = a.has("axes") ? a.integers("axes") : List.of();
    return new Resize(how, axes, constant(a, "keep_aspect_ratio_policy", AspectPolicy.values()));
  }

  static Attributes write(Resize resize) {
    Resampling how = resize.how();
    Attributes attributes =
        Attributes.NONE
            .with("antialias", how.antialias() ? 1 : 0)
            .with("coordinate_transformation_mode", name(how.coordinates()))
            .with("cubic_coeff_a", how.cubicCoefficient())
            .with("exclude_outside", how.excludeOutside() ? 1 : 0)
            .with("extrapolation_value", how.extrapolation())
            .with("keep_aspect_ratio_policy", name(resize.policy()))
            .with("mode", name(how.mode()))
            .with("nearest_mode", name(how.nearest()));
    return resize.axes().isEmpty() ? attributes : attributes.with("axes", resize.axes());
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> E constant(Attributes a, String attribute, E[] constants) {
    String text = a.text(attribute);
    return Arrays.stream(constants)
        .filter(constant -> name(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is `%s`, expected one of %s"
                        .formatted(
                            attribute,
                            text,
                            Arrays.stream(constants).map(ResizeAttributes::name).toList())));
  }
}
