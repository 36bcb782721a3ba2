package dev.crease.compiler.op.crease;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.tensor.Unsqueeze;
import java.util.Optional;
import java.util.stream.LongStream;

/// An operand with one element for each channel of a tensor `(N, C, ...)`.
final class ChannelVector {
  private ChannelVector() {}

  /// @param operator for the message, as `name`
  /// @throws InvalidOperandException unless `vector` can be the channels of `x`
  static void require(String operator, String name, TensorType vector, TensorType x) {
    Dim channels = x.dim(1);
    boolean fits = vector.rank() == 1;
    if (fits && channels.isKnown() && vector.dim(0).isKnown()) {
      fits = channels.equals(vector.dim(0));
    }
    if (!fits) {
      throw new InvalidOperandException(
          "%s of %s needs %s of shape [%s], got %s".formatted(operator, x, name, channels, vector));
    }
  }

  /// The vector as `(C, 1, ...)`, which broadcasts to a tensor of `rank` dimensions.
  static Value along(Value vector, int rank, GraphBuilder out) {
    if (rank == 2) {
      return vector;
    }
    Optional<Constant> constant = out.constantOf(vector);
    if (constant.isEmpty()) {
      Constant axes = Constant.ofLongs(LongStream.range(1, rank - 1).toArray());
      return out.add(new Unsqueeze(), vector, out.constant(out.freshName("axes"), axes));
    }
    long[] dims = LongStream.range(1, rank).map(_ -> 1).toArray();
    dims[0] = constant.get().elements();
    return out.constant(out.freshName(vector.name()), constant.get().reshaped(dims));
  }
}
