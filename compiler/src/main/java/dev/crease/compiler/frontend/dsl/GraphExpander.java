package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.dsl.ModelSyntax.Declaration;
import dev.crease.compiler.ir.Atom;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.NearestName;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Expands a model or subgraph: its inputs, its statements, its outputs.
///
/// An output's value must bear the output's name and type. Where the text binds that name several
/// times, binds it to what a block has made, or infers a type that knows less than the declared
/// one, the graph is expanded once more, knowing which value is to get the name. A subgraph's
/// outputs are known by their order; only their types must be the declared ones.
final class GraphExpander {
  private final Expander expander;

  GraphExpander(Expander expander) {
    this.expander = expander;
  }

  Graph expand(ModelSyntax model, @Nullable Scope outer) {
    Attempt first = new Attempt(model, outer, Map.of(), Map.of(), Map.of());
    Graph graph = first.run();
    if (first.outputsFit(graph)) {
      first.region.names().close();
      return graph;
    }
    Attempt second =
        new Attempt(
            model, outer, first.outputBindings(), first.outputTypes(), first.outputRenames());
    graph = second.run();
    for (int i = 0; i < graph.outputs().size(); i++) {
      Declaration output = model.outputs().get(i);
      Value value = graph.outputs().get(i);
      if (!second.fits(output, value)) {
        throw output
            .name()
            .position()
            .fault(
                "the output is declared as `%s: %s`, but it is bound to `%s`"
                    .formatted(output.name().text(), second.outputType(output, value), value));
      }
    }
    second.region.names().close();
    return graph;
  }

  /// One expansion.
  private final class Attempt {
    private final ModelSyntax model;
    private final boolean inside;
    private final Scope scope;
    private final Region region;
    private final Map<String, TensorType> outputTypes = new HashMap<>();
    private final Map<String, String> outputRenames = new HashMap<>();

    /// What data decides, by the symbols that outputs call it.
    private final Map<Dim, Dim> namedSizes = new HashMap<>();

    Attempt(
        ModelSyntax model,
        @Nullable Scope outer,
        Map<String, Integer> lastBindings,
        Map<String, TensorType> outputTypes,
        Map<String, String> renames) {
      this.model = model;
      this.inside = outer != null;
      Set<String> reserved = new HashSet<>(Assigner.boundNames(model.body()));
      model.inputs().forEach(input -> reserved.add(input.declaration().name().text()));
      model.outputs().forEach(output -> reserved.add(output.name().text()));
      Names outerNames = outer == null ? null : outer.region().names();
      this.region =
          new Region(
              new GraphBuilder(
                  model.name().text(), outer == null ? null : outer.region().builder()),
              new Names(outerNames, reserved, lastBindings, renames),
              outer == null ? Set.of() : outer.region().symbols(),
              outputTypes);
      this.scope = Scope.ofGraph(region, outer);
    }

    Graph run() {
      model.inputs().forEach(this::input);
      expander.run(model.body(), scope, Results.unnamed());
      model.outputs().forEach(this::output);
      return region.builder().build();
    }

    private void input(ModelSyntax.Input input) {
      Identifier name = input.declaration().name();
      Evaluator evaluator = expander.evaluator();
      TensorType type = evaluator.types().resolve(input.declaration().type(), scope, true);
      if (name.text().isEmpty()) {
        throw name.position().fault("the name of an input cannot be empty");
      }
      if (region.names().bindings(name.text()) > 0) {
        throw name.position().fault("the value `" + name.text() + "` is defined twice");
      }
      String own = region.names().bind(name.text());
      try {
        Value value;
        if (input.defaultValue().isPresent()) {
          Constant constant =
              evaluator.literals().create(type, input.defaultValue().get(), scope, name.text());
          value = region.builder().input(own, constant);
        } else {
          value = region.builder().input(own, type);
        }
        scope.bind(name.text(), new Item.Tensor(value));
      } catch (InvalidOperandException e) {
        throw new Fault(name.position(), e);
      }
    }

