package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.dsl.Expression.Argument;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.NearestName;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.UnsupportedOperators;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// From an expression to what it is: a number, a list, or a tensor, for which it adds nodes.
final class Evaluator {
  private static final int MAX_DEPTH = 400;

  private final Expander expander;
  private final Types types = new Types(this);
  private final TensorLiterals literals = new TensorLiterals(this);
  private final OperatorCalls operators = new OperatorCalls(this);
  private int depth;

  Evaluator(Expander expander) {
    this.expander = expander;
  }

  Types types() {
    return types;
  }

  TensorLiterals literals() {
    return literals;
  }

  Item evaluate(Expression expression, Scope scope) {
    return evaluate(expression, scope, Results.unnamed());
  }

  /// Like [#evaluate], but `zeros` and `ones` are initializers whatever else has these names.
  Item evaluateFill(Expression expression, Scope scope) {
    if (expression instanceof Expression.Name(Identifier(var name, var quoted, _)) && !quoted) {
      Optional<Item.Fill> fill = Initializers.named(name);
      if (fill.isPresent()) {
        return fill.get();
      }
    }
    return evaluate(expression, scope);
  }

  /// Evaluates to a single item.
  Item evaluate(Expression expression, Scope scope, Results results) {
    return evaluateAll(expression, scope, results).getFirst();
  }

  /// Evaluates to as many items as `results` asks for.
  List<Item> evaluateAll(Expression expression, Scope scope, Results results) {
    Position position = expression.position();
    depth++;
    try {
      if (depth > MAX_DEPTH) {
        throw position.fault("expressions and blocks nest too deeply while expanding");
      }
      if (expression instanceof Expression.Call call) {
        return call(call, scope, results);
      }
      results.requireOne(position);
      return List.of(single(expression, scope, results));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new Fault(position, e);
    } finally {
      depth--;
    }
  }

  private Item single(Expression expression, Scope scope, Results results) {
    return switch (expression) {
      case Expression.Number(var digits, _) -> Scalars.literal(digits);
      case Expression.Text(var text, _) -> new Item.Text(text);
      case Expression.Truth(var value, _) -> new Item.Truth(value);
      case Expression.Infinity _ -> new Item.Real(Double.POSITIVE_INFINITY, Optional.empty());
      case Expression.NotANumber(var bits, _) -> Scalars.notANumber(bits);
      case Expression.Absent _ -> new Item.Absent();
      case Expression.Name(var name) -> name(name, scope);
      case Expression.Listing(var elements, _) ->
          new Item.Items(
              elements.stream().map(element -> evaluate(element, scope.forValues())).toList());
      case Expression.TensorOf(var type, var elements, _) -> tensor(type, elements, scope);
      case Expression.GraphOf(var graph, _) -> new Item.Subgraph(expander.subgraph(graph, scope));
      case Expression.Member(var object, var member, _) ->
          member(evaluate(object, scope.forValues()), member.text(), member.position());
      case Expression.Index(var object, var index, _) ->
          index(evaluate(object, scope), evaluate(index, scope.forValues()), index.position());
      case Expression.Prefix prefix -> prefix(prefix, scope, results);
      case Expression.Infix infix -> infix(infix, scope, results);
      case Expression.Call _ -> throw new IllegalStateException("calls are evaluated apart");
    };
  }

  private Item tensor(TypeName typeName, Expression elements, Scope scope) {
    TensorType type = types.resolve(typeName, scope.forValues(), false);
    Constant constant = literals.create(type, elements, scope, scope.prefix() + "tensor");
    return new Item.Literal(constant);
  }

  private static Item name(Identifier name, Scope scope) {
    String text = name.text();
    Optional<Item> found = scope.find(text);
    boolean dim = scope.dimNames() != Scope.DimNames.NONE;
    if (found.isPresent() && (!dim || found.get() instanceof Item.Whole)) {
      return found.get();
    }
    if (scope.region().symbols().contains(text)) {
      return new Item.Whole(dev.crease.compiler.ir.Dim.symbol(text));
    }
    int dot = name.quoted() ? -1 : text.lastIndexOf('.');
    if (dot > 0) {
      Identifier object = new Identifier(text.substring(0, dot), false, name.position());
      return member(name(object, scope.forValues()), text.substring(dot + 1), name.position());
    }
    if (scope.dimNames() == Scope.DimNames.ANY) {
      return new Item.Whole(dev.crease.compiler.ir.Dim.symbol(text));
    }
    if (text.equals("same") || text.equals("auto")) {
      return new Item.Word(text);
    }
    Optional<Item> constant =
        Initializers.named(text).<Item>map(fill -> fill).or(() -> elementType(name));
    if (constant.isPresent()) {
      return constant.get();
    }
    throw name.position()
        .fault("`%s` is not known here%s".formatted(text, near(text, scope.visible())));
  }

  private static Optional<Item> elementType(Identifier name) {
    return name.quoted() ? Optional.empty() : Types.named(name.text()).map(Item.Element::new);
  }

  private static String near(String name, List<String> candidates) {
    return NearestName.suggestion(name, candidates);
  }

