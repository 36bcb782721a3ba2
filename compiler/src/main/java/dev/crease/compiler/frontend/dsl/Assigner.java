package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.dsl.Statement.Target;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.NearestName;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Runs assignments: a tensor's node or constant gets the name, anything else is only bound to it.
final class Assigner {
  private final Evaluator evaluator;
  private final Scope scope;

  Assigner(Evaluator evaluator, Scope scope) {
    this.evaluator = evaluator;
    this.scope = scope;
  }

  void assign(Statement.Assignment assignment) {
    Expression value = assignment.value();
    if (assignment.targets().stream().allMatch(target -> target.name().isEmpty())) {
      throw assignment.position().fault("this computes nothing: give a result a name");
    }
    Known known = new Known(Set.copyOf(scope.region().symbols()), scope.visible());
    List<Wanted> wanted = assignment.targets().stream().map(this::wanted).toList();
    if (wanted.size() == 1 && wanted.getFirst().type().isPresent() && isConstant(value)) {
      new Results(wanted, assignment.nodeName()).requireNoNodeName("a constant");
      known.checkConstant(assignment.targets().getFirst(), wanted.getFirst());
      bindConstant(assignment.targets().getFirst(), wanted.getFirst(), value);
      return;
    }
    List<Item> items =
        evaluator.evaluateAll(value, scope, new Results(wanted, assignment.nodeName()));
    for (int i = 0; i < items.size(); i++) {
      Target target = assignment.targets().get(i);
      if (target.name().isPresent()) {
        Identifier name = target.name().get();
        known.check(target, wanted.get(i), items.get(i));
        scope.bind(name.text(), bound(name, items.get(i), wanted.get(i), value.position()));
      }
    }
  }

  /// What was known before a statement; its declared types may only add names for dimensions that
  /// depend on data.
  ///
  /// @param visible names that may have been meant
  private record Known(Set<String> symbols, List<String> visible) {
    void check(Target target, Wanted wanted, Item item) {
      if (!(item instanceof Item.Tensor(var value))) {
        checkConstant(target, wanted);
      } else if (wanted.type().isPresent() && wanted.type().get().agreesWith(value.type())) {
        Types.checkSymbols(
            "`" + wanted.stem() + "`",
            wanted.type().get(),
            value.type(),
            symbols,
            visible,
            target.type().orElseThrow().position());
      }
    }

    void checkConstant(Target target, Wanted wanted) {
      for (Dim dim : wanted.type().map(TensorType::dims).orElse(List.of())) {
        for (String symbol : dim.symbols()) {
          if (!symbols.contains(symbol)) {
            throw target
                .type()
                .orElseThrow()
                .position()
                .fault(
                    "`%s` is not known here%s"
                        .formatted(symbol, NearestName.suggestion(symbol, visible)));
          }
        }
      }
    }
  }

  private Wanted wanted(Target target) {
    if (target.name().isEmpty()) {
      return Wanted.nothing();
    }
    Identifier name = target.name().get();
    if (name.text().isEmpty()) {
      throw name.position().fault("the name of a value cannot be empty");
    }
    Optional<TensorType> type =
        target.type().map(written -> evaluator.types().resolve(written, scope, scope.isTopLevel()));
    return new Wanted(scope.prefix() + name.text(), scope.isTopLevel(), type);
  }

  /// Lists, and the initializers' names whatever else is called so.
  private static boolean isConstant(Expression value) {
    return value instanceof Expression.Listing
        || (value instanceof Expression.Name(Identifier(var text, var quoted, _))
            && !quoted
            && Initializers.named(text).isPresent());
  }

  private void bindConstant(Target target, Wanted wanted, Expression value) {
    TensorType type = wanted.type().orElseThrow();
    String name = scope.region().name(wanted);
    Constant constant = evaluator.literals().create(type, value, scope, name);
    scope.bind(
        target.name().orElseThrow().text(),
        new Item.Tensor(scope.region().builder().constant(name, constant)));
  }

  /// What the name is bound to: the tensor itself, which may have another name of its own, or a
  /// constant made of what is known at compile time if there is a type.
  private Item bound(Identifier name, Item item, Wanted wanted, Position position) {
    if (item instanceof Item.Tensor(var value)) {
      checkType(value, wanted, position);
      return item;
    }
    Region region = scope.region();
    if (wanted.type().isPresent()) {
      String valueName = region.name(wanted);
      Constant constant =
          evaluator.literals().convert(wanted.type().get(), item, position, valueName);
      return new Item.Tensor(region.builder().constant(valueName, constant));
    }
    return switch (item) {
      case Item.Literal(var constant) ->
          new Item.Tensor(region.builder().constant(region.name(wanted), constant));
      case Item.Fill fill ->
          throw position.fault(
              "`%s` needs a type to fill: %s: f32[...] = %s"
                  .formatted(fill.name(), name.text(), fill.name()));
      case Item.Absent _ when !scope.isTopLevel() -> item;
      case Item.Absent _, Item.Subgraph _ ->
          throw position.fault(item.describe() + " cannot be bound to a name");
      default -> item;
    };
  }

  private static void checkType(Value value, Wanted wanted, Position position) {
    if (wanted.type().isPresent() && !wanted.type().get().agreesWith(value.type())) {
      throw position.fault(
          "`%s` is declared as %s, but this is of type %s"
              .formatted(wanted.stem(), wanted.type().get(), value.type()));
    }
  }

  /// All names that statements bind, in whatever branch.
  static List<String> boundNames(List<Statement> statements) {
    List<String> names = new ArrayList<>();
    for (Statement statement : statements) {
      switch (statement) {
        case Statement.Assignment(var targets, _, _, _) ->
            targets.forEach(target -> target.name().ifPresent(name -> names.add(name.text())));
        case Statement.Return _ -> {}
        case Statement.Repeat repeat -> names.addAll(boundNames(repeat.body()));
        case Statement.If choice -> {
          choice.branches().forEach(branch -> names.addAll(boundNames(branch.body())));
          names.addAll(boundNames(choice.otherwise()));
        }
      }
    }
    return names;
  }
}
