package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.NearestName;
import dev.crease.compiler.ir.TensorType;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// From a type as written to a [TensorType].
final class Types {
  private static final String TYPE_MEMBER = ".type";

  private final Evaluator evaluator;

  Types(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /// @param introduces whether a name that is not bound becomes a new symbol
  /// @throws Fault if a dimension is not a non-negative integer, or a name is unknown
  TensorType resolve(TypeName type, Scope scope, boolean introduces) {
    ElementType element = element(type.element(), scope);
    Scope dimScope = scope.forDims(introduces);
    List<Dim> dims = new ArrayList<>();
    for (Expression dim : type.dims()) {
      dims.add(dim(dim, dimScope));
    }
    dims.forEach(dim -> scope.region().symbols().addAll(dim.symbols()));
    return type.holders().isEmpty() ? new TensorType(element, dims) : held(type, element);
  }

  private static TensorType held(TypeName type, ElementType element) {
    String text = "%s";
    for (Identifier word : type.holders()) {
      text = text.formatted(word.text() + "(%s)");
    }
    for (Holder holder : Holder.values()) {
      if (holder.text("%s").equals(text) && type.dims().isEmpty()) {
        return TensorType.of(holder, element);
      }
    }
    throw type.position()
        .fault(
            "there is no such type; those that are no tensors are %s, %s and %s, without dimensions"
                .formatted(
                    Holder.SEQUENCE.text(element),
                    Holder.OPTIONAL.text(element),
                    Holder.OPTIONAL_SEQUENCE.text(element)));
  }

  /// Checks that each symbol which a declared type is the first to use names a dimension that
  /// depends on data. Any other dimension follows from the inputs and has its name from there.
  ///
  /// @param what the declared value, for the message
  /// @param known the symbols before
  /// @param candidates names that may have been meant
  /// @throws Fault if one does not
  static void checkSymbols(
      String what,
      TensorType declared,
      TensorType actual,
      Set<String> known,
      Collection<String> candidates,
      Position position) {
    for (int axis = 0; axis < declared.rank(); axis++) {
      Dim dim = actual.dim(axis);
      for (String symbol : declared.dim(axis).symbols()) {
        boolean named = known.contains(symbol) || dim.symbols().contains(symbol);
        if (!named && !symbol.startsWith("?") && !dim.dependsOnData()) {
          throw position.fault(
              "%s is of type %s, and its dimension `%s` is not known%s"
                  .formatted(what, actual, symbol, NearestName.suggestion(symbol, candidates)));
        }
      }
    }
  }

  private Dim dim(Expression expression, Scope scope) {
    Item item = evaluator.evaluate(expression, scope);
    if (!(item instanceof Item.Whole(var dim))) {
      throw expression.position().fault("a dimension is an integer, this is " + item.describe());
    }
    if (dim.isKnown() && dim.known().getAsLong() < 0) {
      throw expression.position().fault("a dimension cannot be negative: " + dim);
    }
    return dim;
  }

  private static ElementType element(Identifier name, Scope scope) {
    Optional<ElementType> element = named(name.text());
    if (element.isPresent()) {
      return element.get();
    }
    if (!name.quoted() && name.text().endsWith(TYPE_MEMBER)) {
      String object = name.text().substring(0, name.text().length() - TYPE_MEMBER.length());
      if (scope.find(object).orElse(null) instanceof Item.Tensor(var value)) {
        return value.type().element();
      }
    }
    List<String> known = Arrays.stream(ElementType.values()).map(ElementType::text).toList();
    throw name.position()
        .fault(
            "no element type is called `%s`%s"
                .formatted(name.text(), Arguments.suggestion(name.text(), known)));
  }

  /// The element type that a word names.
  static Optional<ElementType> named(String text) {
    return Arrays.stream(ElementType.values())
        .filter(element -> element.text().equals(text))
        .findFirst();
  }
}
