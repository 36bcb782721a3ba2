package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.dsl.Document.BlockSyntax;
import dev.crease.compiler.frontend.dsl.Document.Parameter;
import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Definitions;
import dev.crease.compiler.op.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Expands operators that are [defined by texts][dev.crease.compiler.op.Defined].
public final class OperatorTexts implements Definitions {
  private static final ClassValue<Map<String, BlockSyntax>> TEXTS =
      new ClassValue<>() {
        @Override
        protected Map<String, BlockSyntax> computeValue(Class<?> operator) {
          return Blocks.inResource(operator, operator.getSimpleName() + ".crease");
        }
      };

  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    OpSchema schema = node.op().schema();
    Map<String, BlockSyntax> blocks = TEXTS.get(node.op().getClass());
    BlockSyntax block =
        Optional.ofNullable(blocks.get(schema.name()))
            .orElseThrow(() -> new IllegalStateException("no text defines " + schema.name()));
    Region region = new Region(out, Names.of(out), Set.of(), Map.of());
    Scope scope = Scope.ofGraph(region, null).ofBlock(stem(node));
    List<Wanted> results = new ArrayList<>();
    schema.outputs().forEach(o -> results.add(Wanted.madeUp(scope.prefix() + o.name())));
    try {
      List<Item> returned =
          new Expander(blocks, schema.name(), Optional.empty())
              .define(
                  block,
                  arguments(block, node, inputs),
                  scope,
                  new Results(results, Optional.empty()));
      return returned.stream()
          .limit(node.outputs().size())
          .map(item -> value(item, block))
          .toList();
    } catch (Fault fault) {
      throw new UnsupportedNodeException(
          "%s does not expand: %s".formatted(node.label(), fault.toException().getMessage()));
    }
  }

  /// What the values of the expansion are called after.
  private static String stem(Node node) {
    return node.outputs().stream()
        .filter(value -> !value.isAbsent())
        .map(Value::name)
        .findFirst()
        .orElse(node.op().schema().name());
  }

  private static Map<String, Item> arguments(BlockSyntax block, Node node, List<Value> inputs) {
    OpSchema schema = node.op().schema();
    Map<String, Item> all = new LinkedHashMap<>();
    for (OpSchema.AttributeSpec spec : schema.attributes()) {
      Optional<Attribute> value = node.op().attributes().get(spec.name()).or(spec::defaultValue);
      all.put(spec.name(), value.map(AttributeItems::item).orElse(new Item.Absent()));
    }
    for (int i = 0; i < schema.inputs().size(); i++) {
      Value value = i < inputs.size() ? inputs.get(i) : Value.ABSENT;
      all.put(schema.inputs().get(i).name(), operand(value));
    }
    Map<String, Item> arguments = new LinkedHashMap<>();
    for (Parameter parameter : block.parameters()) {
      String name = parameter.name().text();
      Item item = all.get(name);
      if (item == null) {
        throw parameter.name().position().fault(schema.name() + " has no `" + name + "`");
      }
      arguments.put(name, item);
    }
    return arguments;
  }

  private static Item operand(Value value) {
    return value.isAbsent() ? new Item.Absent() : new Item.Tensor(value);
  }

  private static Value value(Item item, BlockSyntax block) {
    return switch (item) {
      case Item.Tensor(var value) -> value;
      case Item.Absent _ -> Value.ABSENT;
      default ->
          throw block.name().position().fault("a result is a tensor, not " + item.describe());
    };
  }
}
