package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.FunctionProto;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.SparseTensorProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Replaces calls of a model's own functions by the functions' bodies: values of the body get names
/// of their own, and references to attributes are replaced by the call's attributes.
final class FunctionInliner {
  /// Functions that call functions multiply; no honest model comes near.
  private static final int MAX_NODES = 200_000;

  /// Functions within functions.
  private static final int MAX_DEPTH = 200;

  private record Key(String domain, String name, String overload) {}

  private final String file;
  private final Map<Key, FunctionProto> functions = new HashMap<>();
  private final Map<Key, Opsets> opsets = new HashMap<>();
  private final Set<String> names;
  private final Map<String, Integer> copies = new HashMap<>();
  private final Deque<Key> open = new ArrayDeque<>();
  private int nodes;

  /// @param names names of values that are taken
  FunctionInliner(String file, List<FunctionProto> functions, Set<String> names) {
    this.file = file;
    this.names = new HashSet<>(names);
    for (FunctionProto function : functions) {
      Key key = key(function);
      if (this.functions.put(key, function) != null) {
        throw new InvalidModelException(
            "%s: the function `%s` is defined twice".formatted(file, function.getName()));
      }
      String where = "%s: the function `%s`".formatted(file, function.getName());
      opsets.put(key, Opsets.of(function.getOpsetImportList(), where));
    }
  }

  /// The function that the node calls, if it is no operator.
  Optional<FunctionProto> find(NodeProto node) {
    return Optional.ofNullable(functions.get(key(node)));
  }

  /// The operator sets of the function's body.
  Opsets opsets(FunctionProto function) {
    return Optional.ofNullable(opsets.get(key(function))).orElseThrow();
  }

  private static Key key(NodeProto call) {
    return new Key(Opsets.domain(call.getDomain()), call.getOpType(), call.getOverload());
  }

  private static Key key(FunctionProto function) {
    return new Key(Opsets.domain(function.getDomain()), function.getName(), function.getOverload());
  }

  /// The nodes with calls replaced. Those of subgraphs are left; expand them when their turn comes.
  List<Call> expand(List<NodeProto> list, Opsets context) {
    List<Call> calls = new ArrayList<>();
    for (NodeProto node : list) {
      expand(node, context, calls);
    }
    return calls;
  }

  private void expand(NodeProto node, Opsets context, List<Call> out) {
    Key key = key(node);
    FunctionProto function = functions.get(key);
    if (function == null) {
      if (!open.isEmpty() && ++nodes > MAX_NODES) {
        throw new UnsupportedModelException(
            List.of(
                "%s: its functions expand to more than %d nodes; expand them before"
                    .formatted(file, MAX_NODES)));
      }
      out.add(new Call(node, context));
      return;
    }
    if (open.contains(key)) {
      throw new InvalidModelException(
          "%s: the function `%s` calls itself".formatted(file, key.name()));
    }
    if (open.size() == MAX_DEPTH) {
      throw new InvalidModelException(
          "%s: functions call each other more than %d deep".formatted(file, MAX_DEPTH));
    }
    open.push(key);
    Body body = new Body(node, function);
    for (NodeProto inner : function.getNodeList()) {
      expand(body.adapt(inner), opsets(function), out);
    }
    open.pop();
  }

  /// One call's names and attributes.
  private final class Body {
    private final String prefix;
    private final Map<String, String> renamed = new HashMap<>();
    private final Map<String, AttributeProto> attributes = new HashMap<>();

    Body(NodeProto call, FunctionProto function) {
      String own = call.getName();
      prefix = (own.isEmpty() ? function.getName() : own) + "/";
      bind(function.getInputList(), call.getInputList(), call, "operands");
      // An operand that is left out stays left out.
      function.getInputList().forEach(input -> renamed.putIfAbsent(input, ""));
      bind(function.getOutputList(), call.getOutputList(), call, "results");
      // A result that is not asked for needs a name all the same: the body may read it.
      for (String output : function.getOutputList()) {
        if (renamed.getOrDefault(output, "").isEmpty()) {
          renamed.put(output, fresh(output));
        }
      }
      function.getAttributeProtoList().forEach(a -> attributes.put(a.getName(), a));
      call.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
    }

    private void bind(List<String> formal, List<String> actual, NodeProto call, String what) {
      if (actual.size() > formal.size()) {
        throw new InvalidModelException(
            "%s: %s: the function takes %d %s, got %d"
                .formatted(file, Call.label(call), formal.size(), what, actual.size()));
      }
      for (int i = 0; i < actual.size(); i++) {
        renamed.put(formal.get(i), actual.get(i));
      }
    }

    private String fresh(String name) {
      String candidate = prefix + name;
      while (!names.add(candidate)) {
        int count = copies.merge(prefix + name, 1, Integer::sum);
        candidate = prefix + name + "." + count;
      }
      return candidate;
    }

    private String rename(String name) {
      return name.isEmpty() ? "" : renamed.computeIfAbsent(name, this::fresh);
    }

    NodeProto adapt(NodeProto node) {
      NodeProto.Builder adapted = node.toBuilder();
      adapted.setName(prefix + (node.getName().isEmpty() ? node.getOpType() : node.getName()));
      adapted.clearInput().clearOutput().clearAttribute();
      node.getInputList().forEach(input -> adapted.addInput(rename(input)));
      node.getOutputList().forEach(output -> adapted.addOutput(rename(output)));
      node.getAttributeList()
          .forEach(attribute -> adapt(attribute).ifPresent(adapted::addAttribute));
      return adapted.build();
    }

    /// The attribute with its reference resolved; empty if the call leaves it out.
    private Optional<AttributeProto> adapt(AttributeProto attribute) {
      if (!attribute.getRefAttrName().isEmpty()) {
        return Optional.ofNullable(attributes.get(attribute.getRefAttrName()))
            .map(value -> value.toBuilder().setName(attribute.getName()).build());
      }
      if (!attribute.hasG()) {
        return Optional.of(attribute);
      }
      return Optional.of(attribute.toBuilder().setG(adapt(attribute.getG())).build());
    }

    private GraphProto adapt(GraphProto graph) {
      GraphProto.Builder adapted = graph.toBuilder();
      adapted.clearNode().clearInput().clearOutput().clearValueInfo();
      adapted.clearInitializer().clearSparseInitializer();
      graph.getInputList().forEach(value -> adapted.addInput(adapt(value)));
      for (TensorProto tensor : graph.getInitializerList()) {
        adapted.addInitializer(tensor.toBuilder().setName(rename(tensor.getName())));
      }
      for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
        SparseTensorProto.Builder copy = tensor.toBuilder();
        copy.getValuesBuilder().setName(rename(tensor.getValues().getName()));
        adapted.addSparseInitializer(copy);
      }
      graph.getNodeList().forEach(node -> adapted.addNode(adapt(node)));
      graph.getOutputList().forEach(value -> adapted.addOutput(adapt(value)));
      graph.getValueInfoList().forEach(value -> adapted.addValueInfo(adapt(value)));
      return adapted.build();
    }

    private ValueInfoProto adapt(ValueInfoProto value) {
      return value.toBuilder().setName(rename(value.getName())).build();
    }
  }
}
