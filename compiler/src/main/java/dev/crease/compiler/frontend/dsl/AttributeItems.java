package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.TypeCodes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// From what an argument was evaluated to, to the attribute that the schema asks for.
final class AttributeItems {
  private AttributeItems() {}

  /// @throws Fault if the item is not of the attribute's kind
  static Attribute convert(OpSchema.AttributeSpec spec, Item item, Position position) {
    try {
      return switch (spec.kind()) {
        case INT -> new Attribute.Int(integer(item));
        case FLOAT -> new Attribute.Float(Scalars.toFloat(item));
        case TEXT -> new Attribute.Text(text(item));
        case TENSOR -> tensor(item);
        case SUBGRAPH -> subgraph(item);
        case INTS -> new Attribute.Ints(list(item, AttributeItems::integer));
        case FLOATS -> new Attribute.Floats(list(item, Scalars::toFloat));
        case TEXTS -> new Attribute.Texts(list(item, AttributeItems::text));
        case TYPE -> Attribute.Type.of(text(item));
      };
    } catch (IllegalArgumentException e) {
      String kind = spec.kind().name().toLowerCase(Locale.ROOT);
      throw new Fault(
          position,
          "the attribute `%s` is of kind %s: %s".formatted(spec.name(), kind, e.getMessage()),
          e);
    }
  }

  /// What a text sees of an attribute that is there.
  static Item item(Attribute attribute) {
    return switch (attribute) {
      case Attribute.Int(var value) -> Item.Whole.of(value);
      case Attribute.Float(var value) -> new Item.Real(value, Optional.empty());
      case Attribute.Text(var value) -> new Item.Text(value);
      case Attribute.Tensor(var value) -> new Item.Literal(value);
      case Attribute.Subgraph(var value) -> new Item.Subgraph(value);
      case Attribute.Type(var element, _) -> new Item.Element(element);
      case Attribute.Ints(var values) -> items(values, Item.Whole::of);
      case Attribute.Floats(var values) ->
          items(values, value -> new Item.Real(value, Optional.empty()));
      case Attribute.Texts(var values) -> items(values, Item.Text::new);
    };
  }

  private static <T> Item items(List<T> values, Function<T, Item> item) {
    return new Item.Items(values.stream().map(item).toList());
  }

  private static long integer(Item item) {
    if (item instanceof Item.Element(var type)) {
      return TypeCodes.code(type);
    }
    if (item instanceof Item.Truth(var value)) {
      return value ? 1 : 0;
    }
    OptionalLong value = Scalars.whole(item);
    if (value.isEmpty() && item instanceof Item.Whole(var dim)) {
      throw new IllegalArgumentException(dim + " is not known before the model runs");
    }
    return value.orElseThrow(() -> expected("an integer", item));
  }

  private static String text(Item item) {
    if (item instanceof Item.Text(var value)) {
      return value;
    }
    throw expected("a string", item);
  }

  private static Attribute tensor(Item item) {
    if (item instanceof Item.Literal(var constant)) {
      return new Attribute.Tensor(constant);
    }
    throw expected("a tensor such as tensor f32[2]([1, 2])", item);
  }

  private static Attribute subgraph(Item item) {
    if (item instanceof Item.Subgraph(var graph)) {
      return new Attribute.Subgraph(graph);
    }
    throw expected("a graph", item);
  }

  private static <T> List<T> list(Item item, Function<Item, T> element) {
    if (item instanceof Item.Items(var elements)) {
      return elements.stream().map(element).toList();
    }
    throw expected("a list", item);
  }

  private static IllegalArgumentException expected(String what, Item item) {
    return new IllegalArgumentException("expected " + what + ", got " + item.describe());
  }
}
