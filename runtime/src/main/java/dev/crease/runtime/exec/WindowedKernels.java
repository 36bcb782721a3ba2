package dev.crease.runtime.exec;

import dev.crease.runtime.kernel.Blocked;
import dev.crease.runtime.kernel.BlockedResizeKernel;
import dev.crease.runtime.kernel.ConvKernel;
import dev.crease.runtime.kernel.DepthwiseConvKernel;
import dev.crease.runtime.kernel.GlobalPoolKernel;
import dev.crease.runtime.kernel.Kernel;
import dev.crease.runtime.kernel.Microkernels;
import dev.crease.runtime.kernel.PoolKernel;
import dev.crease.runtime.kernel.ResizeAxis;
import dev.crease.runtime.kernel.ResizeKernel;
import dev.crease.runtime.kernel.Scratch;
import dev.crease.runtime.kernel.WinogradConvKernel;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.Instruction.GlobalPool;
import dev.crease.runtime.plan.Instruction.Pool;
import dev.crease.runtime.plan.Instruction.Resize;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Winograd;
import java.util.Arrays;

/// Kernels that slide a window over a picture.
final class WindowedKernels {
  private final Microkernels microkernels;
  private final Scratch scratch;
  private final BoundShapes shapes;
  private final Views views;

  WindowedKernels(Microkernels microkernels, Scratch scratch, BoundShapes shapes, Views views) {
    this.microkernels = microkernels;
    this.scratch = scratch;
    this.shapes = shapes;
    this.views = views;
  }

  Kernel conv(Conv conv) {
    return conv.winograd().isPresent() ? winograd(conv, conv.winograd().get()) : direct(conv);
  }

  private Kernel winograd(Conv conv, Winograd form) {
    BoundWindow window = BoundWindow.of(conv.window(), conv.x(), conv.y(), shapes);
    int maps = shapes.of(conv.y())[1];
    int[] weights = {form.products() * maps, shapes.of(conv.x())[1], 1, 1};
    BoundShapes.require(
        Arrays.equals(shapes.of(conv.weights()), weights) && maps % Winograd.MAPS == 0,
        "weights of %s for y %s, expected %s and a multiple of %d channels"
            .formatted(
                Arrays.toString(shapes.of(conv.weights())),
                Arrays.toString(shapes.of(conv.y())),
                Arrays.toString(weights),
                Winograd.MAPS));
    BoundShapes.require(
        shapes.of(conv.x())[0] == shapes.of(conv.y())[0], "x and y differ in images");
    requireBias(conv.bias(), maps);
    return new WinogradConvKernel(
        microkernels,
        scratch,
        form,
        views.blocked(conv.x()),
        views.floats(conv.weights()),
        views.offset(conv.weights()),
        views.vector(conv.bias()),
        views.vectorOffset(conv.bias()),
        residual(conv.residual(), conv.y()),
        views.blocked(conv.y()),
        window.padsBegin(),
        views.functions(conv.postOps(), conv.y()));
  }

  private Kernel direct(Conv conv) {
    BoundWindow window = BoundWindow.of(conv.window(), conv.x(), conv.y(), shapes);
    int[] weights = shapes.of(conv.weights());
    requireChannels(conv.x(), weights[1] * conv.group(), conv.y(), weights[0], conv.group());
    requireKernel(conv.weights(), window);
    requireBias(conv.bias(), weights[0]);
    return new ConvKernel(
        microkernels,
        views.blocked(conv.x()),
        views.floats(conv.weights()),
        views.offset(conv.weights()),
        views.vector(conv.bias()),
        views.vectorOffset(conv.bias()),
        residual(conv.residual(), conv.y()),
        views.blocked(conv.y()),
        window.kernel(),
        window.strides(),
        window.dilations(),
        window.padsBegin(),
        conv.group(),
        views.functions(conv.postOps(), conv.y()));
  }

  Kernel depthwise(DepthwiseConv conv) {
    BoundWindow window = BoundWindow.of(conv.window(), conv.x(), conv.y(), shapes);
    int channels = shapes.of(conv.weights())[0];
    requireChannels(conv.x(), channels, conv.y(), channels, 1);
    requireKernel(conv.weights(), window);
    requireBias(conv.bias(), channels);
    return new DepthwiseConvKernel(
        microkernels,
        views.blocked(conv.x()),
        views.floats(conv.weights()),
        views.offset(conv.weights()),
        views.vector(conv.bias()),
        views.vectorOffset(conv.bias()),
        residual(conv.residual(), conv.y()),
        views.blocked(conv.y()),
        window.kernel(),
        window.strides(),
        window.dilations(),
        window.padsBegin(),
        views.functions(conv.postOps(), conv.y()));
  }

