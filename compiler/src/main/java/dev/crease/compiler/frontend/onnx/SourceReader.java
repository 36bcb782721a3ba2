package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.SparseTensorProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a graph has before any node computes: inputs and initializers.
final class SourceReader {
  private final String file;
  private final boolean overridable;
  private final TensorReader tensors;
  private final TypeReader types;
  private final List<String> constantInputs = new ArrayList<>();

  /// @param overridable whether an initializer that is also an input is a default, not a constant
  SourceReader(String file, boolean overridable, TensorReader tensors, TypeReader types) {
    this.file = file;
    this.overridable = overridable;
    this.tensors = tensors;
    this.types = types;
  }

  /// Names of initializers that are inputs too and were made constants.
  List<String> constantInputs() {
    return constantInputs;
  }

  /// Inputs in the file's order, then the initializers that are not among them.
  ///
  /// @param given what the node of a subgraph tells of its inputs
  void add(GraphProto graph, ValueScope scope, List<BodyInput> given) {
    GraphBuilder out = scope.builder();
    Map<String, Constant> initializers = initializers(graph);
    for (int i = 0; i < graph.getInputCount(); i++) {
      ValueInfoProto input = graph.getInput(i);
      String name = input.getName();
      if (name.isEmpty()) {
        throw new InvalidModelException(file + ": an input has no name");
      }
      Constant initializer = initializers.get(name);
      if (initializer == null) {
        addInput(scope.name(name), input, i < given.size() ? given.get(i) : null, out);
      } else {
        types.check(new Value(name, initializer.type()), input, "the initializer");
        if (overridable) {
          out.input(scope.name(name), initializer);
          initializers.remove(name);
        } else {
          constantInputs.add(name);
        }
      }
    }
    initializers.forEach((name, constant) -> out.constant(scope.name(name), constant));
  }

  private void addInput(
      String name, ValueInfoProto input, @Nullable BodyInput given, GraphBuilder out) {
    boolean complete = TypeReader.isComplete(input);
    if (!complete && given == null) {
      throw new UnsupportedModelException(
          List.of(
              "%s: input `%s` of a subgraph is not declared as a tensor with a shape, which is not supported"
                  .formatted(file, input.getName())));
    }
    boolean declared = complete && (given == null || !given.certain());
    TensorType type = declared || given == null ? types.input(input) : given.type();
    Items items = TypeReader.items(input);
    boolean told = !(items instanceof Items.Unknown);
    out.input(name, type, given == null || told ? items : given.items());
  }

  private Map<String, Constant> initializers(GraphProto graph) {
    Map<String, Constant> initializers = new LinkedHashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      String what = "initializer `" + tensor.getName() + "`";
      put(initializers, tensor.getName(), tensors.read(tensor, what));
    }
    for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
      String name = tensor.getValues().getName();
      put(initializers, name, tensors.read(tensor, "initializer `" + name + "`"));
    }
    return initializers;
  }

  private void put(Map<String, Constant> initializers, String name, Constant constant) {
    if (name.isEmpty()) {
      throw new InvalidModelException(file + ": an initializer has no name");
    }
    if (initializers.put(name, constant) != null) {
      throw new InvalidModelException(
          "%s: the initializer `%s` is defined twice".formatted(file, name));
    }
  }
}
