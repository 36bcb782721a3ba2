package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The signature of an operator as its specification gives it: name, domain, operands, results,
/// attributes with their defaults, and the factory that makes the operator from attributes.
///
/// @param domain empty for ONNX's default domain, `crease` for operators of our own
/// @param since the version of the operator set in which the current form appeared
public record OpSchema(
    String name,
    String domain,
    int since,
    List<Parameter> inputs,
    List<Parameter> outputs,
    List<AttributeSpec> attributes,
    Function<Attributes, Op> factory) {
  /// The domain of operators that only Crease has.
  public static final String CREASE = "crease";

  private static final Set<Holder> TENSORS = Set.of(Holder.TENSOR);

  public OpSchema {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = List.copyOf(attributes);
  }

  /// How often an operand or result appears.
  public enum Arity {
    REQUIRED,
    OPTIONAL,
    /// Any number of them, at least one; last in the list.
    VARIADIC,
    /// Any number of them, none too; last in the list.
    ANY
  }

  /// An operand or a result.
  ///
  /// @param variable the specification's type variable (`T`); parameters of one variable have one
  ///   type
  /// @param holders what may hold tensors of these types
  public record Parameter(
      String name, Arity arity, String variable, Set<ElementType> types, Set<Holder> holders) {
    public Parameter {
      types = Set.copyOf(types);
      holders = Set.copyOf(holders);
    }
  }

  /// An attribute; required if it has neither a default nor `optional`.
  public record AttributeSpec(
      String name, Attribute.Kind kind, Optional<Attribute> defaultValue, boolean optional) {}

  public static Builder named(String name) {
    return new Builder(name, "");
  }

  /// An operator of our own, in domain [#CREASE].
  public static Builder crease(String name) {
    return new Builder(name, CREASE);
  }

  /// `Conv`, or `crease.FusedConv` outside the default domain.
  public String qualifiedName() {
    return domain.isEmpty() ? name : domain + "." + name;
  }

  public Optional<AttributeSpec> attribute(String attribute) {
    return attributes.stream().filter(spec -> spec.name().equals(attribute)).findFirst();
  }

  /// Makes the operator, after checking names and kinds of the attributes and adding defaults.
  ///
  /// @throws InvalidOperandException if an attribute is unknown, missing, or of the wrong kind or
  ///   value
  public Op create(Attributes given) {
    Attributes complete = given;
    for (String attribute : given.asMap().keySet()) {
      if (attribute(attribute).isEmpty()) {
        throw new InvalidOperandException(
            "%s has no attribute %s; it has %s"
                .formatted(name, attribute, attributes.stream().map(AttributeSpec::name).toList()));
      }
    }
    for (AttributeSpec spec : attributes) {
      Optional<Attribute> value = given.get(spec.name());
      if (value.isPresent()) {
        if (value.get().kind() != spec.kind()) {
          throw new InvalidOperandException(
              "attribute %s of %s is of kind %s, expected %s"
                  .formatted(spec.name(), name, value.get().kind(), spec.kind()));
        }
      } else if (spec.defaultValue().isPresent()) {
        complete = complete.with(spec.name(), spec.defaultValue().get());
      } else if (!spec.optional()) {
        throw new InvalidOperandException(
            "%s needs the attribute %s (%s)".formatted(name, spec.name(), spec.kind()));
      }
    }
    try {
      return factory.apply(complete);
    } catch (IllegalArgumentException e) {
      throw new InvalidOperandException(name + ": " + e.getMessage());
    }
  }

  /// Checks number and element types of the operands.
  ///
  /// @throws InvalidOperandException if they do not fit the signature
  public void check(Operands operands) {
    Map<String, ElementType> bound = new HashMap<>();
    boolean variadic = !inputs.isEmpty() && isRepeated(inputs.getLast());
    if (operands.count() > inputs.size() && !variadic) {
      throw new InvalidOperandException(
          "%s takes at most %s, got %d"
              .formatted(name, Counted.of(inputs.size(), "operand"), operands.count()));
    }
    for (int i = 0; i < Math.max(operands.count(), inputs.size()); i++) {
      Parameter parameter = inputs.get(Math.min(i, inputs.size() - 1));
      if (i >= operands.count() || !operands.has(i)) {
        if (parameter.arity() == Arity.REQUIRED
            || (parameter.arity() == Arity.VARIADIC && i < inputs.size())) {
          throw new InvalidOperandException(
              "%s needs the operand %s (number %d)".formatted(name, parameter.name(), i));
        }
        continue;
      }
      checkHolder(parameter, operands.type(i));
      checkType(parameter, operands.type(i).element(), bound);
    }
  }

  private static boolean isRepeated(Parameter parameter) {
    return parameter.arity() == Arity.VARIADIC || parameter.arity() == Arity.ANY;
  }

  private void checkHolder(Parameter parameter, TensorType given) {
    if (!parameter.holders().contains(given.holder())) {
      throw new InvalidOperandException(
          "operand %s of %s is %s, expected one of %s"
              .formatted(parameter.name(), name, given, EnumSet.copyOf(parameter.holders())));
    }
  }

  private void checkType(Parameter parameter, ElementType given, Map<String, ElementType> bound) {
    if (!parameter.types().contains(given)) {
      throw new InvalidOperandException(
          "operand %s of %s is of type %s, expected one of %s"
              .formatted(parameter.name(), name, given, EnumSet.copyOf(parameter.types())));
    }
    if (parameter.variable().isEmpty()) {
      return;
    }
    ElementType other = bound.putIfAbsent(parameter.variable(), given);
    if (other != null && other != given) {
      throw new InvalidOperandException(
          "operand %s of %s is of type %s, but another operand of the same type variable %s is %s"
              .formatted(parameter.name(), name, given, parameter.variable(), other));
    }
  }

  /// Collects a schema in the order of the specification.
  public static final class Builder {
    private final String name;
    private final String domain;
    private int since = 1;
    private final List<Parameter> inputs = new ArrayList<>();
    private final List<Parameter> outputs = new ArrayList<>();
    private final List<AttributeSpec> attributes = new ArrayList<>();

    private Builder(String name, String domain) {
      this.name = name;
      this.domain = domain;
    }

    public Builder since(int version) {
      since = version;
      return this;
    }

    public Builder input(String input, String variable, Set<ElementType> types) {
      inputs.add(new Parameter(input, Arity.REQUIRED, variable, types, TENSORS));
      return this;
    }

    public Builder optionalInput(String input, String variable, Set<ElementType> types) {
      inputs.add(new Parameter(input, Arity.OPTIONAL, variable, types, TENSORS));
      return this;
    }

    public Builder variadicInput(String input, String variable, Set<ElementType> types) {
      inputs.add(new Parameter(input, Arity.VARIADIC, variable, types, TENSORS));
      return this;
    }

    public Builder anyInputs(String input, String variable, Set<ElementType> types) {
      inputs.add(new Parameter(input, Arity.ANY, variable, types, TENSORS));
      return this;
    }

    public Builder output(String output, String variable, Set<ElementType> types) {
      outputs.add(new Parameter(output, Arity.REQUIRED, variable, types, TENSORS));
      return this;
    }

    public Builder optionalOutput(String output, String variable, Set<ElementType> types) {
      outputs.add(new Parameter(output, Arity.OPTIONAL, variable, types, TENSORS));
      return this;
    }

    public Builder variadicOutput(String output, String variable, Set<ElementType> types) {
      outputs.add(new Parameter(output, Arity.VARIADIC, variable, types, TENSORS));
      return this;
    }

    /// Lets the parameter that was added last be held by these, and not only tensors.
    public Builder heldBy(Set<Holder> holders) {
      List<Parameter> list = outputs.isEmpty() ? inputs : outputs;
      Parameter last = list.removeLast();
      list.add(new Parameter(last.name(), last.arity(), last.variable(), last.types(), holders));
      return this;
    }

    /// A required attribute.
    public Builder attribute(String attribute, Attribute.Kind kind) {
      attributes.add(new AttributeSpec(attribute, kind, Optional.empty(), false));
      return this;
    }

    /// An attribute that may be left out and then has no value.
    public Builder optional(String attribute, Attribute.Kind kind) {
      attributes.add(new AttributeSpec(attribute, kind, Optional.empty(), true));
      return this;
    }

    public Builder attribute(String attribute, Attribute defaultValue) {
      attributes.add(
          new AttributeSpec(attribute, defaultValue.kind(), Optional.of(defaultValue), false));
      return this;
    }

    public Builder attribute(String attribute, long defaultValue) {
      return attribute(attribute, new Attribute.Int(defaultValue));
    }

    public Builder attribute(String attribute, float defaultValue) {
      return attribute(attribute, new Attribute.Float(defaultValue));
    }

    public Builder attribute(String attribute, String defaultValue) {
      return attribute(attribute, new Attribute.Text(defaultValue));
    }

    public OpSchema build(Function<Attributes, Op> factory) {
      return new OpSchema(name, domain, since, inputs, outputs, attributes, factory);
    }
  }
}
