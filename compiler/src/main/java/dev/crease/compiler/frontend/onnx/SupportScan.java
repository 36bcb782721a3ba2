package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.NearestName;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.UnsupportedOperators;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.FunctionProto;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.SparseTensorProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.ElementType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Looks through a whole model for what cannot be compiled, to report all of it at once.
final class SupportScan {
  private static final String TYPES =
      Arrays.stream(ElementType.values()).map(ElementType::text).collect(Collectors.joining(", "));

  private final String file;
  private final FunctionInliner functions;
  private final Set<String> findings = new LinkedHashSet<>();
  private final Map<String, List<Call>> operators = new LinkedHashMap<>();
  private final Deque<FunctionProto> pending = new ArrayDeque<>();
  private final Set<FunctionProto> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  SupportScan(String file, FunctionInliner functions) {
    this.file = file;
    this.functions = functions;
  }

  /// @throws UnsupportedModelException with all findings, if there are any
  void check(GraphProto graph, Opsets opsets) {
    Set<String> initialized = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> initialized.add(tensor.getName()));
    for (ValueInfoProto input : graph.getInputList()) {
      if (!initialized.contains(input.getName())) {
        scanInput(input);
      }
    }
    scan(graph, opsets);
    while (!pending.isEmpty()) {
      FunctionProto function = pending.remove();
      scan(function.getNodeList(), functions.opsets(function));
    }
    operators.forEach((name, calls) -> findings.add(describe(name, calls)));
    if (!findings.isEmpty()) {
      throw new UnsupportedModelException(new ArrayList<>(findings));
    }
  }

  private void scanInput(ValueInfoProto input) {
    String what = "input `" + input.getName() + "`";
    DeclaredType type = DeclaredType.of(input.getType()).orElse(null);
    if (type == null) {
      find(
          what,
          "is of kind %s; inputs must be tensors, or sequences or optionals of them"
              .formatted(input.getType().getValueCase()));
    } else if (type.element().isEmpty()) {
      findType(what, type.tensor().getElemType());
    } else if (type.isTensor() && type.rank().isEmpty()) {
      find(
          what,
          "has no shape; declare one, with names for dimensions that vary (the rank must be"
              + " known)");
    }
  }

  private void scan(GraphProto graph, Opsets opsets) {
    graph.getInitializerList().forEach(t -> scan(t, "initializer `" + t.getName() + "`"));
    for (SparseTensorProto sparse : graph.getSparseInitializerList()) {
      scan(sparse.getValues(), "initializer `" + sparse.getValues().getName() + "`");
    }
    graph.getOutputList().forEach(value -> scanDeclared(value, "output"));
    graph.getValueInfoList().forEach(value -> scanDeclared(value, "value"));
    scan(graph.getNodeList(), opsets);
  }

  /// What is said of a value that a node computes; it may be nothing.
  private void scanDeclared(ValueInfoProto value, String kind) {
    String what = kind + " `" + value.getName() + "`";
    DeclaredType type = DeclaredType.of(value.getType()).orElse(null);
    if (type != null) {
      int element = type.tensor().getElemType();
      if (element != 0 && type.element().isEmpty()) {
        findType(what, element);
      }
    } else if (value.getType().getValueCase() != TypeProto.ValueCase.VALUE_NOT_SET) {
      find(what, "is of kind %s, which is not supported".formatted(value.getType().getValueCase()));
    }
  }

  private void scan(List<NodeProto> nodes, Opsets opsets) {
    for (NodeProto node : nodes) {
      Call call = new Call(node, opsets);
      FunctionProto function = functions.find(node).orElse(null);
      if (function == null) {
        scanOperator(call);
      } else if (seen.add(function)) {
        pending.add(function);
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        String what = "attribute `%s` of %s".formatted(attribute.getName(), call.label());
        if (attribute.hasT()) {
          scan(attribute.getT(), what);
        } else if (attribute.hasSparseTensor()) {
          scan(attribute.getSparseTensor().getValues(), what);
        }
      }
      call.subgraphs().forEach(subgraph -> scan(subgraph, opsets));
    }
  }

  private void scan(TensorProto tensor, String what) {
    if (TypeCodes.type(tensor.getDataType()).isEmpty()) {
      findType(what, tensor.getDataType());
    }
  }

  private void scanOperator(Call call) {
    String operator = call.node().getOpType();
    if (call.opsets().version(call.domain()).isEmpty()) {
      throw new InvalidModelException(
          "%s: %s is of the domain `%s`, but the model imports no operator set of it"
              .formatted(file, call.label(), call.node().getDomain()));
    }
    boolean standard = call.domain().isEmpty();
    boolean known =
        operator.equals("Constant")
            || Operators.find(OpsetUpgrade.currentName(operator, call.version())).isPresent();
    if (standard && known) {
      return;
    }
    String name = standard ? operator : call.domain() + "." + operator;
    operators.computeIfAbsent(name, _ -> new ArrayList<>()).add(call);
  }

  /// One line for each operator, however many nodes need it.
  private String describe(String name, List<Call> calls) {
    Call first = calls.getFirst();
    String more = calls.size() > 1 ? " and %d more nodes".formatted(calls.size() - 1) : "";
    return "%s: the operator %s of operator set %d is not supported, in %s%s%s"
        .formatted(file, name, first.version(), first.label(), more, advice(first));
  }

  private static String advice(Call call) {
    String operator = call.node().getOpType();
    if (!call.domain().isEmpty()) {
      return "; needed is a function of that name in the model, by which the domain defines it"
          + (Operators.find(operator).isPresent()
              ? ", or `" + operator + "` of the default domain"
              : "");
    }
    return UnsupportedOperators.reason(operator)
        .map(reason -> "; " + reason)
        .orElseGet(() -> NearestName.suggestion(operator, Operators.names()));
  }

  private void findType(String what, int type) {
    find(
        what,
        "has elements of type %s, which is not supported; needed is one of %s"
            .formatted(DataTypes.name(type), TYPES));
  }

  private void find(String what, String problem) {
    findings.add("%s: %s %s".formatted(file, what, problem));
  }
}
