package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.ModelFolder;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.TensorType;
import dev.crease.runtime.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.OptionalLong;

/// The file beside a text that holds its large tensors: their elements in little-endian order, one
/// tensor after the other, nothing else. It is mapped, so a constant costs no memory until it is
/// read.
final class WeightsFile {
  private final String name;
  private final MemorySegment bytes;

  private WeightsFile(String name, MemorySegment bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /// @param folder the folder of the text, which the file must not lie outside of
  /// @param expectedBytes the size that the text states
  /// @throws IllegalArgumentException if the file is outside the folder, missing, or of another
  ///   size
  static WeightsFile open(Path folder, String name, OptionalLong expectedBytes) {
    try {
      Path file = new ModelFolder(folder).resolve(name);
      MemorySegment bytes = ModelFolder.map(file);
      if (expectedBytes.isPresent() && expectedBytes.getAsLong() != bytes.byteSize()) {
        throw new IllegalArgumentException(
            "`%s`, which has %d bytes where the text expects %d: it is cut off or another model's"
                .formatted(name, bytes.byteSize(), expectedBytes.getAsLong()));
      }
      return new WeightsFile(name, bytes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the weights are in " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the weights are in `" + name + "`, which cannot be read: " + e, e);
    }
  }

  /// The tensor whose first element starts at byte `offset`.
  ///
  /// @throws IllegalArgumentException if the file ends before the tensor does
  Constant constant(TensorType type, long offset) {
    long[] dims =
        type.knownDims()
            .orElseThrow(
                () -> new IllegalArgumentException("weights need known dimensions, not " + type));
    if (type.element() == ElementType.STRING) {
      throw new IllegalArgumentException("strings are listed in the text, not in a weights file");
    }
    long size = type.element().bytes();
    for (long dim : dims) {
      size = Math.multiplyExact(size, dim);
    }
    if (offset < 0 || offset > bytes.byteSize() - size) {
      throw new IllegalArgumentException(
          "%s at offset %d needs %d bytes, but the weights file `%s` has %d"
              .formatted(type, offset, size, name, bytes.byteSize()));
    }
    return Constant.mapped(type.element(), dims, bytes.asSlice(offset, size));
  }
}
