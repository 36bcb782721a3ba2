package dev.crease.runtime.exec;

import dev.crease.runtime.MemoryUse;
import dev.crease.runtime.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Where each slot lies in the arena of its [Storage], for one set of shapes.
final class MemoryPlan {
  private static final int ALIGNMENT_BYTES = 64;
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;
  private static final long BASE_HEAP_BYTES = 24L << 20;
  private static final long REGION_BYTES = 1L << 20;
  private static final long OBJECT_HEADER_BYTES = 16;

  private final BoundShapes shapes;
  private final SharedStorage shared;
  private final Halos halos;
  private final long[] offsets;
  private final Map<Storage, Long> lengths = new EnumMap<>(Storage.class);
  private final long lowerBoundBytes;

  /// @param constants slots that have arrays of their own
  MemoryPlan(Timeline timeline, BoundShapes shapes, BitSet constants) {
    int slots = shapes.program().slots().size();
    this.shapes = shapes;
    this.halos = new Halos(timeline, shapes, slots);
    this.shared = new SharedStorage(shapes.program(), timeline, shapes, constants, halos);
    this.offsets = new long[slots];
    Map<Storage, List<Integer>> roots = new EnumMap<>(Storage.class);
    for (int slot = 0; slot < slots; slot++) {
      boolean used = timeline.begin(slot) != Integer.MAX_VALUE && !constants.get(slot);
      if (used && !shared.isRoot(slot)) {
        halos.widen(shared.root(slot), slot);
      } else if (used) {
        roots.computeIfAbsent(storage(slot), _ -> new ArrayList<>()).add(slot);
      }
    }
    roots.forEach(this::pack);
    lowerBoundBytes = lowerBound(roots, timeline.events().size());
  }

  private void pack(Storage storage, List<Integer> roots) {
    List<ArenaPacker.Interval> intervals = roots.stream().map(this::interval).toList();
    var packer = new ArenaPacker(intervals, ALIGNMENT_BYTES / bytes(storage));
    for (int i = 0; i < roots.size(); i++) {
      offsets[roots.get(i)] = packer.offset(i);
    }
    if (packer.length() > MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          "with these input shapes, %d %s elements would be live at once, more than an array holds;"
                  .formatted(packer.length(), storage)
              + " run smaller inputs");
    }
    lengths.put(storage, packer.length());
  }

  private ArenaPacker.Interval interval(int root) {
    return new ArenaPacker.Interval(length(root), shared.begin(root), shared.end(root));
  }

  private long lowerBound(Map<Storage, List<Integer>> roots, int positions) {
    List<ArenaPacker.Interval> intervals = new ArrayList<>();
    roots.forEach(
        (storage, slots) -> {
          for (int slot : slots) {
            var interval = interval(slot);
            intervals.add(
                new ArenaPacker.Interval(
                    interval.length() * bytes(storage), interval.begin(), interval.end()));
          }
        });
    return ArenaPacker.lowerBound(intervals, positions);
  }

  /// Elements of a slot's memory if it is a root, its halo included.
  ///
  /// @throws IllegalArgumentException if an array cannot hold them
  int length(int slot) {
    return switch (shapes.slot(slot).layout()) {
      case PLAIN, CONV_WEIGHTS, DEPTHWISE_WEIGHTS, GEMM_WEIGHTS -> shapes.length(slot);
      case BLOCKED, PLANES -> blockedLength(slot);
      case SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE ->
          throw new IllegalArgumentException("slot %d is no tensor".formatted(slot));
    };
  }

  private int blockedLength(int slot) {
    int[] picture = shapes.picture(slot);
    long length = (long) shapes.of(slot)[0] * shapes.blocks(slot);
    for (int i = 0; i < 3; i++) {
      long padded = (long) halos.before(slot)[i] + picture[i] + halos.after(slot)[i];
      length = bounded(length, padded, slot);
    }
    return (int) bounded(length, shapes.lanes(slot), slot);
  }

  private long bounded(long length, long factor, int slot) {
    if (factor > 0 && length > MOST_ELEMENTS / factor) {
      throw new IllegalArgumentException(
          "with these input shapes, %s%s with the padding around it has more elements than an array"
                  .formatted(shapes.name(slot), Arrays.toString(shapes.of(slot)))
              + " holds; run smaller inputs");
    }
    return length * factor;
  }

  private Storage storage(int slot) {
    return shapes.slot(slot).type().storage();
  }

  SharedStorage shared() {
    return shared;
  }

  Halos halos() {
    return halos;
  }

  /// Where the root of a slot begins in its arena.
  int rootOffset(int slot) {
    return (int) offsets[shared.root(slot)];
  }

  /// Elements of an arena.
  int length(Storage storage) {
    return lengths.getOrDefault(storage, 0L).intValue();
  }

  /// @param constantSizes of the program's constants in bytes
  MemoryUse use(List<Long> constantSizes) {
    List<Long> arenaSizes = new ArrayList<>();
    for (Storage storage : Storage.values()) {
      arenaSizes.add((long) length(storage) * bytes(storage));
    }
    long heap = BASE_HEAP_BYTES;
    for (List<Long> sizes : List.of(constantSizes, arenaSizes)) {
      heap += sizes.stream().mapToLong(MemoryPlan::heapBytes).sum();
    }
    return new MemoryUse(sum(constantSizes), sum(arenaSizes), lowerBoundBytes, heap);
  }

  /// What a session needs before anything is bound.
  static MemoryUse constantsOnly(List<Long> constantSizes) {
    long heap = BASE_HEAP_BYTES + constantSizes.stream().mapToLong(MemoryPlan::heapBytes).sum();
    return new MemoryUse(sum(constantSizes), 0, 0, heap);
  }

  /// What a session needs for one more section beside others with the same constants.
  static MemoryUse beside(MemoryUse others, MemoryUse section) {
    return new MemoryUse(
        others.constantBytes(),
        others.arenaBytes() + section.arenaBytes(),
        Math.max(others.lowerBoundBytes(), section.lowerBoundBytes()),
        others.heapBytes() + section.arenaBytes());
  }

  /// What a session needs whose kernels work in so much memory besides.
  static MemoryUse with(MemoryUse use, long workingBytes) {
    return new MemoryUse(
        use.constantBytes(),
        use.arenaBytes(),
        use.lowerBoundBytes(),
        use.heapBytes() + workingBytes);
  }

  private static long sum(List<Long> sizes) {
    return sizes.stream().mapToLong(Long::longValue).sum();
  }

  /// What an array takes of a heap whose collector gives large objects whole regions.
  private static long heapBytes(long arrayBytes) {
    return arrayBytes < REGION_BYTES / 2
        ? arrayBytes
        : Math.ceilDiv(arrayBytes + OBJECT_HEADER_BYTES, REGION_BYTES) * REGION_BYTES;
  }

  /// Bytes of one element in memory; a string's is that of its reference.
  static int bytes(Storage storage) {
    return switch (storage) {
      case FLOAT, INT, OBJECT -> 4;
      case DOUBLE, LONG -> 8;
      case SHORT -> 2;
      case BYTE -> 1;
    };
  }
}
