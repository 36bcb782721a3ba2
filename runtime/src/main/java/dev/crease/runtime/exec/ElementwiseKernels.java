package dev.crease.runtime.exec;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.kernel.BinaryKernel;
import dev.crease.runtime.kernel.Blocked;
import dev.crease.runtime.kernel.BlockedBinaryKernel;
import dev.crease.runtime.kernel.CastKernel;
import dev.crease.runtime.kernel.ChannelwiseKernel;
import dev.crease.runtime.kernel.CompareKernel;
import dev.crease.runtime.kernel.CopyKernel;
import dev.crease.runtime.kernel.FedKernel;
import dev.crease.runtime.kernel.Kernel;
import dev.crease.runtime.kernel.LrnKernel;
import dev.crease.runtime.kernel.Microkernels;
import dev.crease.runtime.kernel.PackBlockedKernel;
import dev.crease.runtime.kernel.ReduceKernel;
import dev.crease.runtime.kernel.SelectKernel;
import dev.crease.runtime.kernel.SoftmaxKernel;
import dev.crease.runtime.kernel.Strided;
import dev.crease.runtime.kernel.UnaryKernel;
import dev.crease.runtime.kernel.UnpackBlockedKernel;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Cast;
import dev.crease.runtime.plan.Instruction.Channelwise;
import dev.crease.runtime.plan.Instruction.Compare;
import dev.crease.runtime.plan.Instruction.Lrn;
import dev.crease.runtime.plan.Instruction.Reduce;
import dev.crease.runtime.plan.Instruction.Reorder;
import dev.crease.runtime.plan.Instruction.Select;
import dev.crease.runtime.plan.Instruction.Softmax;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PostOp;
import java.util.List;

/// Kernels that compute each element from those in the same place, channel or row, in the layout of
/// the result.
final class ElementwiseKernels {
  private final Microkernels microkernels;
  private final BoundShapes shapes;
  private final Views views;

  ElementwiseKernels(Microkernels microkernels, BoundShapes shapes, Views views) {
    this.microkernels = microkernels;
    this.shapes = shapes;
    this.views = views;
  }

  Kernel compare(Compare i) {
    return new CompareKernel(type(i.a()), i.function(), plain(i.a()), plain(i.b()), plain(i.y()));
  }

  Kernel select(Select i) {
    return new SelectKernel(plain(i.condition()), plain(i.a()), plain(i.b()), plain(i.y()));
  }

  Kernel softmax(Softmax i) {
    shapes.requireSame(i.x(), i.y());
    return new SoftmaxKernel(microkernels, plain(i.x()), plain(i.y()), i.axis(), i.logarithm());
  }

  Kernel reduce(Reduce i) {
    return new ReduceKernel(microkernels, type(i.y()), i.function(), plain(i.x()), plain(i.y()));
  }

  Kernel lrn(Lrn i) {
    shapes.requireSame(i.x(), i.y());
    return new LrnKernel(
        microkernels, blocked(i.x()), blocked(i.y()), i.size(), i.alpha(), i.beta(), i.bias());
  }

  Kernel channelwise(Channelwise i) {
    return channelwise(i.x(), i.y(), i.postOps());
  }

  private Kernel channelwise(int x, int y, List<PostOp> postOps) {
    shapes.requireSame(x, y);
    return new ChannelwiseKernel(microkernels, blocked(x), blocked(y), views.functions(postOps, y));
  }

  Kernel unary(int x, int y, Activation activation) {
    if (isBlocked(y)) {
      return channelwise(x, y, List.of(activation));
    }
    shapes.requireSame(x, y);
    return new UnaryKernel(microkernels, type(y), plain(x), plain(y), activation);
  }

  Kernel binary(Binary i) {
    if (isBlocked(i.y())) {
      return new BlockedBinaryKernel(
          microkernels,
          i.function(),
          blocked(i.a()),
          blocked(i.b()),
          blocked(i.y()),
          views.functions(i.postOps(), i.y()));
    }
    Activation activation =
        i.postOps().isEmpty() ? Activation.NONE : (Activation) i.postOps().getFirst();
    return new BinaryKernel(
        microkernels,
        type(i.y()),
        i.function(),
        plain(i.a()),
        plain(i.b()),
        plain(i.y()),
        activation);
  }

  Kernel cast(Cast i) {
    shapes.requireSame(i.x(), i.y());
    if (isBlocked(i.y())) {
      return unary(i.x(), i.y(), Activation.NONE);
    }
    return type(i.x()) == type(i.y())
        ? new CopyKernel(plain(i.x()), plain(i.y()))
        : new CastKernel(type(i.x()), plain(i.x()), type(i.y()), plain(i.y()));
  }

  Kernel reorder(Reorder i) {
    shapes.requireSame(i.x(), i.y());
    if (isBlocked(i.x())) {
      return isBlocked(i.y())
          ? unary(i.x(), i.y(), Activation.NONE)
          : new UnpackBlockedKernel(blocked(i.x()), plain(i.y()));
    }
    return reordered(plain(i.x()), i.y());
  }

  /// Brings an input of the caller's into another layout.
  FedKernel reorderInput(Reorder i) {
    shapes.requireSame(i.x(), i.y());
    return reordered(views.outside(i.x()), i.y());
  }

  private FedKernel reordered(Strided x, int y) {
    return switch (shapes.slot(y).layout()) {
      case BLOCKED -> new PackBlockedKernel(x, blocked(y));
      case PLANES -> new CopyKernel(x, views.planes(y));
      default -> new CopyKernel(x, plain(y));
    };
  }

  private Strided plain(int slot) {
    return views.plain(slot);
  }

  private Blocked blocked(int slot) {
    return views.blocked(slot);
  }

  private ElementType type(int slot) {
    return shapes.slot(slot).type();
  }

  private boolean isBlocked(int slot) {
    return shapes.slot(slot).layout() == Layout.BLOCKED;
  }
}
