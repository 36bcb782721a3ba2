package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.TensorType;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.List;

/// Tensors whose elements the text lists: `[[1, 2], [3, 4]]`, nested as deep as the rank.
final class TensorLiterals {
  private final Evaluator evaluator;

  TensorLiterals(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /// A constant of this type from a list, a number, or an initializer.
  ///
  /// @param valueName what the constant will be called, for `seed = auto`
  Constant create(TensorType type, Expression expression, Scope scope, String valueName) {
    if (expression instanceof Expression.Listing listing) {
      return listed(type, listing, scope);
    }
    return convert(
        type, evaluator.evaluateFill(expression, scope), expression.position(), valueName);
  }

  /// A constant of this type from what an expression has given.
  Constant convert(TensorType type, Item item, Position position, String valueName) {
    try {
      switch (item) {
        case Item.Fill fill -> {
          return fill.formula().create(type, valueName);
        }
        case Item.Literal(var constant) when constant.type().equals(type) -> {
          return constant;
        }
        case Item.Literal(var constant) ->
            throw position.fault(
                "expected a tensor of type " + type + ", this is " + constant.type());
        case Item.Items _ -> {}
        default -> {
          if (type.rank() > 0) {
            throw position.fault(
                "%s needs a list or an initializer, this is %s; for equal elements write"
                        .formatted(type, item.describe())
                    + " constant(...)");
          }
        }
      }
      int[] dims = dims(type, position);
      if (!(item instanceof Item.Items(var list) && list.isEmpty() && count(dims) == 0)) {
        checkShape(item, dims, 0, position);
      }
      Object array = type.element().storage().allocate(count(dims));
      fill(array, type.element(), item, 0);
      return Constant.of(Tensor.of(type.element(), array, dims));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new Fault(position, e);
    }
  }

  private Constant listed(TensorType type, Expression.Listing listing, Scope scope) {
    int[] dims = dims(type, listing.position());
    int count;
    try {
      count = count(dims);
    } catch (ArithmeticException e) {
      throw new Fault(listing.position(), type + " has too many elements", e);
    }
    if (count > 0 || !listing.elements().isEmpty()) {
      checkShape(listing, dims, 0);
    }
    Object array = type.element().storage().allocate(count);
    fill(array, type.element(), listing, 0, scope);
    return Constant.of(Tensor.of(type.element(), array, dims));
  }

  private static int[] dims(TensorType type, Position position) {
    long[] dims =
        type.knownDims()
            .orElseThrow(
                () ->
                    position.fault(
                        "a constant needs known dimensions, its type is declared as " + type));
    if (Arrays.stream(dims).anyMatch(dim -> dim != (int) dim)) {
      throw position.fault(type + " has too many elements");
    }
    return Arrays.stream(dims).mapToInt(dim -> (int) dim).toArray();
  }

  private static int count(int[] dims) {
    int count = 1;
    for (int dim : dims) {
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  private static void checkShape(Expression expression, int[] dims, int axis) {
    boolean list = expression instanceof Expression.Listing;
    int size = expression instanceof Expression.Listing(var parts, _) ? parts.size() : 0;
    checkLevel(list, size, dims, axis, expression.position());
    if (expression instanceof Expression.Listing(var parts, _)) {
      parts.forEach(part -> checkShape(part, dims, axis + 1));
    }
  }

  private static void checkShape(Item item, int[] dims, int axis, Position position) {
    boolean list = item instanceof Item.Items;
    int size = item instanceof Item.Items(var parts) ? parts.size() : 0;
    checkLevel(list, size, dims, axis, position);
    if (item instanceof Item.Items(var parts)) {
      parts.forEach(part -> checkShape(part, dims, axis + 1, position));
    }
  }

  private static void checkLevel(boolean list, int size, int[] dims, int axis, Position position) {
    if (list && axis == dims.length) {
      throw position.fault(
          "a list nested deeper than the %d dimensions of the type".formatted(dims.length));
    }
    if (!list && axis < dims.length) {
      throw position.fault(
          "expected a list of %d for dimension %d of the type %s"
              .formatted(dims[axis], axis, Arrays.toString(dims)));
    }
    if (list && size != dims[axis]) {
      throw position.fault(
          "expected %d elements for dimension %d of the type %s, got %d"
              .formatted(dims[axis], axis, Arrays.toString(dims), size));
    }
  }

  /// Stores the elements from `index` on and returns the index behind them.
  private int fill(
      Object array, ElementType element, Expression expression, int index, Scope scope) {
    if (expression instanceof Expression.Listing(var parts, _)) {
      int next = index;
      for (Expression part : parts) {
        next = fill(array, element, part, next, scope);
      }
      return next;
    }
    try {
      switch (expression) {
        case Expression.Number(var digits, _) -> Scalars.setDigits(array, element, index, digits);
        case Expression.Prefix(var operator, Expression.Number(var digits, _), _)
            when operator.equals("-") ->
            Scalars.setDigits(array, element, index, "-" + digits);
        default -> Scalars.set(array, element, index, evaluator.evaluate(expression, scope));
      }
    } catch (IllegalArgumentException e) {
      throw new Fault(expression.position(), e);
    }
    return index + 1;
  }

  private static int fill(Object array, ElementType element, Item item, int index) {
    if (item instanceof Item.Items(List<Item> parts)) {
      int next = index;
      for (Item part : parts) {
        next = fill(array, element, part, next);
      }
      return next;
    }
    Scalars.set(array, element, index, item);
    return index + 1;
  }
}
