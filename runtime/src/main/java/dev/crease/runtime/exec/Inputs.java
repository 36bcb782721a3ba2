package dev.crease.runtime.exec;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Slot;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What a caller gives by name, checked and in the order of a program's inputs.
final class Inputs {
  private final List<Port> ports;
  private final ElementType[] types;
  private final int[] ranks;
  private final @Nullable Tensor[] defaults;
  private final Tensor[] ordered;

  Inputs(LoadedProgram loaded) {
    ports = loaded.program().inputs();
    types = new ElementType[ports.size()];
    ranks = new int[ports.size()];
    defaults = new @Nullable Tensor[ports.size()];
    ordered = new Tensor[ports.size()];
    for (int i = 0; i < types.length; i++) {
      Slot slot = loaded.program().slots().get(ports.get(i).slot());
      types[i] = slot.type();
      ranks[i] = slot.shape().size();
      defaults[i] = loaded.defaultOf(ports.get(i).slot());
    }
  }

  /// The tensors in order, defaults where none is given; the array is used again by the next call.
  ///
  /// @throws IllegalArgumentException naming the input that is missing, unknown, or of another type
  ///   or rank
  Tensor[] order(Map<String, ? extends Value> given) {
    int found = 0;
    for (int i = 0; i < ordered.length; i++) {
      Value value = given.get(ports.get(i).name());
      if (value != null) {
        found++;
        ordered[i] = tensor(i, value);
      } else {
        ordered[i] = defaultOf(i, given);
      }
    }
    if (found != given.size()) {
      throw unknown(given);
    }
    return ordered;
  }

  /// As [#order], where sequences may be among them.
  Value[] orderValues(Map<String, ? extends Value> given) {
    return order(given);
  }

  private Tensor tensor(int index, Value value) {
    if (!(value instanceof Tensor tensor)) {
      throw new IllegalArgumentException(
          "input '%s' should be a tensor of type %s, but is %s"
              .formatted(ports.get(index).name(), types[index], value));
    }
    check(index, tensor);
    return tensor;
  }

  private void check(int index, Tensor tensor) {
    if (tensor.type() != types[index]) {
      throw new IllegalArgumentException(
          "input '%s' should be of type %s, but is %s"
              .formatted(ports.get(index).name(), types[index], tensor));
    }
    if (tensor.rank() != ranks[index]) {
      throw new IllegalArgumentException(
          "input '%s' should have %d dimensions %s, but is %s"
              .formatted(
                  ports.get(index).name(), ranks[index], ports.get(index).dimensions(), tensor));
    }
  }

  /// The shapes in order, those of the defaults where none is given.
  ///
  /// @throws IllegalArgumentException naming the input that is missing or unknown
  int[][] orderShapes(Map<String, int[]> given) {
    int[][] shapes = new int[ports.size()][];
    int found = 0;
    for (int i = 0; i < shapes.length; i++) {
      int[] shape = given.get(ports.get(i).name());
      found += shape != null ? 1 : 0;
      shapes[i] = shape != null ? shape.clone() : defaultOf(i, given).shape();
    }
    if (found != given.size()) {
      throw unknown(given);
    }
    return shapes;
  }

  private Tensor defaultOf(int index, Map<String, ?> given) {
    Tensor tensor = defaults[index];
    if (tensor != null) {
      return tensor;
    }
    Port port = ports.get(index);
    if (!names().containsAll(given.keySet())) {
      throw unknown(given);
    }
    throw new IllegalArgumentException(
        "input '%s' is missing: give %s%s; the inputs are %s"
            .formatted(port.name(), types[index], port.dimensions(), names()));
  }

  /// Names the first that is no input's, or has null for its value.
  private IllegalArgumentException unknown(Map<String, ?> given) {
    for (String name : new TreeSet<>(given.keySet())) {
      if (!names().contains(name)) {
        return new IllegalArgumentException(
            "there is no input '%s'; the inputs are %s".formatted(name, names()));
      }
    }
    return new IllegalArgumentException("an input is given null: " + given);
  }

  private List<String> names() {
    return ports.stream().map(Port::name).toList();
  }
}
