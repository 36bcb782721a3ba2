package dev.crease.runtime;

/// What holds tensors of an element type: the tensor itself, a sequence of them, or something that
/// may be there or not.
public enum Holder {
  TENSOR("%s"),
  SEQUENCE("seq(%s)"),
  OPTIONAL("optional(%s)"),
  OPTIONAL_SEQUENCE("optional(seq(%s))");

  private final String pattern;

  Holder(String pattern) {
    this.pattern = pattern;
  }

  /// The type in the text form, `seq(f32)` for [#SEQUENCE].
  public String text(ElementType type) {
    return text(type.text());
  }

  /// The same of a type that is text already.
  public String text(String type) {
    return pattern.formatted(type);
  }

  public boolean isOptional() {
    return this == OPTIONAL || this == OPTIONAL_SEQUENCE;
  }

  /// What an optional holds where it holds anything; itself for the others.
  public Holder held() {
    return switch (this) {
      case TENSOR, OPTIONAL -> TENSOR;
      case SEQUENCE, OPTIONAL_SEQUENCE -> SEQUENCE;
    };
  }

  /// The optional of this; itself for an optional.
  public Holder optional() {
    return switch (this) {
      case TENSOR, OPTIONAL -> OPTIONAL;
      case SEQUENCE, OPTIONAL_SEQUENCE -> OPTIONAL_SEQUENCE;
    };
  }

  /// Whether `value` can stand where this is asked for, of tensors of `type`. An optional that
  /// holds something is that something.
  public boolean holds(Value value, ElementType type) {
    return switch (value) {
      case Tensor tensor -> held() == TENSOR && tensor.type() == type;
      case Sequence sequence -> held() == SEQUENCE && sequence.type() == type;
      case Absence _ -> isOptional();
    };
  }
}
