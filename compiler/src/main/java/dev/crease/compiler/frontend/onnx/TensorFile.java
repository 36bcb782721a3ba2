package dev.crease.compiler.frontend.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.ModelFolder;
import dev.crease.grammar.onnx.OptionalProto;
import dev.crease.grammar.onnx.SequenceProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.runtime.Absence;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.Sequence;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import dev.crease.runtime.plan.AtomicFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Tensors, and sequences and optionals of them, in files of their own, as test data comes:
/// `input_0.pb`, `output_0.pb`. A file does not say which of them it holds.
public final class TensorFile {
  private TensorFile() {}

  /// @throws InvalidModelException if the file cannot be read or is no tensor
  /// @throws UnsupportedModelException if its element type is not supported
  public static Tensor read(Path path) {
    return read(path, "tensor", TensorFile::tensor);
  }

  /// @param holder what the file holds, of tensors of `type`
  /// @throws InvalidModelException if the file cannot be read or holds something else
  /// @throws UnsupportedModelException if its element type is not supported
  public static Value read(Path path, Holder holder, ElementType type) {
    return switch (holder) {
      case TENSOR -> read(path);
      case SEQUENCE -> read(path, "sequence", (file, bytes) -> sequence(file, bytes, type));
      case OPTIONAL, OPTIONAL_SEQUENCE ->
          read(path, "optional", (file, bytes) -> optional(file, bytes, holder, type));
    };
  }

  /// What the bytes of a file hold.
  @FunctionalInterface
  private interface Content<T> {
    T read(String file, MemorySegment bytes) throws InvalidProtocolBufferException;
  }

  private static <T> T read(Path path, String what, Content<T> content) {
    String file = path.toString();
    if (!Files.isRegularFile(path)) {
      throw new InvalidModelException(file + " does not exist, or is not a file");
    }
    try {
      return content.read(file, ModelFolder.map(path));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidModelException("%s is no %s: %s".formatted(file, what, e.getMessage()), e);
    } catch (IOException e) {
      throw new InvalidModelException(file + " cannot be read: " + e, e);
    }
  }

  private static Tensor tensor(String file, MemorySegment bytes)
      throws InvalidProtocolBufferException {
    TensorProto tensor = TensorProto.parseFrom(WeightCutter.cutTensor(file, bytes));
    if (!tensor.hasDataType()) {
      throw new InvalidModelException(file + " is not a tensor: it says no element type");
    }
    return tensor(file, bytes, tensor);
  }

  private static Tensor tensor(String file, MemorySegment bytes, TensorProto tensor) {
    ExternalData external = new ExternalData(file, Optional.empty());
    return new TensorReader(file, bytes, external).read(tensor, "the tensor").tensor();
  }

  private static Sequence sequence(String file, MemorySegment bytes, ElementType type)
      throws InvalidProtocolBufferException {
    return sequence(
        file, bytes, SequenceProto.parseFrom(WeightCutter.cutSequence(file, bytes)), type);
  }

  private static Sequence sequence(
      String file, MemorySegment bytes, SequenceProto sequence, ElementType type) {
    List<Tensor> tensors =
        sequence.getTensorValuesList().stream().map(each -> tensor(file, bytes, each)).toList();
    try {
      return new Sequence(type, tensors);
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException(file + ": " + e.getMessage(), e);
    }
  }

  private static Value optional(String file, MemorySegment bytes, Holder holder, ElementType type)
      throws InvalidProtocolBufferException {
    OptionalProto optional = OptionalProto.parseFrom(WeightCutter.cutOptional(file, bytes));
    Value value = Absence.NOTHING;
    if (optional.hasTensorValue()) {
      value = tensor(file, bytes, optional.getTensorValue());
    } else if (optional.hasSequenceValue()) {
      value = sequence(file, bytes, optional.getSequenceValue(), type);
    }
    if (!holder.holds(value, type)) {
      throw new InvalidModelException(
          "%s holds %s, expected %s".formatted(file, value, holder.text(type)));
    }
    return value;
  }

  /// Writes the tensor, replacing the file.
  ///
  /// @param name the tensor's name; may be empty
  public static void write(Path path, String name, Tensor tensor) throws IOException {
    AtomicFile.write(path, out -> TensorWriter.write(name, tensor).writeTo(out));
  }
}