  private @Nullable Blocked residual(int slot, int y) {
    if (slot == Instruction.ABSENT) {
      return null;
    }
    shapes.requireSame(slot, y);
    return views.blocked(slot);
  }

  Kernel pool(Pool pool) {
    BoundWindow window = BoundWindow.of(pool.window(), pool.x(), pool.y(), shapes);
    requireSameChannels(pool.x(), pool.y());
    return new PoolKernel(
        microkernels,
        pool.kind(),
        views.blocked(pool.x()),
        views.blocked(pool.y()),
        window.kernel(),
        window.strides(),
        window.dilations(),
        window.padsBegin(),
        window.padsEnd(),
        views.functions(pool.postOps(), pool.y()));
  }

  Kernel globalPool(GlobalPool pool) {
    requireSameChannels(pool.x(), pool.y());
    return new GlobalPoolKernel(
        microkernels, pool.kind(), views.blocked(pool.x()), views.blocked(pool.y()));
  }

  /// Pictures in BLOCKED layout, anything in PLAIN.
  Kernel resize(Resize i) {
    int[] from = shapes.of(i.x());
    int[] to = shapes.of(i.y());
    int rank = from.length;
    ResizeAxis[] axes = new ResizeAxis[rank];
    for (int axis = 0; axis < rank; axis++) {
      BoundShapes.require(from[axis] > 0, "x has no elements to resize");
      double scale = real(i.scales().get(axis));
      double begin = i.roi().isEmpty() ? 0 : real(i.roi().get(axis));
      double end = i.roi().isEmpty() ? 1 : real(i.roi().get(rank + axis));
      axes[axis] = ResizeAxis.of(i.how(), from[axis], to[axis], scale, begin, end);
    }
    if (shapes.slot(i.y()).layout() == Layout.PLAIN) {
      return new ResizeKernel(
          shapes.slot(i.y()).type(),
          views.plain(i.x()),
          views.plain(i.y()),
          axes,
          i.how().extrapolation());
    }
    BoundShapes.require(
        from[0] == to[0] && from[1] == to[1] && axes[0].isIdentity() && axes[1].isIdentity(),
        "batch and channels are not resized in this layout");
    ResizeAxis[] picture = new ResizeAxis[3];
    for (int axis = 0; axis < 3; axis++) {
      int own = axis - 3 + rank;
      picture[axis] = own >= 2 ? axes[own] : ResizeAxis.of(i.how(), 1, 1, 0, 0, 1);
    }
    return new BlockedResizeKernel(
        microkernels, views.blocked(i.x()), views.blocked(i.y()), picture, i.how().extrapolation());
  }

  private double real(Extent bits) {
    return Double.longBitsToDouble(shapes.evaluate(bits));
  }

  /// A result without elements needs no kernel, but its windows must fit all the same.
  void requireFit(Instruction instruction) {
    switch (instruction) {
      case Conv i -> BoundWindow.of(i.window(), i.x(), i.y(), shapes);
      case DepthwiseConv i -> BoundWindow.of(i.window(), i.x(), i.y(), shapes);
      case Pool i -> BoundWindow.of(i.window(), i.x(), i.y(), shapes);
      default -> {}
    }
  }

  private void requireSameChannels(int x, int y) {
    int[] from = shapes.of(x);
    int[] to = shapes.of(y);
    BoundShapes.require(
        from.length == to.length && from[0] == to[0] && from[1] == to[1],
        "x %s and y %s differ in images or channels"
            .formatted(Arrays.toString(from), Arrays.toString(to)));
  }

  private void requireChannels(int x, int inputs, int y, int outputs, int group) {
    BoundShapes.require(
        shapes.of(x)[1] == inputs
            && shapes.of(y)[1] == outputs
            && inputs % group == 0
            && outputs % group == 0
            && shapes.of(x)[0] == shapes.of(y)[0],
        "x %s, y %s, weights from %d to %d channels in %d groups"
            .formatted(
                Arrays.toString(shapes.of(x)),
                Arrays.toString(shapes.of(y)),
                inputs,
                outputs,
                group));
  }

  private void requireKernel(int weights, BoundWindow window) {
    BoundShapes.require(
        Arrays.equals(shapes.picture(weights), window.kernel()),
        "weights " + Arrays.toString(shapes.of(weights)) + " have another kernel than the window");
  }

  private void requireBias(int bias, int channels) {
    if (bias != Instruction.ABSENT) {
      shapes.requireVector("bias", bias, channels);
    }
  }
}
