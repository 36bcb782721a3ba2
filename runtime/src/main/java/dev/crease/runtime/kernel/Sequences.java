package dev.crease.runtime.kernel;

import dev.crease.runtime.Absence;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Sequence;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The functions of sequences and optionals. Their results share tensors with the operands.
final class Sequences {
  private Sequences() {}

  static List<Value> construct(List<Optional<Value>> operands) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      tensors.add(tensor(operands, i));
    }
    if (tensors.isEmpty()) {
      throw new InvalidDataException("a sequence of no tensors has no type");
    }
    return List.of(sequence(tensors.getFirst().type(), tensors));
  }

  static List<Value> empty(List<Optional<Value>> operands) {
    return List.of(new Sequence(tensor(operands, 0).type(), List.of()));
  }

  static List<Value> insert(List<Optional<Value>> operands) {
    Sequence sequence = sequence(operands);
    List<Tensor> tensors = new ArrayList<>(sequence.tensors());
    int position = position(operands, 2, tensors.size(), tensors.size());
    tensors.add(position, tensor(operands, 1));
    return List.of(sequence(sequence.type(), tensors));
  }

  static List<Value> erase(List<Optional<Value>> operands) {
    Sequence sequence = sequence(operands);
    List<Tensor> tensors = new ArrayList<>(sequence.tensors());
    tensors.remove(position(operands, 1, tensors.size(), tensors.size() - 1));
    return List.of(new Sequence(sequence.type(), tensors));
  }

  static List<Value> take(List<Optional<Value>> operands) {
    List<Tensor> tensors = sequence(operands).tensors();
    return List.of(tensors.get(position(operands, 1, tensors.size(), tensors.size() - 1)));
  }

  static List<Value> length(List<Optional<Value>> operands) {
    return List.of(Tensor.of(new long[] {sequence(operands).tensors().size()}));
  }

  /// @param axis negative from the end; `isNew` if it is 1
  static List<Value> join(List<Optional<Value>> operands, long axis, long isNew) {
    List<Tensor> tensors = sequence(operands).tensors();
    if (tensors.isEmpty()) {
      throw new InvalidDataException("a sequence without tensors cannot be joined");
    }
    int rank = tensors.getFirst().rank();
    return List.of(
        isNew == 1
            ? Slabs.stack(tensors, axis(axis, rank + 1))
            : Slabs.concat(tensors, axis(axis, rank)));
  }

  /// @param keeps 1 if the parts keep the axis
  static List<Value> split(List<Optional<Value>> operands, long axis, long keeps) {
    Tensor x = tensor(operands, 0);
    int along = axis(axis, x.rank());
    Optional<Value> split = operand(operands, 1);
    boolean drops = keeps == 0 && split.isEmpty();
    List<Tensor> parts = new ArrayList<>();
    int begin = 0;
    int[] lengths =
        split.isEmpty() ? equal(1, x.dim(along)) : lengths(tensor(operands, 1), x.dim(along));
    for (int length : lengths) {
      parts.add(drops ? Slabs.slice(x, along, begin) : Slabs.part(x, along, begin, length));
      begin += length;
    }
    return List.of(new Sequence(x.type(), parts));
  }

  private static int[] lengths(Tensor split, int size) {
    return split.rank() == 0 ? equal(integer(split, 0), size) : given(split, size);
  }

  /// Parts of one length, but for the last.
  private static int[] equal(long length, int size) {
    if (length < 1) {
      throw new InvalidDataException("parts are at least 1 long, not " + length);
    }
    int[] lengths = new int[(int) Math.ceilDiv(size, length)];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = (int) Math.min(length, size - i * length);
    }
    return lengths;
  }

  private static int[] given(Tensor split, int size) {
    int[] lengths = new int[split.elements()];
    long left = size;
    for (int i = 0; i < lengths.length; i++) {
      long length = integer(split, i);
      if (length < 0 || length > left) {
        throw new InvalidDataException(
            "part %d of %d is to be %d long, where %d are left"
                .formatted(i, lengths.length, length, left));
      }
      lengths[i] = (int) length;
      left -= length;
    }
    if (left != 0) {
      throw new InvalidDataException(
          "the parts are %d long together, the tensor %d".formatted(size - left, size));
    }
    return lengths;
  }

  static List<Value> hold(List<Optional<Value>> operands) {
    return List.of(operand(operands, 0).orElse(Absence.NOTHING));
  }

  static List<Value> get(List<Optional<Value>> operands) {
    Value held = operand(operands, 0).orElse(Absence.NOTHING);
    if (held == Absence.NOTHING) {
      throw new InvalidDataException("the optional holds nothing");
    }
    return List.of(held);
  }

  static List<Value> has(List<Optional<Value>> operands) {
    boolean has = operand(operands, 0).orElse(Absence.NOTHING) != Absence.NOTHING;
    return List.of(Tensor.of(new boolean[] {has}));
  }

  private static Sequence sequence(ElementType type, List<Tensor> tensors) {
    try {
      return new Sequence(type, tensors);
    } catch (IllegalArgumentException e) {
      throw new InvalidDataException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<Value> operand(List<Optional<Value>> operands, int index) {
    return index < operands.size() ? operands.get(index) : Optional.empty();
  }

  private static Sequence sequence(List<Optional<Value>> operands) {
    if (operand(operands, 0).orElse(Absence.NOTHING) instanceof Sequence sequence) {
      return sequence;
    }
    throw new InvalidDataException("expected a sequence, got " + operand(operands, 0));
  }

  private static Tensor tensor(List<Optional<Value>> operands, int index) {
    if (operand(operands, index).orElse(Absence.NOTHING) instanceof Tensor tensor) {
      return tensor;
    }
    throw new InvalidDataException("expected a tensor, got " + operand(operands, index));
  }

  /// @param count how many tensors there are; a negative position counts from behind the last
  /// @param last the largest position, and what it is by default
  private static int position(List<Optional<Value>> operands, int index, int count, int last) {
    long given = operand(operands, index).isPresent() ? integer(tensor(operands, index), 0) : last;
    long position = given < 0 ? given + count : given;
    if (position < 0 || position > last) {
      throw new InvalidDataException(
          "there is no position %d in a sequence of %d tensors".formatted(given, count));
    }
    return (int) position;
  }

  private static long integer(Tensor tensor, int index) {
    if (index < tensor.elements() && tensor.type() == ElementType.INT32) {
      return tensor.ints()[index];
    }
    if (index < tensor.elements() && tensor.type() == ElementType.INT64) {
      return tensor.longs()[index];
    }
    throw new InvalidDataException("expected an integer, got " + tensor);
  }

  private static int axis(long axis, int rank) {
    long normalized = axis < 0 ? axis + rank : axis;
    if (normalized < 0 || normalized >= rank) {
      throw new InvalidDataException("there is no axis %d of %d".formatted(axis, rank));
    }
    return (int) normalized;
  }
}
