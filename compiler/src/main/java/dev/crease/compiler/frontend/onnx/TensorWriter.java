package dev.crease.compiler.frontend.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;

/// Tensors in the file format: raw little-endian bytes, or a list for strings.
final class TensorWriter {
  private TensorWriter() {}

  /// The tensor with its elements.
  static TensorProto write(String name, Tensor tensor) {
    TensorProto.Builder out = describe(name, tensor.type());
    for (int i = 0; i < tensor.rank(); i++) {
      out.addDims(tensor.dim(i));
    }
    addElements(out, tensor.type(), tensor.array());
    return out.build();
  }

  static TensorProto write(String name, Constant constant) {
    TensorProto.Builder out = header(name, constant);
    addElements(out, constant.element(), constant.array());
    return out.build();
  }

  /// The tensor without its elements.
  static TensorProto.Builder header(String name, Constant constant) {
    TensorProto.Builder out = describe(name, constant.element());
    for (long dim : constant.dims()) {
      out.addDims(dim);
    }
    return out;
  }

  private static TensorProto.Builder describe(String name, ElementType element) {
    TensorProto.Builder out = TensorProto.newBuilder().setDataType(TypeCodes.code(element));
    return name.isEmpty() ? out : out.setName(name);
  }

  private static void addElements(TensorProto.Builder out, ElementType element, Object array) {
    if (array instanceof String[] texts) {
      for (String text : texts) {
        out.addStringData(ByteString.copyFromUtf8(text));
      }
    } else {
      out.setRawData(UnsafeByteOperations.unsafeWrap(bytes(element, array)));
    }
  }

  /// The elements, little-endian.
  static byte[] bytes(ElementType element, Object array) {
    return Elements.bytes(element, array, 0, java.lang.reflect.Array.getLength(array));
  }
}
