package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Dim;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/// Operators on what is known at compile time. All methods throw [IllegalArgumentException] for
/// operands that do not fit, and [ArithmeticException] on overflow and division by zero.
final class Arithmetic {
  static final Set<String> FUNCTIONS =
      Set.of("floordiv", "ceildiv", "min", "max", "broadcast", "range", "known", "sqrt");

  private static final int MAX_RANGE = 1 << 16;

  /// The operators that an infix sign stands for between tensors.
  static final Map<String, String> TENSOR_OPERATORS =
      Map.of("+", "Add", "-", "Sub", "*", "Mul", "/", "Div");

  private Arithmetic() {}

  static Item function(String name, List<Item> arguments) {
    if (name.equals("sqrt")) {
      return sqrt(arguments);
    }
    if (name.equals("known") && arguments.getFirst() instanceof Item.Whole(var dim)) {
      return new Item.Truth(dim.isKnown());
    }
    if (arguments.size() != 2
        || !(arguments.get(0) instanceof Item.Whole(var a))
        || !(arguments.get(1) instanceof Item.Whole(var b))) {
      throw new IllegalArgumentException(name + " takes two integers");
    }
    if (name.equals("range")) {
      return range(a, b);
    }
    return new Item.Whole(
        switch (name) {
          case "floordiv" -> a.floorDiv(b);
          case "ceildiv" -> a.ceilDiv(b);
          case "min" -> a.min(b);
          case "max" -> a.max(b);
          case "broadcast" -> a.broadcast(b);
          default -> throw new IllegalArgumentException("no function is called " + name);
        });
  }

  private static Item sqrt(List<Item> arguments) {
    Optional<Double> x =
        arguments.size() == 1 ? Scalars.real(arguments.getFirst()) : Optional.empty();
    return new Item.Real(
        Math.sqrt(x.orElseThrow(() -> new IllegalArgumentException("sqrt takes one number"))),
        Optional.empty());
  }

  /// The integers from `from` up to, but not, `to`.
  private static Item range(Dim from, Dim to) {
    if (!from.isKnown() || !to.isKnown()) {
      throw new IllegalArgumentException(
          "range(%s, %s) is not known before the model runs".formatted(from, to));
    }
    long first = from.known().getAsLong();
    long end = to.known().getAsLong();
    if (end - first > MAX_RANGE) {
      throw new IllegalArgumentException("a range of more than " + MAX_RANGE + " integers");
    }
    return new Item.Items(LongStream.range(first, end).<Item>mapToObj(Item.Whole::of).toList());
  }

  static Item negate(Item item) {
    return switch (item) {
      case Item.Whole(var value) -> new Item.Whole(value.times(-1));
      case Item.Real(_, var text)
          when text.isPresent() && Character.isDigit(text.get().charAt(0)) ->
          Scalars.literal("-" + text.get());
      case Item.Real(var value, var text) when text.isEmpty() ->
          new Item.Real(-value, Optional.empty());
      default -> throw new IllegalArgumentException(item.describe() + " has no negative");
    };
  }

  static Item not(Item item) {
    if (item instanceof Item.Truth(var value)) {
      return new Item.Truth(!value);
    }
    throw new IllegalArgumentException("`!` needs a truth value, this is " + item.describe());
  }

  static Item infix(String operator, Item left, Item right) {
    return switch (operator) {
      case "==" -> new Item.Truth(equal(left, right));
      case "!=" -> new Item.Truth(!equal(left, right));
      case "<" -> new Item.Truth(compare(operator, left, right) < 0);
      case "<=" -> new Item.Truth(compare(operator, left, right) <= 0);
      case ">" -> new Item.Truth(compare(operator, left, right) > 0);
      case ">=" -> new Item.Truth(compare(operator, left, right) >= 0);
      default -> calculate(operator, left, right);
    };
  }

  private static Item calculate(String operator, Item left, Item right) {
    if (left instanceof Item.Items(var a) && right instanceof Item.Items(var b)) {
      if (operator.equals("+")) {
        return new Item.Items(java.util.stream.Stream.concat(a.stream(), b.stream()).toList());
      }
    } else if (left instanceof Item.Whole(var a) && right instanceof Item.Whole(var b)) {
      return new Item.Whole(calculate(operator, a, b));
    } else if (Scalars.real(left).isPresent() && Scalars.real(right).isPresent()) {
      double a = Scalars.real(left).get();
      double b = Scalars.real(right).get();
      return new Item.Real(calculate(operator, a, b), Optional.empty());
    }
    throw new IllegalArgumentException(
        "`%s` cannot join %s and %s".formatted(operator, left.describe(), right.describe()));
  }

  private static Dim calculate(String operator, Dim a, Dim b) {
    return switch (operator) {
      case "+" -> a.plus(b);
      case "-" -> a.minus(b);
      case "*" -> a.times(b);
      case "/" -> a.floorDiv(b);
      case "%" -> a.minus(a.floorDiv(b).times(b));
      default -> throw new IllegalArgumentException("`" + operator + "` does not join integers");
    };
  }

  private static double calculate(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      default -> throw new IllegalArgumentException("`" + operator + "` does not join numbers");
    };
  }

  private static boolean equal(Item left, Item right) {
    return switch (left) {
      case Item.Absent _ -> right instanceof Item.Absent;
      case Item.Element(var a) -> right instanceof Item.Element(var b) && a == b;
      case Item.Truth(var a) when right instanceof Item.Truth(var b) -> a == b;
      case Item.Text(var a) when right instanceof Item.Text(var b) -> a.equals(b);
      case Item.Word(var a) when right instanceof Item.Word(var b) -> a.equals(b);
      case Item.Items(var a) when right instanceof Item.Items(var b) -> equal(a, b);
      default -> !(right instanceof Item.Absent) && compare("==", left, right) == 0;
    };
  }

  private static boolean equal(List<Item> left, List<Item> right) {
    boolean equal = left.size() == right.size();
    for (int i = 0; equal && i < left.size(); i++) {
      equal = equal(left.get(i), right.get(i));
    }
    return equal;
  }

  private static int compare(String operator, Item left, Item right) {
    if (left instanceof Item.Whole(var a) && right instanceof Item.Whole(var b)) {
      OptionalLong difference = a.minus(b).known();
      if (difference.isEmpty()) {
        throw new IllegalArgumentException(
            "whether %s %s %s cannot be told before the model runs".formatted(a, operator, b));
      }
      return Long.signum(difference.getAsLong());
    }
    if (Scalars.real(left).isPresent() && Scalars.real(right).isPresent()) {
      return Double.compare(Scalars.real(left).get(), Scalars.real(right).get());
    }
    throw new IllegalArgumentException(
        "`%s` cannot compare %s with %s; only what is known while expanding is compared so"
            .formatted(operator, left.describe(), right.describe()));
  }
}
