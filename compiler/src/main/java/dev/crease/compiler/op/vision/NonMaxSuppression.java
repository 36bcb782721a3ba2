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
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Production;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// ONNX `NonMaxSuppression`: of each batch and class, the boxes in descending order of their
/// scores, each unless its intersection over union with one taken before exceeds `iou_threshold`,
/// so many at most, as rows of batch, class and box. Boxes are two opposite corners, y before x,
/// or, with `center_point_box`, centre x and y, width and height.
public record NonMaxSuppression(boolean centerPointBox) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("NonMaxSuppression")
          .since(11)
          .attribute("center_point_box", 0)
          .input("boxes", "tensor(float)", Supported.FLOAT32)
          .input("scores", "tensor(float)", Supported.FLOAT32)
          .optionalInput("max_output_boxes_per_class", "tensor(int64)", TypeSets.SHAPES)
          .optionalInput("iou_threshold", "tensor(float)", Supported.FLOAT32)
          .optionalInput("score_threshold", "tensor(float)", Supported.FLOAT32)
          .output("selected_indices", "tensor(int64)", TypeSets.SHAPES)
          .build(a -> new NonMaxSuppression(a.flag("center_point_box")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("center_point_box", centerPointBox ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType boxes = operands.type(0);
    TensorType scores = operands.type(1);
    boolean fits = boxes.rank() == 3 && scores.rank() == 3;
    fits =
        fits && boxes.agreesWith(boxes.withDims(List.of(scores.dim(0), scores.dim(2), Dim.of(4))));
    if (!fits) {
      throw new InvalidOperandException(
          "NonMaxSuppression needs boxes [N, B, 4] and scores [N, C, B], got %s and %s"
              .formatted(boxes, scores));
    }
    return List.of(new TensorType(ElementType.INT64, List.of(operands.freshSymbol(), Dim.of(3))));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor boxes = inputs.get(0);
    DoubleTensor scores = inputs.get(1);
    double most = number(inputs, 2, 0);
    double threshold = number(inputs, 3, 0);
    double least = number(inputs, 4, Double.NEGATIVE_INFINITY);
    List<double[]> rows = new ArrayList<>();
    int count = scores.dim(2);
    for (int line = 0; line < scores.dim(0) * scores.dim(1); line++) {
      int batch = line / scores.dim(1);
      boolean[] out = new boolean[count];
      for (int i = 0; i < count; i++) {
        out[i] = scores.data()[line * count + i] <= least && least > Double.NEGATIVE_INFINITY;
      }
      for (int taken = 0; taken < most; taken++) {
        int best = -1;
        for (int i = 0; i < count; i++) {
          boolean better =
              best < 0 || scores.data()[line * count + i] > scores.data()[line * count + best];
          best = !out[i] && better ? i : best;
        }
        if (best < 0) {
          break;
        }
        rows.add(new double[] {batch, line % scores.dim(1), best});
        for (int i = 0; i < count; i++) {
          out[i] |=
              i == best || overlap(boxes, batch * count + best, batch * count + i) > threshold;
        }
      }
    }
    double[] y = rows.stream().flatMapToDouble(Arrays::stream).toArray();
    return List.of(new DoubleTensor(ElementType.INT64, new int[] {rows.size(), 3}, y));
  }

  private static double number(EvaluationInputs inputs, int operand, double missing) {
    boolean given = inputs.has(operand) && inputs.get(operand).data().length > 0;
    return given ? inputs.get(operand).data()[0] : missing;
  }

  /// The intersection over union; 0 for boxes without area.
  private double overlap(DoubleTensor boxes, int a, int b) {
    double common = 1;
    double areaA = 1;
    double areaB = 1;
    for (int axis = 0; axis < 2; axis++) {
      double[] p = bounds(boxes.data(), a * 4 + axis);
      double[] q = bounds(boxes.data(), b * 4 + axis);
      common *= Math.max(0, Math.min(p[1], q[1]) - Math.max(p[0], q[0]));
      areaA *= p[1] - p[0];
      areaB *= q[1] - q[0];
    }
    return common > 0 && areaA > 0 && areaB > 0 ? common / (areaA + areaB - common) : 0;
  }

  private double[] bounds(double[] box, int at) {
    double a = box[at];
    double b = box[at + 2];
    return centerPointBox
        ? new double[] {a - b / 2, a + b / 2}
        : new double[] {Math.min(a, b), Math.max(a, b)};
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.NON_MAX_SUPPRESSION, centerPointBox ? 1 : 0);
  }
}
