package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.dsl.Document.BlockSyntax;
import dev.crease.compiler.frontend.dsl.Document.Parameter;
import dev.crease.compiler.ir.Graph;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Runs the statements of a text at compile time: bindings, blocks, `repeat` and `if` unfold into
/// nodes. Bounded in steps and depth, so it ends whatever the text.
final class Expander {
  private static final int MAX_STEPS = 1_000_000;
  private static final int MAX_BLOCK_DEPTH = 32;

  private final Map<String, BlockSyntax> blocks;
  private final Initializers initializers;
  private final Optional<WeightsFile> weights;
  private final Evaluator evaluator = new Evaluator(this);
  private final GraphExpander graphs = new GraphExpander(this);
  private final Deque<String> calls = new ArrayDeque<>();
  private int steps;

  /// @param blocks those of the text; the standard library's are found when no other has the name
  Expander(Map<String, BlockSyntax> blocks, String modelName, Optional<WeightsFile> weights) {
    this.blocks = blocks;
    this.initializers = new Initializers(modelName);
    this.weights = weights;
  }

  Graph model(ModelSyntax model) {
    return graphs.expand(model, null);
  }

  Graph subgraph(ModelSyntax graph, Scope outer) {
    return graphs.expand(graph, outer);
  }

  Evaluator evaluator() {
    return evaluator;
  }

  Initializers initializers() {
    return initializers;
  }

  Optional<BlockSyntax> block(String name) {
    BlockSyntax own = blocks.get(name);
    return own != null ? Optional.of(own) : Optional.ofNullable(StandardLibrary.blocks().get(name));
  }

  List<String> blockNames() {
    List<String> names = new ArrayList<>(blocks.keySet());
    names.addAll(StandardLibrary.blocks().keySet());
    return names;
  }

  /// `weights(offset = 64)`
  Item.Fill weights(@Nullable Item offset, Position position) {
    WeightsFile file =
        weights.orElseThrow(
            () -> position.fault("the text names no weights file: @weights(\"model.weights\")"));
    OptionalLong at = offset == null ? OptionalLong.of(0) : Scalars.whole(offset);
    long start =
        at.orElseThrow(() -> position.fault("an offset is a number of bytes from the start"));
    return new Item.Fill("weights", (type, _) -> file.constant(type, start));
  }

  /// Runs statements until the first `return`.
  ///
  /// @return the returned items, each with the name that `results` wants; empty without `return`
  Optional<List<Item>> run(List<Statement> statements, Scope scope, Results results) {
    for (Statement statement : statements) {
      step(statement.position());
      Optional<List<Item>> returned =
          switch (statement) {
            case Statement.Assignment assignment -> {
              assign(assignment, scope);
              yield Optional.empty();
            }
            case Statement.Return(var values, var position) ->
                Optional.of(evaluateReturn(values, position, scope, results));
            case Statement.Repeat repeat -> repeat(repeat, scope, results);
            case Statement.If choice -> run(chosen(choice, scope), scope, results);
          };
      if (returned.isPresent()) {
        return returned;
      }
    }
    return Optional.empty();
  }

  private void step(Position position) {
    steps++;
    if (steps > MAX_STEPS) {
      throw position.fault("the model expands to more than " + MAX_STEPS + " statements");
    }
  }

