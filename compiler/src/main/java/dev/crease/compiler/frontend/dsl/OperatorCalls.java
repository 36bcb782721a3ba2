package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.dsl.Expression.Argument;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Counted;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.OpSchema.Parameter;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Calls of operators: sorts arguments into operands and attributes, and adds the node.
final class OperatorCalls {
  private final Evaluator evaluator;

  OperatorCalls(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  List<Item> call(OpSchema schema, Expression.Call call, Scope scope, Results results) {
    List<Item> operands = new ArrayList<>();
    Map<String, Argument> named = new LinkedHashMap<>();
    for (Argument argument : call.arguments()) {
      if (argument.name().isEmpty()) {
        operands.add(evaluator.argument(argument, scope));
        continue;
      }
      Identifier name = argument.name().get();
      int operand = operandIndex(schema, name.text());
      if (schema.attribute(name.text()).isEmpty() && operand >= 0) {
        place(operands, operand, evaluator.argument(argument, scope), name);
      } else if (named.put(name.text(), argument) != null) {
        throw name.position().fault("the attribute `" + name.text() + "` is given twice");
      }
    }
    List<Value> values = operands(schema, operands, call.position(), scope);
    Attributes attributes = Attributes.NONE;
    Optional<Position> same = Optional.empty();
    for (Map.Entry<String, Argument> entry : named.entrySet()) {
      OpSchema.AttributeSpec spec = attribute(schema, entry.getValue());
      Item item = evaluator.argument(entry.getValue(), scope);
      if (spec.name().equals("pads") && item.equals(new Item.Word("same"))) {
        same = Optional.of(entry.getValue().value().position());
      } else {
        attributes =
            attributes.with(
                spec.name(),
                AttributeItems.convert(spec, item, entry.getValue().value().position()));
      }
    }
    if (same.isPresent()) {
      attributes = attributes.with("pads", SamePadding.pads(attributes, values, same.get()));
    }
    return add(schema, values, attributes, call.position(), scope, results);
  }

  /// An operator without attributes on evaluated operands.
  Item apply(
      OpSchema schema, List<Item> operands, Position position, Scope scope, Results results) {
    List<Value> values = operands(schema, operands, position, scope);
    return add(schema, values, Attributes.NONE, position, scope, results).getFirst();
  }

  private static int operandIndex(OpSchema schema, String name) {
    for (int i = 0; i < schema.inputs().size(); i++) {
      if (schema.inputs().get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static void place(List<Item> operands, int index, Item item, Identifier name) {
    while (operands.size() <= index) {
      operands.add(new Item.Absent());
    }
    if (!(operands.set(index, item) instanceof Item.Absent)) {
      throw name.position().fault("the operand `" + name.text() + "` is given twice");
    }
  }

  private static OpSchema.AttributeSpec attribute(OpSchema schema, Argument argument) {
    Identifier name = argument.name().orElseThrow();
    return schema
        .attribute(name.text())
        .orElseThrow(
            () -> {
              List<String> known = new ArrayList<>();
              schema.attributes().forEach(spec -> known.add(spec.name()));
              schema.inputs().forEach(input -> known.add(input.name()));
              return name.position()
                  .fault(
                      "%s has no attribute `%s`%s"
                          .formatted(
                              schema.qualifiedName(),
                              name.text(),
                              Arguments.suggestion(name.text(), known)));
            });
  }

  private List<Item> add(
      OpSchema schema,
      List<Value> operands,
      Attributes attributes,
      Position position,
      Scope scope,
      Results results) {
    Region region = scope.region();
    String stem = schema.name().toLowerCase(Locale.ROOT);
    List<Wanted> wanted =
        results.wanted().isEmpty()
            ? List.of(Wanted.madeUp(scope.prefix() + stem))
            : results.wanted();
    try {
      Op op = schema.create(attributes);
      List<String> names = new ArrayList<>();
      Map<String, TensorType> declared = new HashMap<>();
      for (Wanted result : wanted) {
        String name = result.stem().isEmpty() ? "" : region.name(result);
        names.add(name);
        region.declared(result, name).ifPresent(type -> declared.put(name, type));
      }
      String nodeName = results.nodeName().map(Identifier::text).orElse("");
      List<Value> values = region.builder().add(nodeName, op, operands, names, declared);
      for (Value value : values) {
        value.type().dims().forEach(dim -> region.symbols().addAll(dim.symbols()));
      }
      return values.stream()
          .map(value -> value.isAbsent() ? new Item.Absent() : (Item) new Item.Tensor(value))
          .toList();
    } catch (UnsupportedNodeException e) {
      throw Fault.unsupported(position, Fault.message(e));
    } catch (InvalidOperandException | IllegalArgumentException | ArithmeticException e) {
      String message = Fault.message(e);
      boolean named = message.contains(schema.name());
      throw new Fault(position, named ? message : schema.qualifiedName() + ": " + message, e);
    }
  }

  /// The operands as values; numbers and lists become constants of the type the operator needs.
  private List<Value> operands(OpSchema schema, List<Item> items, Position position, Scope scope) {
    Map<String, ElementType> variables = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      Optional<Parameter> parameter = parameter(schema, i);
      TensorType type =
          switch (items.get(i)) {
            case Item.Tensor(var value) -> value.type();
            case Item.Literal(var constant) -> constant.type();
            default -> null;
          };
      if (type != null && parameter.isPresent() && !parameter.get().variable().isEmpty()) {
        variables.putIfAbsent(parameter.get().variable(), type.element());
      }
    }
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      values.add(operand(schema, i, items.get(i), variables, position, scope));
    }
    return values;
  }

  private Value operand(
      OpSchema schema,
      int index,
      Item item,
      Map<String, ElementType> variables,
      Position position,
      Scope scope) {
    return switch (item) {
      case Item.Tensor(var value) -> value;
      case Item.Absent _ -> Value.ABSENT;
      case Item.Literal(var constant) -> {
        String name = scope.region().names().makeUp(scope.prefix() + "constant");
        yield scope.region().builder().constant(name, constant);
      }
      case Item.Fill fill ->
          throw position.fault(
              "`%s` needs a type to fill; give it to a name of its own: w: f32[...] = %s"
                  .formatted(fill.name(), fill.name()));
      case Item.Subgraph _, Item.Word _, Item.Element _ ->
          throw position.fault(item.describe() + " is no operand of " + schema.qualifiedName());
      case Item.Whole _, Item.Real _, Item.Truth _, Item.Text _, Item.Items _ -> {
        Parameter parameter =
            parameter(schema, index)
                .orElseThrow(
                    () ->
                        position.fault(
                            "%s takes at most %s"
                                .formatted(
                                    schema.qualifiedName(),
                                    Counted.of(schema.inputs().size(), "operand"))));
        TensorType type = TensorType.of(element(parameter, item, variables, position), dims(item));
        String name = scope.region().names().makeUp(scope.prefix() + "constant");
        yield scope
            .region()
            .builder()
            .constant(name, evaluator.literals().convert(type, item, position, name));
      }
    };
  }

  private static Optional<Parameter> parameter(OpSchema schema, int index) {
    List<Parameter> inputs = schema.inputs();
    if (index < inputs.size()) {
      return Optional.of(inputs.get(index));
    }
    boolean variadic = !inputs.isEmpty() && inputs.getLast().arity() == OpSchema.Arity.VARIADIC;
    return variadic ? Optional.of(inputs.getLast()) : Optional.empty();
  }

  private static ElementType element(
      Parameter parameter, Item item, Map<String, ElementType> variables, Position position) {
    ElementType bound = variables.get(parameter.variable());
    if (bound != null) {
      return bound;
    }
    ElementType natural = natural(item);
    if (parameter.types().contains(natural)) {
      return natural;
    }
    if (natural == ElementType.INT64 && parameter.types().contains(ElementType.FLOAT32)) {
      return ElementType.FLOAT32;
    }
    throw position.fault(
        "the operand %s cannot be %s; it is one of %s"
            .formatted(parameter.name(), item.describe(), parameter.types()));
  }

  private static ElementType natural(Item item) {
    return switch (item) {
      case Item.Real _ -> ElementType.FLOAT32;
      case Item.Truth _ -> ElementType.BOOL;
      case Item.Text _ -> ElementType.STRING;
      case Item.Items(var elements) -> {
        List<ElementType> types = elements.stream().map(OperatorCalls::natural).distinct().toList();
        boolean mixed = types.contains(ElementType.FLOAT32);
        yield types.isEmpty() ? ElementType.INT64 : mixed ? ElementType.FLOAT32 : types.getFirst();
      }
      default -> ElementType.INT64;
    };
  }

  private static long[] dims(Item item) {
    List<Long> dims = new ArrayList<>();
    Item level = item;
    while (level instanceof Item.Items(var elements)) {
      dims.add((long) elements.size());
      if (elements.isEmpty()) {
        break;
      }
      level = elements.getFirst();
    }
    return dims.stream().mapToLong(Long::longValue).toArray();
  }
}
