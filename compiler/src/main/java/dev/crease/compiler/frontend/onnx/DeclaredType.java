package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Items;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.grammar.onnx.TensorShapeProto.Dimension;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A type as a file declares it: tensors, and what holds them.
///
/// @param tensor their element type, which may be one that is not supported, and their shape, which
///   may be left out
record DeclaredType(Holder holder, TypeProto.Tensor tensor) {
  /// Empty for other kinds: maps, sparse tensors, sequences of sequences.
  static Optional<DeclaredType> of(TypeProto type) {
    return switch (type.getValueCase()) {
      case TENSOR_TYPE -> Optional.of(new DeclaredType(Holder.TENSOR, type.getTensorType()));
      case SEQUENCE_TYPE ->
          of(type.getSequenceType().getElemType())
              .filter(held -> held.holder() == Holder.TENSOR)
              .map(held -> new DeclaredType(Holder.SEQUENCE, held.tensor()));
      case OPTIONAL_TYPE ->
          of(type.getOptionalType().getElemType())
              .filter(held -> !held.holder().isOptional())
              .map(held -> new DeclaredType(held.holder().optional(), held.tensor()));
      case MAP_TYPE, OPAQUE_TYPE, SPARSE_TENSOR_TYPE, VALUE_NOT_SET -> Optional.empty();
    };
  }

  /// Empty if the element type is not supported, or left out.
  Optional<ElementType> element() {
    return TypeCodes.type(tensor.getElemType());
  }

  boolean isTensor() {
    return holder == Holder.TENSOR;
  }

  /// How many dimensions the tensors have, if that is declared.
  Optional<Integer> rank() {
    return tensor.hasShape() ? Optional.of(tensor.getShape().getDimCount()) : Optional.empty();
  }

  /// What is declared of the tensors. A name of a dimension says nothing, since they may differ.
  Items items() {
    if (!tensor.hasShape()) {
      return Items.unknown();
    }
    return new Items.Shaped(
        tensor.getShape().getDimList().stream().map(DeclaredType::size).toList());
  }

  private static OptionalLong size(Dimension dim) {
    return dim.hasDimValue() && dim.getDimValue() >= 0
        ? OptionalLong.of(dim.getDimValue())
        : OptionalLong.empty();
  }

  /// `f32`, or the format's name of a type that is not supported.
  String elementText() {
    return element().map(ElementType::text).orElse(DataTypes.name(tensor.getElemType()));
  }

  /// As in `f32[N, 3]`, `seq(f32 of unknown shape)`.
  @Override
  public String toString() {
    List<String> dims = tensor.getShape().getDimList().stream().map(DeclaredType::text).toList();
    return holder.text(elementText() + (tensor.hasShape() ? dims.toString() : " of unknown shape"));
  }

  private static String text(Dimension dim) {
    String name = dim.getDimParam().isEmpty() ? "?" : dim.getDimParam();
    return dim.hasDimValue() ? Long.toString(dim.getDimValue()) : name;
  }
}
