package dev.crease.runtime.exec;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
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
  private final Holder[] holders;
  private final int[] ranks;
  private final @Nullable Tensor[] defaults;
  private final Tensor[] ordered;

  Inputs(LoadedProgram loaded) {
    ports = loaded.program().inputs();
    types = new ElementType[ports.size()];
    holders = new Holder[ports.size()];
    ranks = new int[ports.size()];
    defaults = new @Nullable Tensor[ports.size()];
    ordered = new Tensor[ports.size()];
    for (int i = 0; i < types.length; i++) {
      Slot slot = loaded.program().slots().get(ports.get(i).slot());
      types[i] = slot.type();
      holders[i] = slot.layout().holder();
      ranks[i] = slot.shape().size();
      defaults[i] = loaded.defaultOf(ports.get(i).slot());
    }
  }

  /// The tensors in order, defaults where none is given; the array is used again by the next call.
  ///
  /// @throws IllegalArgumentException naming the input that is missing, unknown, or of another type
  ///   or rank
  Tensor[] order(Map<String, ? extends Value> given) {
    return order(given, ordered);
  }

  /// As [#order], where sequences and optionals may be among them; the array is new.
  Value[] orderValues(Map<String, ? extends Value> given) {
    return order(given, new Value[ports.size()]);
  }

  @SuppressWarnings("unchecked") // An array of tensors is only given where all inputs are tensors.
  private <V extends Value> V[] order(Map<String, ? extends Value> given, V[] into) {
    int found = 0;
    for (int i = 0; i < into.length; i++) {
      Value value = given.get(ports.get(i).name());
      if (value != null) {
        found++;
        check(i, value);
        into[i] = (V) value;
      } else {
        into[i] = (V) defaultOf(i, given);
      }
    }
    if (found != given.size()) {
      throw unknown(given);
    }
    return into;
  }

  private void check(int index, Value value) {
    if (!holders[index].holds(value, types[index])) {
      throw new IllegalArgumentException(
          "input '%s' should be %s, but is %s"
              .formatted(ports.get(index).name(), text(index), value));
    }
    if (holders[index] == Holder.TENSOR && ((Tensor) value).rank() != ranks[index]) {
      throw new IllegalArgumentException(
          "input '%s' should have %d dimensions %s, but is %s"
              .formatted(
                  ports.get(index).name(), ranks[index], ports.get(index).dimensions(), value));
    }
  }

  /// The type of an input, for messages.
  private String text(int index) {
    return holders[index] == Holder.TENSOR
        ? "of type " + types[index]
        : holders[index].text(types[index]);
  }

  /// The shapes in order, those of the defaults where none is given; none of what is no tensor.
  ///
  /// @throws IllegalArgumentException naming the input that is missing or unknown
  int[][] orderShapes(Map<String, int[]> given) {
    int[][] shapes = new int[ports.size()][];
    int found = 0;
    for (int i = 0; i < shapes.length; i++) {
      if (holders[i] != Holder.TENSOR) {
        shapes[i] = new int[0];
        continue;
      }
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
        "input '%s' is missing: give %s; the inputs are %s"
            .formatted(
                port.name(),
                holders[index] == Holder.TENSOR
                    ? types[index].text() + port.dimensions()
                    : holders[index].text(types[index]),
                names()));
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
