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
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `RoiAlign`: each region of interest, scaled by `spatial_scale` to pixels of `X`, cut into
/// `output_height` by `output_width` cells, each of which is the mean or the largest of samples
/// that stand regularly in it, `sampling_ratio` along each axis (0: as many as it has pixels), and
/// are interpolated linearly.
///
/// In mode `max` the largest is that of all weighted terms of the interpolation, as in the
/// specification's reference.
///
/// @param halfPixel whether coordinate 0 is the outer edge of the first pixel, not its centre
public record RoiAlign(
    boolean halfPixel,
    boolean largest,
    long outputHeight,
    long outputWidth,
    long samplingRatio,
    float spatialScale)
    implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("RoiAlign")
          .since(22)
          .attribute("coordinate_transformation_mode", "half_pixel")
          .attribute("mode", "avg")
          .attribute("output_height", 1)
          .attribute("output_width", 1)
          .attribute("sampling_ratio", 0)
          .attribute("spatial_scale", 1f)
          .input("X", "T1", TypeSets.FLOATS)
          .input("rois", "T1", TypeSets.FLOATS)
          .input("batch_indices", "T2", TypeSets.SHAPES)
          .output("Y", "T1", TypeSets.FLOATS)
          .build(
              a ->
                  new RoiAlign(
                      choice(
                          a, "coordinate_transformation_mode", "output_half_pixel", "half_pixel"),
                      choice(a, "mode", "avg", "max"),
                      a.integer("output_height"),
                      a.integer("output_width"),
                      a.integer("sampling_ratio"),
                      a.real("spatial_scale")));

  /// Whether an attribute is the second of two names.
  private static boolean choice(Attributes given, String name, String first, String second) {
    String value = given.text(name);
    if (!value.equals(first) && !value.equals(second)) {
      throw new IllegalArgumentException(
          "%s is `%s`, expected %s or %s".formatted(name, value, first, second));
    }
    return value.equals(second);
  }

  public RoiAlign {
    if (outputHeight < 1 || outputWidth < 1 || samplingRatio < 0) {
      throw new IllegalArgumentException(
          "output_height %d, output_width %d or sampling_ratio %d is too small"
              .formatted(outputHeight, outputWidth, samplingRatio));
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("coordinate_transformation_mode", halfPixel ? "half_pixel" : "output_half_pixel")
        .with("mode", largest ? "max" : "avg")
        .with("output_height", outputHeight)
        .with("output_width", outputWidth)
        .with("sampling_ratio", samplingRatio)
        .with("spatial_scale", spatialScale);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    TensorType rois = operands.type(1);
    boolean fits =
        x.rank() == 4
            && rois.rank() == 2
            && (!rois.dim(1).isKnown() || rois.dim(1).is(4))
            && operands.type(2).rank() == 1
            && rois.agreesWith(rois.withDims(List.of(operands.type(2).dim(0), rois.dim(1))));
    if (!fits) {
      throw new InvalidOperandException(
          "RoiAlign needs X of rank 4, rois of shape [R, 4] and batch_indices [R], got %s, %s, %s"
              .formatted(x, rois, operands.type(2)));
    }
    return List.of(
        x.withDims(List.of(rois.dim(0), x.dim(1), Dim.of(outputHeight), Dim.of(outputWidth))));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] rois = inputs.get(1).data();
    int regions = inputs.get(1).dim(0);
    int[] cells = {(int) outputHeight, (int) outputWidth};
    int[] shape = {regions, x.dim(1), cells[0], cells[1]};
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int i = 0; i < y.data().length; i++) {
      int[] cell = {i / cells[1] % cells[0], i % cells[1]};
      int channel = i / cells[1] / cells[0] % x.dim(1);
      int region = i / cells[1] / cells[0] / x.dim(1);
      double[][] samples = new double[2][];
      for (int axis = 0; axis < 2; axis++) {
        double begin = rois[region * 4 + 1 - axis] * spatialScale - (halfPixel ? 0.5 : 0);
        double end = rois[region * 4 + 3 - axis] * spatialScale - (halfPixel ? 0.5 : 0);
        double size = (halfPixel ? end - begin : Math.max(end - begin, 1)) / cells[axis];
        samples[axis] = samples(begin + cell[axis] * size, size);
      }
      int picture = (int) inputs.get(2).data()[region] * x.dim(1) + channel;
      y.data()[i] = reduced(x, picture, samples[0], samples[1]);
    }
    return List.of(y);
  }

  private double[] samples(double begin, double size) {
    int count = (int) (samplingRatio > 0 ? samplingRatio : Math.max(0, Math.ceil(size)));
    double[] samples = new double[count];
    for (int i = 0; i < count; i++) {
      samples[i] = begin + (i + 0.5) * size / count;
    }
    return samples;
  }

  private double reduced(DoubleTensor x, int picture, double[] rows, double[] columns) {
    double sum = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (double row : rows) {
      for (double column : columns) {
        boolean outside = row < -1 || row > x.dim(2) || column < -1 || column > x.dim(3);
        double h = outside ? 0 : Math.min(Math.max(row, 0), x.dim(2) - 1);
        double w = outside ? 0 : Math.min(Math.max(column, 0), x.dim(3) - 1);
        for (int corner = 0; corner < 4; corner++) {
          int i = (int) h + corner / 2;
          int j = (int) w + corner % 2;
          double weight = (1 - Math.abs(h - i)) * (1 - Math.abs(w - j));
          int at = Math.min(i, x.dim(2) - 1) * x.dim(3) + Math.min(j, x.dim(3) - 1);
          double term = outside ? 0 : weight * x.data()[picture * x.dim(2) * x.dim(3) + at];
          sum += term;
          most = Math.max(most, term);
        }
      }
    }
    int count = rows.length * columns.length;
    return count == 0 ? 0 : largest ? most : sum / count;
  }

  @Override
  public void lower(Node node, Lowering to) {
    List<Dim> integers =
        List.of(Dim.of(largest ? 1 : 0), Dim.of(halfPixel ? 1 : 0), Dim.of(samplingRatio));
    Calling.lower(node, to, Routine.ROI_ALIGN, integers, List.of((double) spatialScale));
  }
}
