package dev.crease.compiler.folding;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// One value for each axis.
record Variant(Map<String, Object> values) {
  private Object value(String axis) {
    if (!values.containsKey(axis)) {
      throw new IllegalArgumentException("there is no axis " + axis + " in " + values);
    }
    return values.get(axis);
  }

  int whole(String axis) {
    return (Integer) value(axis);
  }

  boolean flag(String axis) {
    return (Boolean) value(axis);
  }

  String text(String axis) {
    return value(axis).toString();
  }

  Slopes slopes() {
    return (Slopes) value("slopes");
  }

  /// `stride 2, dilation 1`, in the order of `axes`.
  String describe(List<Axis> axes) {
    return axes.stream()
        .map(axis -> axis.name() + " " + text(axis.name()).toLowerCase(java.util.Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
