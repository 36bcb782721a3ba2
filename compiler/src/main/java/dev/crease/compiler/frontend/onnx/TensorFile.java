package dev.crease.compiler.frontend.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.ModelFolder;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.AtomicFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Tensors in files of their own, as test data comes: `input_0.pb`, `output_0.pb`. Sequences and
/// optional values are not supported.
public final class TensorFile {
  private TensorFile() {}

  /// @throws InvalidModelException if the file cannot be read or is no tensor
  /// @throws UnsupportedModelException if its element type is not supported
  public static Tensor read(Path path) {
    String file = path.toString();
    if (!Files.isRegularFile(path)) {
      throw new InvalidModelException(file + " does not exist, or is not a file");
    }
    try {
      MemorySegment bytes = ModelFolder.map(path);
      TensorProto tensor = TensorProto.parseFrom(WeightCutter.cutTensor(file, bytes));
      if (!tensor.hasDataType()) {
        throw new InvalidModelException(file + " is not a tensor: it says no element type");
      }
      ExternalData external = new ExternalData(file, Optional.empty());
      return new TensorReader(file, bytes, external).read(tensor, "the tensor").tensor();
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidModelException(file + " is not a tensor: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidModelException(file + " cannot be read: " + e, e);
    }
  }

  /// Writes the tensor, replacing the file.
  ///
  /// @param name the tensor's name; may be empty
  public static void write(Path path, String name, Tensor tensor) throws IOException {
    AtomicFile.write(path, out -> TensorWriter.write(name, tensor).writeTo(out));
  }
}