  private static Item member(Item object, String member, Position position) {
    if (!(object instanceof Item.Tensor) && !(object instanceof Item.Literal)) {
      throw position.fault(object.describe() + " has no member `" + member + "`");
    }
    TensorType type =
        object instanceof Item.Tensor(var value)
            ? value.type()
            : ((Item.Literal) object).constant().type();
    return switch (member) {
      case "shape" ->
          new Item.Items(type.dims().stream().map(dim -> (Item) new Item.Whole(dim)).toList());
      case "rank" -> Item.Whole.of(type.rank());
      case "type" -> new Item.Element(type.element());
      default ->
          throw position.fault(
              "a tensor has no member `%s`%s; it has shape, rank and type"
                  .formatted(member, near(member, List.of("shape", "rank", "type"))));
    };
  }

  private static Item index(Item object, Item index, Position position) {
    if (!(object instanceof Item.Items(var elements))) {
      throw position.fault("only a list has elements, this is " + object.describe());
    }
    long at =
        Scalars.whole(index)
            .orElseThrow(() -> position.fault("an index is an integer, not " + index.describe()));
    long wrapped = at < 0 ? at + elements.size() : at;
    if (wrapped < 0 || wrapped >= elements.size()) {
      throw position.fault("there is no element %d in a list of %d".formatted(at, elements.size()));
    }
    return elements.get((int) wrapped);
  }

  private Item prefix(Expression.Prefix prefix, Scope scope, Results results) {
    Item operand = evaluate(prefix.operand(), scope);
    if (prefix.operator().equals("!")) {
      return Arithmetic.not(operand);
    }
    if (isTensor(operand)) {
      return operators.apply(
          operator("Neg", prefix.position()), List.of(operand), prefix.position(), scope, results);
    }
    return Arithmetic.negate(operand);
  }

  private Item infix(Expression.Infix infix, Scope scope, Results results) {
    Item left = evaluate(infix.left(), scope);
    boolean and = infix.operator().equals("&&");
    if (and || infix.operator().equals("||")) {
      boolean first = truth(left, infix.left().position());
      return new Item.Truth(
          first == and ? truth(evaluate(infix.right(), scope), infix.right().position()) : first);
    }
    Item right = evaluate(infix.right(), scope);
    String operator = Arithmetic.TENSOR_OPERATORS.get(infix.operator());
    if (operator != null && (isTensor(left) || isTensor(right))) {
      return operators.apply(
          operator(operator, infix.position()),
          List.of(left, right),
          infix.position(),
          scope,
          results);
    }
    try {
      return Arithmetic.infix(infix.operator(), left, right);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new Fault(infix.position(), e);
    }
  }

  private static boolean isTensor(Item item) {
    return item instanceof Item.Tensor || item instanceof Item.Literal;
  }

  private static OpSchema operator(String name, Position position) {
    return Operators.find(name)
        .orElseThrow(() -> position.fault("the operator " + name + " is not supported yet"));
  }

  static boolean truth(Item item, Position position) {
    if (item instanceof Item.Truth(var value)) {
      return value;
    }
    throw position.fault("a condition is a truth value, this is " + item.describe());
  }

  private List<Item> call(Expression.Call call, Scope scope, Results results) {
    String name = call.callee().text();
    Position position = call.position();
    Optional<OpSchema> operator = Operators.find(name);
    if (operator.isPresent()) {
      return operators.call(operator.get(), call, scope.forValues(), results);
    }
    results.requireNoNodeName(name);
    Optional<Document.BlockSyntax> block = expander.block(name);
    if (block.isPresent()) {
      return expander.call(block.get(), call, scope.forValues(), results);
    }
    results.requireOne(position);
    if (Initializers.PARAMETERS.containsKey(name)) {
      return List.of(
          expander
              .initializers()
              .create(name, bind(call, Initializers.PARAMETERS.get(name), scope.forValues())));
    }
    if (name.equals("weights")) {
      Item offset = bind(call, List.of("offset"), scope).get("offset");
      return List.of(expander.weights(offset, position));
    }
    if (Arithmetic.FUNCTIONS.contains(name)) {
      return List.of(
          Arithmetic.function(name, List.copyOf(bind(call, List.of("a", "b"), scope).values())));
    }
    List<String> known = new ArrayList<>(Operators.names());
    known.addAll(expander.blockNames());
    known.addAll(Initializers.PARAMETERS.keySet());
    known.addAll(Arithmetic.FUNCTIONS);
    throw UnsupportedOperators.reason(name)
        .map(reason -> "the operator %s of ONNX is not supported: %s".formatted(name, reason))
        .map(message -> Fault.unsupported(position, message))
        .orElseGet(
            () ->
                position.fault(
                    "no operator or block is called `%s`%s".formatted(name, near(name, known))));
  }

  private Map<String, Item> bind(Expression.Call call, List<String> parameters, Scope scope) {
    Map<String, Item> items = new LinkedHashMap<>();
    Arguments.bind(call.callee().text(), parameters, call.arguments())
        .forEach((name, value) -> items.put(name, evaluate(value, scope)));
    return items;
  }

  /// Evaluates the value of an argument.
  Item argument(Argument argument, Scope scope) {
    return evaluate(argument.value(), scope);
  }
}
