package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.PRelu;
import dev.crease.compiler.op.math.Pointwise;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.op.nn.MaxPool;
import java.util.List;

/// Pictures made smaller, where what is checked holds for pictures of any size: every weight still
/// takes part, at far fewer places.
final class Cut {
  private Cut() {}

  /// Whether no operator of the graph depends on how large its pictures are.
  static boolean allows(Graph graph) {
    return graph.nodes().stream().map(Node::op).allMatch(Cut::allows);
  }

  /// Whether the operator computes the same of a picture whatever its size.
  static boolean allows(Op op) {
    return switch (op) {
      case ConvTranspose conv -> conv.outputShape().isEmpty();
      case Conv _, FusedConv _, BatchNormalization _ -> true;
      case AveragePool _, MaxPool _, GlobalPool _ -> true;
      case Pointwise _, Clip _, PRelu _, Arithmetic _, Variadic _ -> true;
      default -> false;
    };
  }

  /// The first picture of each tensor, with at most `size` positions along each axis.
  static List<DoubleTensor> to(int size, List<DoubleTensor> tensors) {
    return tensors.stream().map(tensor -> to(size, tensor)).toList();
  }

  static DoubleTensor to(int size, DoubleTensor tensor) {
    if (tensor.rank() < 3) {
      return tensor;
    }
    int[] strides = Strides.rowMajor(tensor.shape());
    int[] shape = tensor.shape().clone();
    shape[0] = Math.min(shape[0], 1);
    for (int axis = 2; axis < shape.length; axis++) {
      shape[axis] = Math.min(shape[axis], size);
    }
    return new DoubleTensor(tensor.type(), shape, Strides.copy(tensor.data(), 0, strides, shape));
  }
}
