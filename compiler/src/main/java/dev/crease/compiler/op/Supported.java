package dev.crease.compiler.op;

import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.EnumSet;
import java.util.Set;

/// What the plan's instructions can do so far: the one wording of saying no.
public final class Supported {
  public static final Set<ElementType> FLOAT32 = Set.of(ElementType.FLOAT32);

  public static final Set<ElementType> REALS = Set.of(ElementType.FLOAT32, ElementType.FLOAT64);

  /// What arithmetic is there for.
  public static final Set<ElementType> ARITHMETIC = arithmetic();

  /// The same and truth values, as 0 and 1.
  public static final Set<ElementType> NUMERIC = numeric();

  private Supported() {}

  private static Set<ElementType> numeric() {
    EnumSet<ElementType> types = EnumSet.copyOf(ARITHMETIC);
    types.add(ElementType.BOOL);
    return Set.copyOf(types);
  }

  private static Set<ElementType> arithmetic() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.INTEGERS);
    types.addAll(Set.of(ElementType.FLOAT32, ElementType.FLOAT64));
    return Set.copyOf(types);
  }

  /// @throws UnsupportedNodeException if `value` has another element type
  public static void type(Node node, Value value, Set<ElementType> types) {
    if (!types.contains(value.type().element())) {
      throw new UnsupportedNodeException(
          "%s on %s is not supported yet, only on %s"
              .formatted(node.op().schema().name(), value.type().element(), EnumSet.copyOf(types)));
    }
  }
}
