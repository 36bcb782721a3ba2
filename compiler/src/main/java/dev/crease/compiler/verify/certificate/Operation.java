package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One operator's application to forms.
///
/// @param graph that the node is in
record Operation(Graph graph, Node node, List<@Nullable Form> operands) {
  String name() {
    return node.op().schema().qualifiedName();
  }

  TensorType type() {
    return node.output().type();
  }

  Attributes attributes() {
    return node.op().attributes();
  }

  Positions positions() {
    return new Positions(node, graph);
  }

  /// The operands from `first` on.
  List<Form> present(int first) {
    List<Form> present = new ArrayList<>();
    for (int i = first; i < operands.size(); i++) {
      present.add(has(i) ? Objects.requireNonNull(operands.get(i)) : Region.ABSENT);
    }
    return present;
  }

  boolean has(int i) {
    return i < operands.size() && operands.get(i) != null;
  }

  Affine form(int i) {
    if (i < operands.size() && operands.get(i) instanceof Affine form) {
      return form;
    }
    throw new NotCoveredException("operand %d of %s".formatted(i, node.label()));
  }

  boolean isConstant(int i) {
    return i < operands.size() && operands.get(i) instanceof Affine form && form.isConstant();
  }

  Coefficients constant(int i) {
    return form(i).bias();
  }

  /// Operand `i`, if it is a constant that is not of finite numbers.
  Optional<Whole> whole(int i) {
    return i < operands.size() && operands.get(i) instanceof Whole whole
        ? Optional.of(whole)
        : Optional.empty();
  }

  /// Whether operand `i` is not repeated to get the result's shape.
  boolean keepsShape(int i) {
    return form(i).type().dims().equals(type().dims());
  }

  Affine typed(Affine form) {
    return new Affine(type(), form.bias(), form.terms());
  }
}
