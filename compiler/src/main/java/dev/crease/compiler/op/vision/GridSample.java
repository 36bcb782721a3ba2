package dev.crease.compiler.op.vision;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// ONNX `GridSample`: `Y[n, c, i...]` is the picture `X[n, c]` at the point `grid[n, i...]`, whose
/// coordinates, those of the last axis first, run from -1 to 1 between the centres of the outermost
/// pixels if `align_corners`, else between their outer edges.
public record GridSample(Mode mode, Padding padding, boolean alignCorners) implements Primitive {
  /// How values between pixels are made: from the nearest pixel (of two the even one), or 2 or 4
  /// along each axis.
  public enum Mode {
    NEAREST,
    LINEAR,
    CUBIC
  }

  /// What lies outside: zeros, the nearest pixel, or the picture mirrored at its bounds.
  public enum Padding {
    ZEROS,
    BORDER,
    REFLECTION
  }

  public static final OpSchema SCHEMA =
      OpSchema.named("GridSample")
          .since(22)
          .attribute("align_corners", 0)
          .attribute("mode", "linear")
          .attribute("padding_mode", "zeros")
          .input("X", "T1", TypeSets.ALL)
          .input("grid", "T2", TypeSets.FLOATS)
          .output("Y", "T1", TypeSets.ALL)
          .build(
              a ->
                  new GridSample(
                      constant(Mode.class, "mode", a),
                      constant(Padding.class, "padding_mode", a),
                      a.flag("align_corners")));

  private static <E extends Enum<E>> E constant(Class<E> all, String name, Attributes given) {
    return Arrays.stream(all.getEnumConstants())
        .filter(value -> text(value).equals(given.text(name)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is `%s`, expected one of %s"
                        .formatted(name, given.text(name), List.of(all.getEnumConstants()))));
  }

  private static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("align_corners", alignCorners ? 1 : 0)
        .with("mode", text(mode))
        .with("padding_mode", text(padding));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    TensorType grid = operands.type(1);
    boolean fits = x.rank() >= 3 && grid.rank() == x.rank();
    if (fits) {
      List<Dim> dims = new ArrayList<>(grid.dims());
      dims.set(0, x.dim(0));
      dims.set(x.rank() - 1, Dim.of(x.rank() - 2));
      fits = grid.agreesWith(grid.withDims(dims));
    }
    if (!fits) {
      throw new InvalidOperandException(
          "GridSample of %s needs a grid of its rank whose last dimension is %d, got %s"
              .formatted(x, x.rank() - 2, grid));
    }
    List<Dim> dims = new ArrayList<>(x.dims().subList(0, 2));
    dims.addAll(grid.dims().subList(1, x.rank() - 1));
    return List.of(x.withDims(dims));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    return List.of(new GridReference(this, inputs.get(0), inputs.get(1)).evaluate());
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (mode != Mode.NEAREST) {
      Supported.type(node, node.input(0), TypeSets.NUMBERS);
    }
    List<Dim> how =
        List.of(Dim.of(mode.ordinal()), Dim.of(padding.ordinal()), Dim.of(alignCorners ? 1 : 0));
    Calling.lower(node, to, Routine.GRID_SAMPLE, how, List.of());
  }
}
