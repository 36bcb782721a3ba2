package dev.crease.runtime.kernel;

import java.util.Arrays;

/// Pieces of one array and the places in another to which they are copied, one after the other;
/// neighbours that stay neighbours are one piece.
final class Pieces {
  /// More are not worth their memory.
  static final int MOST = 1 << 14;

  private int[] from = new int[4];
  private int[] to = new int[4];
  private int[] lengths = new int[4];
  private int count;

  void add(int source, int target, int length) {
    int last = count - 1;
    if (count > 0 && from[last] + lengths[last] == source && to[last] + lengths[last] == target) {
      lengths[last] += length;
      return;
    }
    if (count == from.length) {
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    from[count] = source;
    to[count] = target;
    lengths[count++] = length;
  }

  /// Copies all pieces, which are told relative to these offsets.
  void copy(Object x, int xOffset, Object y, int yOffset) {
    for (int i = 0; i < count; i++) {
      Copies.copy(x, xOffset + from[i], 1, y, yOffset + to[i], 1, lengths[i]);
    }
  }
}
