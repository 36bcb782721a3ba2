package dev.crease.compiler.op;

import static dev.crease.runtime.ElementType.*;

import dev.crease.runtime.ElementType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// The sets of element types that ONNX's type constraints name.
public final class TypeSets {
  public static final Set<ElementType> ALL = set(EnumSet.allOf(ElementType.class));
  public static final Set<ElementType> FLOATS =
      set(EnumSet.of(FLOAT32, FLOAT64, FLOAT16, BFLOAT16));
  public static final Set<ElementType> INTEGERS =
      set(EnumSet.of(INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64));
  public static final Set<ElementType> NUMBERS = union(FLOATS, INTEGERS);
  public static final Set<ElementType> SIGNED =
      union(FLOATS, EnumSet.of(INT8, INT16, INT32, INT64));
  public static final Set<ElementType> INDEXES = set(EnumSet.of(INT32, INT64));
  public static final Set<ElementType> SHAPES = set(EnumSet.of(INT64));
  public static final Set<ElementType> BOOLS = set(EnumSet.of(BOOL));

  private TypeSets() {}

  private static Set<ElementType> set(EnumSet<ElementType> types) {
    return Collections.unmodifiableSet(types);
  }

  private static Set<ElementType> union(Set<ElementType> a, Set<ElementType> b) {
    EnumSet<ElementType> all = EnumSet.copyOf(a);
    all.addAll(b);
    return set(all);
  }
}
