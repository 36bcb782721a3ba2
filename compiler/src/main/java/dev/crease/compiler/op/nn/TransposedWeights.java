package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The weights `(C, M / group, taps...)` of a transposed convolution as those of the convolutions
/// that compute its phases, `(M, C / group, chosen taps...)`: rearranged now if they are a
/// constant, else by instructions.
final class TransposedWeights {
  private final Value weights;
  private final TensorType type;
  private final ScatteredWindow window;
  private final Dim channels;
  private final Dim maps;
  private final int group;
  private final Lowering to;
  private int turned = Instruction.ABSENT;

  TransposedWeights(Value weights, ScatteredWindow window, int group, Lowering to) {
    this.weights = weights;
    this.window = window;
    this.group = group;
    this.to = to;
    type = weights.type();
    channels = type.dim(0).floorDiv(Dim.of(group));
    maps = type.dim(1);
  }

  /// Whether each channel has weights of its own.
  boolean depthwise() {
    return group > 1 && channels.is(1) && maps.is(1);
  }

  /// The slot of a phase's weights, packed for its convolution.
  ///
  /// @param taps for each axis the taps in the order in which the convolution reads, which are
  ///   equally far apart
  int packed(List<List<Integer>> taps) {
    Layout packing = depthwise() ? Layout.DEPTHWISE_WEIGHTS : Layout.CONV_WEIGHTS;
    int packedGroup = depthwise() ? 1 : group;
    List<Dim> dims = taps.stream().map(line -> Dim.of(line.size())).toList();
    TensorType phase = typeOf(dims, maps.times(group), channels);
    Optional<Constant> constant = to.graph().constant(weights);
    if (constant.isPresent()) {
      int[] places = places(taps);
      Constant all = constant.get();
      long[] shape = phase.knownDims().orElseThrow();
      Constant chosen = Constant.derived(type.element(), shape, () -> select(all, places));
      return to.weights(chosen, packing, packedGroup);
    }
    int part = to.temporary(phase, Layout.PLAIN);
    to.emit(slice(taps, part));
    return pack(part, phase, packing, packedGroup);
  }

  private int pack(int x, TensorType phase, Layout packing, int packedGroup) {
    int packed = to.temporary(phase, packing);
    to.emit(new Instruction.Pack(x, packed, packedGroup));
    return packed;
  }

  /// Where the chosen taps stand in a kernel, in row-major order.
  private int[] places(List<List<Integer>> taps) {
    List<Integer> places = List.of(0);
    for (int axis = 0; axis < taps.size(); axis++) {
      int kernel = window.kernel(axis);
      List<Integer> longer = new ArrayList<>();
      for (int place : places) {
        for (int tap : taps.get(axis)) {
          longer.add(place * kernel + tap);
        }
      }
      places = longer;
    }
    return places.stream().mapToInt(Integer::intValue).toArray();
  }

  private double[] select(Constant constant, int[] places) {
    double[] all = constant.doubles();
    int inputs = (int) constant.dims()[0] / group;
    int outputs = (int) constant.dims()[1];
    int kernel = all.length / Math.max(1, inputs * group * outputs);
    double[] chosen = new double[outputs * group * inputs * places.length];
    int at = 0;
    for (int map = 0; map < outputs * group; map++) {
      for (int c = 0; c < inputs; c++) {
        int plane = ((map / outputs * inputs + c) * outputs + map % outputs) * kernel;
        for (int place : places) {
          chosen[at++] = all[plane + place];
        }
      }
    }
    return chosen;
  }

  private Instruction.Slice slice(List<List<Integer>> taps, int part) {
    List<Extent> starts = new ArrayList<>(List.of(Extent.of(0), Extent.of(0)));
    List<Extent> steps = new ArrayList<>(List.of(Extent.of(1), Extent.of(1)));
    for (List<Integer> line : taps) {
      starts.add(Extent.of(line.getFirst()));
      steps.add(Extent.of(line.size() == 1 ? 1 : line.get(1) - line.get(0)));
    }
    return new Instruction.Slice(turned(), part, starts, steps);
  }

  /// All weights as `(M, C / group, taps...)`.
  private int turned() {
    if (turned != Instruction.ABSENT) {
      return turned;
    }
    List<Dim> taps =
        IntStream.range(0, window.rank()).mapToObj(axis -> Dim.of(window.kernel(axis))).toList();
    int split = temporary(taps, Dim.of(group), channels, maps);
    to.emit(new Instruction.Reshape(to.read(weights, Layout.PLAIN), split));
    int exchanged = temporary(taps, Dim.of(group), maps, channels);
    List<Integer> permutation = new ArrayList<>(List.of(0, 2, 1));
    for (int axis = 0; axis < taps.size(); axis++) {
      permutation.add(3 + axis);
    }
    to.emit(new Instruction.Transpose(split, exchanged, permutation));
    turned = temporary(taps, maps.times(group), channels);
    to.emit(new Instruction.Reshape(exchanged, turned));
    return turned;
  }

  private int temporary(List<Dim> taps, Dim... leading) {
    return to.temporary(typeOf(taps, leading), Layout.PLAIN);
  }

  private TensorType typeOf(List<Dim> taps, Dim... leading) {
    List<Dim> dims = new ArrayList<>(List.of(leading));
    dims.addAll(taps);
    return type.withDims(dims);
  }
}
