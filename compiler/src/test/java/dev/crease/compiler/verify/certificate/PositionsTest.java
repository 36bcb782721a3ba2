package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the checker reads of operators against what the interpreter does, on random nodes.
class PositionsTest {
  private static final long[] EXTREMES = {
    Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, -1
  };

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  /// One node, its operand, and what it gives.
  private record Applied(Graph graph, DoubleTensor x) {
    static Applied of(
        String operator,
        Attributes attributes,
        int[] shape,
        int results,
        List<Optional<Constant>> more) {
      GraphBuilder builder = new GraphBuilder("one");
      long[] dims = Arrays.stream(shape).asLongStream().toArray();
      Value x = builder.input("x", TensorType.of(ElementType.FLOAT64, dims));
      List<Value> operands = new ArrayList<>(List.of(x));
      for (Optional<Constant> each : more) {
        operands.add(
            each.map(constant -> builder.constant(builder.freshName("c"), constant))
                .orElse(Value.ABSENT));
      }
      List<String> names = IntStream.range(0, results).mapToObj(i -> "y" + i).toList();
      builder
          .add("node", Operators.find(operator).orElseThrow().create(attributes), operands, names)
          .forEach(builder::output);
      int count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      double[] data = IntStream.rangeClosed(1, count).asDoubleStream().toArray();
      return new Applied(builder.build(), new DoubleTensor(ElementType.FLOAT64, shape, data));
    }

    Positions positions() {
      return new Positions(graph.nodes().getFirst(), graph);
    }

    DoubleTensor result(int i, DoubleTensor of) {
      return Interpreter.run(graph, Map.of("x", of)).get("y" + i);
    }
  }

  private static Optional<Constant> longs(long... values) {
    return Optional.of(Constant.ofLongs(values));
  }

  private static int[] shape(Random random, int least) {
    return random.ints(1 + random.nextInt(3), least, 6).toArray();
  }

  /// Some axes in any order, some of them counted from the end.
  private static long[] someAxes(Random random, int rank) {
    List<Long> all = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
    Collections.shuffle(all, random);
    return all.subList(0, 1 + random.nextInt(rank)).stream()
        .mapToLong(axis -> random.nextBoolean() ? axis : axis - rank)
        .toArray();
  }

  private static long bound(Random random) {
    return random.nextInt(4) == 0 ? EXTREMES[random.nextInt(6)] : random.nextInt(17) - 8;
  }

  private static long step(Random random) {
    long step = random.nextInt(5) == 0 ? EXTREMES[random.nextInt(4)] : random.nextInt(7) - 3;
    return step == 0 ? 1 : step;
  }

  /// The element at a position of a row-major tensor.
  private static double at(DoubleTensor x, int... position) {
    int index = 0;
    for (int axis = 0; axis < position.length; axis++) {
      index = index * x.dim(axis) + position[axis];
    }
    return x.data()[index];
  }

