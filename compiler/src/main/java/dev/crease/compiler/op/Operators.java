package dev.crease.compiler.op;

import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.math.Relu;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The one list of operators.
public final class Operators {
  public static final List<OpSchema> ALL = List.of(Relu.SCHEMA);

  private static final Map<String, OpSchema> BY_NAME = new LinkedHashMap<>();

  static {
    for (OpSchema schema : ALL) {
      if (BY_NAME.put(schema.qualifiedName(), schema) != null) {
        throw new IllegalStateException(schema.qualifiedName() + " is listed twice");
      }
    }
  }

  private Operators() {}

  /// The operator of this [qualified name][OpSchema#qualifiedName], in its current form.
  public static Optional<OpSchema> find(String qualifiedName) {
    return Optional.ofNullable(BY_NAME.get(qualifiedName));
  }

  /// All qualified names, in the order of the list.
  public static Set<String> names() {
    return BY_NAME.keySet();
  }
}
