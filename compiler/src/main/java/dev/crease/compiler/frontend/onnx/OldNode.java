package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A node on its way to its operator's current form. Everything may still be of an older form;
/// operands are values of the graph, whose types are known.
///
/// @param operator the operator's qualified name
/// @param read those of the results that something reads
record OldNode(
    String name,
    String operator,
    Attributes attributes,
    List<Value> inputs,
    List<String> outputs,
    Set<String> read) {
  OldNode {
    read = Set.copyOf(read);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  OldNode withOperator(String newOperator) {
    return new OldNode(name, newOperator, attributes, inputs, outputs, read);
  }

  OldNode withAttributes(Attributes newAttributes) {
    return new OldNode(name, operator, newAttributes, inputs, outputs, read);
  }

  OldNode with(String attribute, Attribute value) {
    return withAttributes(attributes.with(attribute, value));
  }

  OldNode without(String attribute) {
    return withAttributes(attributes.without(attribute));
  }

  OldNode withInputs(List<Value> newInputs) {
    return new OldNode(name, operator, attributes, newInputs, outputs, read);
  }

  OldNode withOutputs(List<String> newOutputs) {
    return new OldNode(name, operator, attributes, inputs, newOutputs, read);
  }

  /// With the operand at `index`; operands between are left out.
  OldNode withInput(int index, Value value) {
    List<Value> changed = new ArrayList<>(inputs);
    while (changed.size() <= index) {
      changed.add(Value.ABSENT);
    }
    changed.set(index, value);
    return withInputs(changed);
  }

  /// The operand at `index`, [Value#ABSENT] if left out.
  Value input(int index) {
    return index < inputs.size() ? inputs.get(index) : Value.ABSENT;
  }

  boolean hasOutput(int index) {
    return index < outputs.size() && !outputs.get(index).isEmpty();
  }

  boolean isRead(int output) {
    return hasOutput(output) && read.contains(outputs.get(output));
  }

  /// A name for something made for this node: `conv1.shape`.
  String part(String suffix) {
    String stem = name.isEmpty() && !outputs.isEmpty() ? outputs.getFirst() : name;
    return stem + "." + suffix;
  }
}