  private static int[] position(int index, int[] shape) {
    int[] position = new int[shape.length];
    int rest = index;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      position[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return position;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void slices(int seed) {
    Random random = new Random(seed);
    int[] shape = shape(random, 0);
    boolean named = random.nextBoolean();
    long[] axes =
        named ? someAxes(random, shape.length) : new long[1 + random.nextInt(shape.length)];
    long[] starts = LongStream.generate(() -> bound(random)).limit(axes.length).toArray();
    long[] ends = LongStream.generate(() -> bound(random)).limit(axes.length).toArray();
    long[] steps = LongStream.generate(() -> step(random)).limit(axes.length).toArray();
    Applied slice =
        Applied.of(
            "Slice",
            Attributes.NONE,
            shape,
            1,
            List.of(
                longs(starts),
                longs(ends),
                named ? longs(axes) : Optional.empty(),
                random.nextBoolean() ? longs(steps) : Optional.empty()));
    DoubleTensor y = slice.result(0, slice.x());
    int[][] places = new int[shape.length][];
    for (int axis = 0; axis < shape.length; axis++) {
      places[axis] = slice.positions().sliced(axis).orElseThrow();
      assertThat(y.dim(axis)).isEqualTo(places[axis].length);
    }
    for (int i = 0; i < y.data().length; i++) {
      int[] position = position(i, y.shape());
      Arrays.setAll(position, axis -> places[axis][position[axis]]);
      assertThat(y.data()[i]).isEqualTo(at(slice.x(), position));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void splits(int seed) {
    Random random = new Random(seed);
    int[] shape = shape(random, 1);
    int axis = random.nextInt(shape.length);
    shape[axis] += 5;
    int count = 1 + random.nextInt(4);
    boolean told = random.nextBoolean();
    long[] lengths = random.longs(count, 0, 2).toArray();
    lengths[0] += shape[axis] - Arrays.stream(lengths).sum();
    Attributes attributes =
        Attributes.NONE.with("axis", random.nextBoolean() ? axis : axis - shape.length);
    Applied split =
        told
            ? Applied.of("Split", attributes, shape, count, List.of(longs(lengths)))
            : Applied.of("Split", attributes.with("num_outputs", count), shape, count, List.of());
    long[] bounds = split.positions().parts().orElseThrow();
    assertThat(bounds).hasSize(count + 1).startsWith(0).endsWith(shape[axis]);
    for (int part = 0; part < count; part++) {
      DoubleTensor y = split.result(part, split.x());
      assertThat(y.dim(axis)).isEqualTo((int) (bounds[part + 1] - bounds[part]));
      for (int i = 0; i < y.data().length; i++) {
        int[] position = position(i, y.shape());
        position[axis] += (int) bounds[part];
        assertThat(y.data()[i]).isEqualTo(at(split.x(), position));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void pads(int seed) {
    Random random = new Random(seed);
    int[] shape = shape(random, 2);
    int rank = shape.length;
    boolean named = random.nextBoolean();
    long[] axes = named ? someAxes(random, rank) : new long[rank];
    long[] given = random.longs(2L * axes.length, -1, 3).toArray();
    Applied pad =
        Applied.of(
            "Pad",
            Attributes.NONE,
            shape,
            1,
            List.of(longs(given), Optional.empty(), named ? longs(axes) : Optional.empty()));
    List<Long> padding = pad.positions().padding().orElseThrow();
    assertThat(padding).hasSize(2 * rank);
    DoubleTensor y = pad.result(0, pad.x());
    for (int axis = 0; axis < rank; axis++) {
      assertThat(pad.positions().isUnpadded(axis))
          .isEqualTo(padding.get(axis) == 0 && padding.get(axis + rank) == 0);
      assertThat((long) y.dim(axis))
          .isEqualTo(shape[axis] + padding.get(axis) + padding.get(axis + rank));
    }
    for (int i = 0; i < y.data().length; i++) {
      int[] position = position(i, y.shape());
      boolean inside = true;
      for (int axis = 0; axis < rank; axis++) {
        position[axis] -= Math.toIntExact(padding.get(axis));
        inside &= position[axis] >= 0 && position[axis] < shape[axis];
      }
      assertThat(y.data()[i]).isEqualTo(inside ? at(pad.x(), position) : 0);
    }
  }

  /// An axis that is left as it is: what is at one place along it depends on that place alone.
  @ParameterizedTest
  @MethodSource("seeds")
  void resizes(int seed) {
    Random random = new Random(seed);
    int[] shape = random.ints(2, 2, 5).toArray();
    String coordinates =
        List.of("half_pixel", "asymmetric", "align_corners", "half_pixel_symmetric")
            .get(random.nextInt(4));
    String mode = List.of("nearest", "linear", "cubic").get(random.nextInt(3));
    Attributes attributes =
        Attributes.NONE.with("coordinate_transformation_mode", coordinates).with("mode", mode);
    boolean named = random.nextBoolean();
    long[] axes = named ? someAxes(random, 2) : new long[] {0, 1};
    attributes = named ? attributes.with("axes", Arrays.stream(axes).boxed().toList()) : attributes;
    boolean scaled = random.nextBoolean();
    float[] scales = new float[axes.length];
    long[] sizes = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      int axis = Math.floorMod((int) axes[i], 2);
      scales[i] = new float[] {1, 1, 2, 0.5f}[random.nextInt(4)];
      sizes[i] = shape[axis] + random.nextInt(2);
    }
    Optional<Constant> byScales = Optional.of(Constant.of(Tensor.of(scales, scales.length)));
    Applied resize =
        Applied.of(
            "Resize",
            attributes,
            shape,
            1,
            scaled
                ? List.of(Optional.empty(), byScales)
                : List.of(Optional.empty(), Optional.empty(), longs(sizes)));
    boolean[] changed = new boolean[2];
    for (int i = 0; i < axes.length; i++) {
      int axis = Math.floorMod((int) axes[i], 2);
      changed[axis] = scaled ? scales[i] != 1 : sizes[i] != shape[axis];
    }
    for (int axis = 0; axis < 2; axis++) {
      assertThat(resize.positions().isUnresized(axis)).isNotEqualTo(changed[axis]);
      if (!changed[axis]) {
        assertDependsOnItsPlaceAlone(resize, axis);
      }
    }
  }

  private static void assertDependsOnItsPlaceAlone(Applied applied, int axis) {
    DoubleTensor y = applied.result(0, applied.x());
    int[] shape = applied.x().shape();
    assertThat(y.dim(axis)).isEqualTo(shape[axis]);
    for (int place = 0; place < shape[axis]; place++) {
      DoubleTensor same = DoubleTensor.zeros(ElementType.FLOAT64, shape);
      for (int i = 0; i < same.data().length; i++) {
        int[] position = position(i, shape);
        position[axis] = place;
        same.data()[i] = at(applied.x(), position);
      }
      DoubleTensor other = applied.result(0, same);
      for (int i = 0; i < y.data().length; i++) {
        if (position(i, y.shape())[axis] == place) {
          assertThat(y.data()[i]).isEqualTo(other.data()[i]);
        }
      }
    }
  }

  /// Only a region, or one scale for all axes, leaves no axis.
  @ParameterizedTest
  @CsvSource({
    "coordinate_transformation_mode, tf_crop_and_resize",
    "keep_aspect_ratio_policy, not_larger"
  })
  void whatMayReadOtherPlacesLeavesNoAxis(String attribute, String value) {
    Applied resize =
        Applied.of(
            "Resize",
            Attributes.NONE.with(attribute, value),
            new int[] {2, 4},
            1,
            List.of(
                Optional.of(Constant.of(Tensor.of(new float[] {0, 0, 1, 1}, 4))),
                Optional.empty(),
                longs(2, 4)));
    assertThat(resize.positions().isUnresized(0)).isFalse();
    assertThat(resize.positions().isUnresized(1)).isFalse();
  }
}
