package dev.crease.runtime.kernel;

import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Non-maximum suppression: of each picture and class, the boxes in descending order of their
/// scores, each unless it overlaps one taken before by more than a threshold, so many at most.
///
/// Operands `boxes` `(N, boxes, 4)`, `scores` `(N, classes, boxes)`, optionally how many boxes of a
/// class at most (0 if left out), the greatest intersection over union (0), and a score that must
/// be exceeded; results int64 `(count, 3)`: picture, class and box.
///
/// @param centers whether boxes are centre x and y, width and height, else two opposite corners, y
///   before x
public record BoxSelection(boolean centers) implements TensorFunction {
  /// A box as its bounds.
  private record Box(double left, double top, double right, double bottom) {
    double area() {
      return (right - left) * (bottom - top);
    }

    boolean overlaps(Box other, double threshold) {
      double width = Math.min(right, other.right) - Math.max(left, other.left);
      double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
      if (width <= 0 || height <= 0 || area() <= 0 || other.area() <= 0) {
        return false;
      }
      double common = width * height;
      return common / (area() + other.area() - common) > threshold;
    }
  }

  @Override
  public List<Tensor> apply(List<Optional<Tensor>> operands) {
    Tensor boxes = operands.get(0).orElseThrow();
    Tensor scores = operands.get(1).orElseThrow();
    boolean fits =
        boxes.rank() == 3
            && scores.rank() == 3
            && boxes.dim(2) == 4
            && boxes.dim(0) == scores.dim(0)
            && boxes.dim(1) == scores.dim(2);
    if (!fits) {
      throw new IllegalArgumentException(boxes + " are no boxes with scores " + scores);
    }
    long most = operand(operands, 2).map(t -> t.longs()[0]).orElse(0L);
    double threshold = operand(operands, 3).map(t -> number(t, 0)).orElse(0.0);
    double least = operand(operands, 4).map(t -> number(t, 0)).orElse(Double.NEGATIVE_INFINITY);
    boolean all = operand(operands, 4).isEmpty();
    List<long[]> selected = new ArrayList<>();
    for (int line = 0; line < scores.dim(0) * scores.dim(1); line++) {
      int picture = line / scores.dim(1);
      int first = line * scores.dim(2);
      List<Box> taken = new ArrayList<>();
      for (int box : descending(scores, first)) {
        if (taken.size() >= most) {
          break;
        }
        Box candidate = box(boxes, picture * boxes.dim(1) + box);
        boolean passes = all || number(scores, first + box) > least;
        if (passes && taken.stream().noneMatch(other -> candidate.overlaps(other, threshold))) {
          taken.add(candidate);
          selected.add(new long[] {picture, line % scores.dim(1), box});
        }
      }
    }
    long[] y = selected.stream().flatMapToLong(Arrays::stream).toArray();
    return List.of(Tensor.of(y, selected.size(), 3));
  }

  private static Optional<Tensor> operand(List<Optional<Tensor>> operands, int index) {
    return index < operands.size()
        ? operands.get(index).filter(tensor -> tensor.elements() > 0)
        : Optional.empty();
  }

  private static double number(Tensor tensor, int element) {
    return Elements.floating(tensor.type(), tensor.array(), element);
  }

  /// Boxes by score; of equal ones, the first one first.
  private static int[] descending(Tensor scores, int first) {
    Integer[] boxes = new Integer[scores.dim(2)];
    Arrays.setAll(boxes, i -> i);
    Arrays.sort(
        boxes, (a, b) -> Double.compare(number(scores, first + b), number(scores, first + a)));
    return Arrays.stream(boxes).mapToInt(box -> box).toArray();
  }

  private Box box(Tensor boxes, int box) {
    double a = number(boxes, box * 4);
    double b = number(boxes, box * 4 + 1);
    double c = number(boxes, box * 4 + 2);
    double d = number(boxes, box * 4 + 3);
    return centers
        ? new Box(a - c / 2, b - d / 2, a + c / 2, b + d / 2)
        : new Box(Math.min(b, d), Math.min(a, c), Math.max(b, d), Math.max(a, c));
  }
}
