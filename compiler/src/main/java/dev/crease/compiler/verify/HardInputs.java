package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/// Inputs that tell apart what ordinary ones do not: single numbers at the corners, numbers at the
/// ends of the range, and what is no number. Integers and booleans stay as they are.
final class HardInputs {
  /// The largest magnitude that is put in place of others, infinities aside.
  static final double LARGEST = 0x1p60;

  /// Below the smallest normal number of float32.
  private static final double SUBNORMAL = 0x1p-130;

  /// The place of the kind with infinities.
  static final int INFINITE = 3;

  private static final List<BiConsumer<double[], Picture>> KINDS =
      List.of(
          HardInputs::corners,
          HardInputs::large,
          HardInputs::subnormal,
          HardInputs::infinite,
          HardInputs::notNumbers);

  private HardInputs() {}

  /// How the elements of a tensor lie: `channels` pictures of `width` columns, once or more.
  private record Picture(int channels, int positions, int width, Random random) {
    static Picture of(DoubleTensor tensor, Random random) {
      int rank = tensor.rank();
      int channels = rank < 2 ? 1 : tensor.dim(1);
      int positions = 1;
      for (int axis = 2; axis < rank; axis++) {
        positions *= tensor.dim(axis);
      }
      return new Picture(channels, positions, rank < 3 ? 1 : tensor.dim(rank - 1), random);
    }

    /// The element of a channel that chance decides, at `position`.
    int at(int position) {
      return random.nextInt(channels) * positions + position;
    }
  }

  /// One list of tensors like `inputs` for each kind.
  static List<List<DoubleTensor>> like(List<DoubleTensor> inputs, long seed) {
    List<List<DoubleTensor>> variants = new ArrayList<>();
    if (inputs.stream().noneMatch(tensor -> tensor.type().isFloating())) {
      return variants;
    }
    Random random = new Random(seed);
    for (BiConsumer<double[], Picture> kind : KINDS) {
      variants.add(inputs.stream().map(tensor -> changed(tensor, kind, random)).toList());
    }
    return variants;
  }

  private static DoubleTensor changed(
      DoubleTensor tensor, BiConsumer<double[], Picture> kind, Random random) {
    if (!tensor.type().isFloating() || tensor.data().length == 0) {
      return tensor;
    }
    double[] elements = tensor.data().clone();
    kind.accept(elements, Picture.of(tensor, random));
    return new DoubleTensor(tensor.type(), tensor.shape(), elements);
  }

  /// 1 at the four corners and in the middle, each in a channel of its own, 0 elsewhere.
  private static void corners(double[] elements, Picture picture) {
    Arrays.fill(elements, 0);
    int last = picture.positions() - 1;
    for (int position :
        new int[] {0, picture.width() - 1, last / 2, last - picture.width() + 1, last}) {
      elements[picture.at(position)] = 1;
    }
  }

  private static void large(double[] elements, Picture picture) {
    for (int i = 0; i < elements.length; i++) {
      elements[i] = picture.random().nextBoolean() ? LARGEST : -LARGEST;
    }
  }

  private static void subnormal(double[] elements, Picture picture) {
    for (int i = 0; i < elements.length; i++) {
      elements[i] = SUBNORMAL * picture.random().nextGaussian();
    }
  }

  private static void infinite(double[] elements, Picture picture) {
    elements[picture.at(0)] = Double.NEGATIVE_INFINITY;
    elements[picture.at(picture.positions() - 1)] = Double.POSITIVE_INFINITY;
  }

  /// Nothing here cancels, so nothing that becomes of these is excused.
  private static void notNumbers(double[] elements, Picture picture) {
    elements[picture.at(0)] = Double.NaN;
    elements[picture.at(picture.positions() - 1)] = Double.NaN;
  }
}
