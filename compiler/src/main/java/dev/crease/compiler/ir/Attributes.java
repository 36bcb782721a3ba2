package dev.crease.compiler.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An operator's attributes by name, in the order given. The typed getters trust [OpSchema#create],
/// which has checked names and kinds and filled in defaults.
public final class Attributes {
  public static final Attributes NONE = new Attributes(Map.of());

  private final Map<String, Attribute> values;

  private Attributes(Map<String, Attribute> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public static Attributes of(Map<String, Attribute> values) {
    return new Attributes(values);
  }

  /// These attributes and one more, or another value for one that is there.
  public Attributes with(String name, Attribute value) {
    Map<String, Attribute> copy = new LinkedHashMap<>(values);
    copy.put(name, value);
    return new Attributes(copy);
  }

  public Attributes with(String name, long value) {
    return with(name, new Attribute.Int(value));
  }

  public Attributes with(String name, float value) {
    return with(name, new Attribute.Float(value));
  }

  public Attributes with(String name, String value) {
    return with(name, new Attribute.Text(value));
  }

  public Attributes with(String name, List<Long> values) {
    return with(name, new Attribute.Ints(values));
  }

  public Attributes without(String name) {
    Map<String, Attribute> copy = new LinkedHashMap<>(values);
    copy.remove(name);
    return new Attributes(copy);
  }

  public Map<String, Attribute> asMap() {
    return values;
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public Optional<Attribute> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  public long integer(String name) {
    return require(name, Attribute.Int.class).value();
  }

  /// An integer that fits an `int`.
  ///
  /// @throws IllegalArgumentException if it does not
  public int intValue(String name) {
    long value = integer(name);
    if (value != (int) value) {
      throw new IllegalArgumentException("attribute " + name + " = " + value + " is too large");
    }
    return (int) value;
  }

  public boolean flag(String name) {
    return integer(name) != 0;
  }

  public float real(String name) {
    return require(name, Attribute.Float.class).value();
  }

  public String text(String name) {
    return require(name, Attribute.Text.class).value();
  }

  public Constant tensor(String name) {
    return require(name, Attribute.Tensor.class).value();
  }

  public Graph subgraph(String name) {
    return require(name, Attribute.Subgraph.class).value();
  }

  public List<Long> integers(String name) {
    return require(name, Attribute.Ints.class).values();
  }

  public List<Float> reals(String name) {
    return require(name, Attribute.Floats.class).values();
  }

  public List<String> texts(String name) {
    return require(name, Attribute.Texts.class).values();
  }

  private <T extends Attribute> T require(String name, Class<T> kind) {
    Attribute value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("attribute " + name + " is missing");
    }
    if (!kind.isInstance(value)) {
      throw new IllegalArgumentException("attribute " + name + " is of kind " + value.kind());
    }
    return kind.cast(value);
  }

  /// Equal if they hold the same names and values, in whatever order.
  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof Attributes that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