    private void output(Declaration output) {
      String name = output.name().text();
      Position position = output.name().position();
      Set<String> known = Set.copyOf(region.symbols());
      TensorType type = expander.evaluator().types().resolve(output.type(), scope, true);
      Item item =
          scope
              .find(name)
              .orElseThrow(
                  () ->
                      position.fault(
                          "the output `%s` is never assigned%s"
                              .formatted(name, NearestName.suggestion(name, scope.visible()))));
      if (!(item instanceof Item.Tensor(var value))) {
        throw position.fault(
            "the output `%s` is a tensor, not %s".formatted(name, item.describe()));
      }
      if (!type.agreesWith(value.type())) {
        throw position.fault(
            "the output is declared as `%s: %s`, but it is of type %s"
                .formatted(name, type, value.type()));
      }
      Types.checkSymbols("the output", type, value.type(), known, known, output.type().position());
      outputTypes.put(key(output, value), withNamedSizes(type, value, known));
      region.builder().output(named(value, output));
    }

    /// The declared type, where a symbol of its own stands for a size that data decided before:
    /// that size.
    ///
    /// @param known symbols that are not the declaration's own
    private TensorType withNamedSizes(TensorType declared, Value value, Set<String> known) {
      List<Dim> dims = new ArrayList<>();
      for (int axis = 0; axis < declared.rank(); axis++) {
        Dim dim = declared.dim(axis);
        Dim actual = value.type().dim(axis);
        boolean own =
            dim.alone().orElse(null) instanceof Atom.Symbol(var name) && !known.contains(name);
        boolean decided =
            actual.symbols().stream()
                .anyMatch(s -> s.startsWith("?") && region.builder().isOfOperands(s, value));
        if (own && decided) {
          namedSizes.put(dim, actual);
        }
        dims.add(namedSizes.getOrDefault(dim, dim));
      }
      return declared.withDims(dims);
    }

    /// The value under the output's name: itself if it has that name or can have it in the next
    /// attempt, or a copy if it has another name of its own.
    private Value named(Value value, Declaration output) {
      String name = output.name().text();
      if (inside || value.name().equals(name) || region.names().isBindingOf(name, value.name())) {
        return value;
      }
      boolean first = region.names().bindings(name) == 0 && !outputRenames.containsValue(name);
      if (first && region.names().isMadeUp(value.name())) {
        if (outputRenames.putIfAbsent(value.name(), name) == null) {
          return value;
        }
      }
      Position position = output.name().position();
      OpSchema identity =
          Operators.find("Identity")
              .orElseThrow(
                  () ->
                      position.fault(
                          "the output `%s` is another name for `%s`; give it an operator"
                              .formatted(name, value.name())));
      String result = region.names().bind(name);
      return region
          .builder()
          .add("", identity.create(Attributes.NONE), List.of(value), List.of(result))
          .getFirst();
    }

    boolean outputsFit(Graph graph) {
      boolean fit = true;
      for (int i = 0; i < graph.outputs().size(); i++) {
        fit &= fits(model.outputs().get(i), graph.outputs().get(i));
      }
      return fit;
    }

    boolean fits(Declaration output, Value value) {
      boolean named = inside || value.name().equals(output.name().text());
      return named && value.type().equals(outputType(output, value));
    }

    /// The name that the output's value will have.
    private String key(Declaration output, Value value) {
      return inside ? value.name() : output.name().text();
    }

    TensorType outputType(Declaration output, Value value) {
      TensorType type = outputTypes.get(key(output, value));
      if (type == null) {
        throw new IllegalStateException("output " + output.name().text() + " was not expanded");
      }
      return type;
    }

    Map<String, TensorType> outputTypes() {
      return outputTypes;
    }

    Map<String, String> outputRenames() {
      return outputRenames;
    }

    Map<String, Integer> outputBindings() {
      Map<String, Integer> counts = new HashMap<>();
      if (!inside) {
        outputTypes.keySet().forEach(name -> counts.put(name, region.names().bindings(name)));
      }
      return counts;
    }
  }
}
