package dev.crease.runtime.kernel;

import java.util.Arrays;
import java.util.Random;

/// Blocked tensors for tests, with whatever halo, and seeded numbers to fill them.
final class Pixels {
  static final int[] NO_HALO = {0, 0, 0};

  private Pixels() {}

  static float[] random(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  /// An empty tensor in an array with NaN around and zeros in the halo.
  static Blocked empty(int lanes, int[] shape, int[] before, int[] after) {
    int row = (before[2] + shape[4] + after[2]) * lanes;
    int plane = (before[1] + shape[3] + after[1]) * row;
    int block = (before[0] + shape[2] + after[0]) * plane;
    int image = Math.ceilDiv(shape[1], lanes) * block;
    int margin = 3;
    float[] array = new float[shape[0] * image + 2 * margin];
    Arrays.fill(array, 0, margin, Float.NaN);
    Arrays.fill(array, array.length - margin, array.length, Float.NaN);
    int offset = margin + before[0] * plane + before[1] * row + before[2] * lanes;
    return new Blocked(
        array, offset, lanes, shape[0], shape[1], shape[2], shape[3], shape[4], image, block, plane,
        row, before, after);
  }

  /// A tensor holding `(N, C, D, H, W)` elements.
  static Blocked of(int lanes, int[] shape, float[] plain, int[] before, int[] after) {
    Blocked tensor = empty(lanes, shape, before, after);
    int i = 0;
    for (int n = 0; n < shape[0]; n++) {
      for (int c = 0; c < shape[1]; c++) {
        for (int d = 0; d < shape[2]; d++) {
          for (int h = 0; h < shape[3]; h++) {
            for (int w = 0; w < shape[4]; w++) {
              tensor.array()[index(tensor, n, c, d, h, w)] = plain[i++];
            }
          }
        }
      }
    }
    return tensor;
  }

  /// The elements as `(N, C, D, H, W)`.
  static float[] plain(Blocked tensor) {
    float[] plain = new float[tensor.batch() * tensor.channels() * tensor.pixels()];
    int i = 0;
    for (int n = 0; n < tensor.batch(); n++) {
      for (int c = 0; c < tensor.channels(); c++) {
        for (int d = 0; d < tensor.depth(); d++) {
          for (int h = 0; h < tensor.height(); h++) {
            for (int w = 0; w < tensor.width(); w++) {
              plain[i++] = tensor.array()[index(tensor, n, c, d, h, w)];
            }
          }
        }
      }
    }
    return plain;
  }

  private static int index(Blocked x, int n, int c, int d, int h, int w) {
    return x.offset()
        + n * x.batchStride()
        + c / x.lanes() * x.blockStride()
        + d * x.depthStride()
        + h * x.rowStride()
        + w * x.lanes()
        + c % x.lanes();
  }

  /// The largest magnitude in lanes that stand for no channel.
  static float tail(Blocked x) {
    float worst = 0;
    int padded = x.blocks() * x.lanes();
    for (int n = 0; n < x.batch(); n++) {
      for (int c = x.channels(); c < padded; c++) {
        for (int d = 0; d < x.depth(); d++) {
          for (int h = 0; h < x.height(); h++) {
            for (int w = 0; w < x.width(); w++) {
              worst = Math.max(worst, Math.abs(x.array()[index(x, n, c, d, h, w)]));
            }
          }
        }
      }
    }
    return worst;
  }

  /// Runs all tasks of a kernel, in two halves, the second first.
  static void run(Kernel kernel) {
    int tasks = kernel.tasks();
    kernel.run(tasks / 2, tasks);
    kernel.run(0, tasks / 2);
  }
}