  private List<Item> evaluateReturn(
      List<Expression> values, Position position, Scope scope, Results results) {
    if (calls.isEmpty() || scope.isTopLevel()) {
      throw position.fault("only a block returns; a graph names its outputs after `->`");
    }
    if (values.size() == 1) {
      return evaluator.evaluateAll(values.getFirst(), scope, results);
    }
    if (values.size() != results.count()) {
      throw position.fault(
          "this returns %d values, but %d are taken".formatted(values.size(), results.count()));
    }
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      items.add(evaluator.evaluate(values.get(i), scope, results.only(i)));
    }
    return items;
  }

  private Optional<List<Item>> repeat(Statement.Repeat repeat, Scope scope, Results results) {
    Item count = evaluator.evaluate(repeat.count(), scope);
    Position position = repeat.count().position();
    long times =
        Scalars.whole(count)
            .orElseThrow(
                () ->
                    position.fault(
                        "`repeat` takes a number known while expanding, this is "
                            + count.describe()));
    if (times < 0) {
      throw position.fault("`repeat` cannot run " + times + " times");
    }
    for (long i = 0; i < times; i++) {
      step(position);
      Optional<List<Item>> returned = run(repeat.body(), scope, results);
      if (returned.isPresent()) {
        return returned;
      }
    }
    return Optional.empty();
  }

  private List<Statement> chosen(Statement.If choice, Scope scope) {
    for (Statement.Branch branch : choice.branches()) {
      Item condition = evaluator.evaluate(branch.condition(), scope);
      if (Evaluator.truth(condition, branch.condition().position())) {
        return branch.body();
      }
    }
    return choice.otherwise();
  }

  private void assign(Statement.Assignment assignment, Scope scope) {
    new Assigner(evaluator, scope).assign(assignment);
  }

  /// Expands a call of a block.
  List<Item> call(BlockSyntax block, Expression.Call call, Scope scope, Results results) {
    String name = block.name().text();
    Position position = call.position();
    checkCall(name, position);
    List<String> parameters = block.parameters().stream().map(p -> p.name().text()).toList();
    Map<String, Expression> given = Arguments.bind(name, parameters, call.arguments());
    Map<String, Item> arguments = new LinkedHashMap<>();
    given.forEach((parameter, value) -> arguments.put(parameter, evaluator.evaluate(value, scope)));
    int number = scope.region().names().instance(scope.prefix() + name);
    Scope inside = scope.ofBlock(name + number);
    calls.push(name);
    try {
      for (Parameter parameter : block.parameters()) {
        inside.bind(parameter.name().text(), argument(parameter, arguments, inside, call));
      }
      return run(block, inside, results, position);
    } catch (Fault fault) {
      throw fault.within(name, position);
    } finally {
      calls.pop();
    }
  }

  /// Expands a block that nothing of a text calls.
  List<Item> define(BlockSyntax block, Map<String, Item> arguments, Scope inside, Results results) {
    arguments.forEach(inside::bind);
    calls.push(block.name().text());
    try {
      return run(block, inside, results, block.name().position());
    } finally {
      calls.pop();
    }
  }

  private List<Item> run(BlockSyntax block, Scope inside, Results results, Position position) {
    String name = block.name().text();
    List<Item> returned =
        run(block.body(), inside, results)
            .orElseThrow(() -> block.name().position().fault(name + " returns nothing"));
    if (returned.size() != results.count()) {
      throw position.fault(
          "%s returns %d values, but %d are taken"
              .formatted(name, returned.size(), results.count()));
    }
    return returned;
  }

  private void checkCall(String name, Position position) {
    if (calls.contains(name)) {
      List<String> chain = new ArrayList<>(calls.reversed());
      chain.add(name);
      throw position.fault("blocks cannot call themselves: " + String.join(" -> ", chain));
    }
    if (calls.size() == MAX_BLOCK_DEPTH) {
      throw position.fault("blocks call each other deeper than " + MAX_BLOCK_DEPTH + " levels");
    }
  }

  private Item argument(
      Parameter parameter, Map<String, Item> arguments, Scope inside, Expression.Call call) {
    Item given = arguments.get(parameter.name().text());
    if (given != null) {
      return given;
    }
    if (parameter.defaultValue().isEmpty()) {
      throw call.position()
          .fault(
              "%s needs its parameter `%s`"
                  .formatted(call.callee().text(), parameter.name().text()));
    }
    return evaluator.evaluate(parameter.defaultValue().get(), inside);
  }
}
