package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.longs;
import static dev.crease.compiler.op.Sample.range;
import static dev.crease.compiler.op.Sample.scalar;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.tensor.AspectPolicy;
import dev.crease.compiler.op.tensor.BitCast;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.CastLike;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.ConstantOfShape;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.EyeLike;
import dev.crease.compiler.op.tensor.Flatten;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.GatherElements;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.op.tensor.NonZero;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Range;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.tensor.ScatterNd;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Size;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.Split;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Unsqueeze;
import dev.crease.compiler.op.tensor.Where;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.NearestMode;
import dev.crease.runtime.plan.PadMode;
import dev.crease.runtime.plan.Resampling;
import dev.crease.runtime.plan.ResizeMode;
import dev.crease.runtime.plan.ScatterFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Shapes, slices, joins, casts, constants.
final class TensorSamples {
  static final List<Sample> ALL = all();

  private TensorSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    Operand x = floats(2, 3, 4, 5);
    samples.add(Sample.of("picture", new Identity(), x));
    samples.add(Sample.of("integers", new Identity(), integers(ElementType.INT64, 4)));
    samples.add(
        Sample.of(
            "numbers",
            new NonZero(),
            tensor(ElementType.FLOAT64, new int[] {2, 3}, 0, 1, -2, 0, Double.NaN, 0.5)));
    samples.add(
        Sample.of(
            "booleans", new NonZero(), tensor(ElementType.BOOL, new int[] {2, 1, 2}, 1, 0, 0, 1)));
    samples.add(
        Sample.of("none", new NonZero(), tensor(ElementType.INT64, new int[] {3}, 0, 0, 0)));
    samples.add(Sample.of("scalar", new NonZero(), tensor(ElementType.INT32, new int[0], 5)));
    samples.add(Sample.of("all", new Shape(), x));
    samples.add(Sample.of("from 1", new Shape(Optional.empty(), 1), x));
    samples.add(Sample.of("negative", new Shape(Optional.of(-1L), -3), x));
    samples.add(Sample.of("beyond", new Shape(Optional.of(10L), -10), x));
    samples.add(Sample.of("empty", new Shape(Optional.of(1L), 3), x));
    samples.add(Sample.of("picture", new Size(), x));
    samples.add(Sample.of("scalar", new Size(), floats()));
    reshapes(samples);
    slices(samples);
    splits(samples);
    casts(samples);
    gathers(samples);
    ranges(samples);
    pads(samples);
    choices(samples);
    resizes(samples);
    scatters(samples);
    gathersOfElements(samples);
    eyes(samples);
    bits(samples);
    samples.add(Sample.of("channels", new Concat(1), x, floats(2, 7, 4, 5), floats(2, 1, 4, 5)));
    samples.add(Sample.of("last axis", new Concat(-1), x, floats(2, 3, 4, 2)));
    samples.add(Sample.of("batch", new Concat(0), x, floats(1, 3, 4, 5)));
    samples.add(Sample.of("vectors", new Concat(0), longs(1, 2), integers(ElementType.INT64, 3)));
    samples.add(Sample.of("reversed", new Transpose(List.of()), floats(2, 3, 4)));
    samples.add(Sample.of("channels last", new Transpose(List.of(0L, 2L, 3L, 1L)), x));
    samples.add(Sample.of("scalar", new Transpose(List.of()), floats()));
    samples.add(Sample.of("same rank", new Expand(), floats(3, 1), longs(3, 4)));
    samples.add(Sample.of("higher rank", new Expand(), floats(3, 1), longs(2, 1, 4)));
    samples.add(Sample.of("lower rank", new Expand(), floats(2, 3, 4), longs(4)));
    samples.add(Sample.of("zeros", ofShape(ElementType.FLOAT32, 0), longs(2, 3)));
    samples.add(Sample.of("integers", ofShape(ElementType.INT64, 7), longs(4)));
    samples.add(Sample.of("scalar", ofShape(ElementType.INT32, -1), longs()));
    return samples;
  }

  private static void eyes(List<Sample> samples) {
    for (int k : new int[] {-2, 0, 1, 7}) {
      Op op = new EyeLike(Optional.empty(), k);
      samples.add(Sample.of("offset " + k, op, floats(3, 4)));
      samples.add(Sample.of("offset of integers " + k, op, integers(ElementType.INT32, 4, 3)));
    }
    Op bools = new EyeLike(Optional.of(ElementType.BOOL), 0);
    Op doubles = new EyeLike(Optional.of(ElementType.FLOAT64), -1);
    samples.add(Sample.of("bool", bools, floats(3, 3)));
    samples.add(Sample.of("float64", doubles, integers(ElementType.UINT8, 2, 5)));
    samples.add(Sample.of("nothing", bools, floats(0, 3)));
  }

  private static void bits(List<Sample> samples) {
    Operand x = floats(3, 4);
    samples.add(Sample.of("float32 to int32", new BitCast(ElementType.INT32), x));
    samples.add(Sample.of("float32 to uint32", new BitCast(ElementType.UINT32), x));
    Operand doubles = tensor(ElementType.FLOAT64, new int[] {3}, 0, 2, -0.0);
    samples.add(Sample.of("float64 to int64", new BitCast(ElementType.INT64), doubles));
    Operand one = tensor(ElementType.INT32, new int[] {2}, 0x3f80_0000, -0x4080_0000);
    samples.add(Sample.of("int32 to float32", new BitCast(ElementType.FLOAT32), one));
    samples.add(Sample.of("int32 to uint32", new BitCast(ElementType.UINT32), one));
    Operand bytes = tensor(ElementType.INT8, new int[] {3}, -1, 0, 2);
    samples.add(Sample.of("int8 to uint8", new BitCast(ElementType.UINT8), bytes));
    samples.add(Sample.of("int8 to bool", new BitCast(ElementType.BOOL), bytes));
    Operand shorts = tensor(ElementType.INT16, new int[] {3}, 0x3c00, -0x4000, 0);
    for (ElementType to : List.of(ElementType.UINT16, ElementType.FLOAT16, ElementType.BFLOAT16)) {
      samples.add(Sample.of("int16 to " + to, new BitCast(to), shorts));
    }
    samples.add(Sample.of("scalar", new BitCast(ElementType.INT32), range(1, 1)));
  }

  private static void gathersOfElements(List<Sample> samples) {
    Operand x = floats(3, 4, 5);
    Operand few = places(new int[] {2, 1, 3}, 0, 2, -1, 1, -3, 2);
    samples.add(Sample.of("first axis", new GatherElements(0), x, few));
    samples.add(Sample.of("middle axis", new GatherElements(1), x, few));
    samples.add(Sample.of("last axis", new GatherElements(-1), x, few));
    Operand numbers = integers(ElementType.INT64, 5);
    Operand two = tensor(ElementType.INT32, new int[] {2}, 4, -5);
    samples.add(Sample.of("numbers", new GatherElements(0), numbers, two));
  }

  private static void scatters(List<Sample> samples) {
    Operand x = floats(3, 4, 5);
    for (ScatterFunction function : ScatterFunction.values()) {
      Op op = new ScatterNd(function);
      Operand rows = places(new int[] {2, 1}, 2, -3);
      samples.add(Sample.of("slices " + function, op, x, rows, floats(2, 4, 5)));
      Operand elements = places(new int[] {4, 3}, 0, 1, 2, -1, -1, -1, 2, 3, 4, 1, 0, 0);
      samples.add(Sample.of("elements " + function, op, x, elements, floats(4)));
    }
    Op assign = new ScatterNd(ScatterFunction.ASSIGN);
    Operand nothing = places(new int[] {0, 2});
    samples.add(Sample.of("nothing", assign, x, nothing, floats(0, 5)));
    samples.add(
        Sample.of(
            "numbers",
            new ScatterNd(ScatterFunction.ADD),
            integers(ElementType.INT64, 5),
            places(new int[] {3, 1}, 4, 0, -1),
            integers(ElementType.INT64, 3)));
  }

  private static Operand places(int[] shape, double... places) {
    return tensor(ElementType.INT64, shape, places);
  }

  private static void resizes(List<Sample> samples) {
    Operand x = floats(2, 5, 4, 7);
    Operand up = scales(1, 1, 2, 1.75f);
    Operand down = scales(1, 1, 0.5f, 0.4f);
    for (CoordinateMode coordinates : CoordinateMode.values()) {
      Operand roi =
          coordinates == CoordinateMode.TF_CROP_AND_RESIZE
              ? scales(0, 0, 0.25f, -0.5f, 1, 1, 0.75f, 1.25f)
              : Operand.ABSENT;
      for (ResizeMode mode : ResizeMode.values()) {
        for (boolean whole : List.of(true, false)) {
          Resampling how =
              new Resampling(
                  mode, coordinates, NearestMode.ROUND_PREFER_FLOOR, -0.75f, !whole, !whole, 9);
          Op op = new Resize(how, List.of(), AspectPolicy.STRETCH);
          String name = mode + " " + coordinates + (whole ? "" : " smoothed");
          samples.add(Sample.of(name + " up", op, x, roi, up));
          samples.add(Sample.of(name + " down", op, x, roi, down));
        }
      }
    }
    for (NearestMode nearest : NearestMode.values()) {
      Resampling how = resampling(ResizeMode.NEAREST, CoordinateMode.HALF_PIXEL, nearest);
      Op op = new Resize(how, List.of(-1L, 2L), AspectPolicy.STRETCH);
      samples.add(Sample.of(nearest + "", op, x, Operand.ABSENT, scales(1.5f, 0.6f)));
    }
    Resampling linear = resampling(ResizeMode.LINEAR, CoordinateMode.HALF_PIXEL, NearestMode.FLOOR);
    Resampling nearest =
        resampling(ResizeMode.NEAREST, CoordinateMode.ASYMMETRIC, NearestMode.FLOOR);
    Operand no = Operand.ABSENT;
    for (AspectPolicy policy : AspectPolicy.values()) {
      Op op = new Resize(linear, List.of(2L, 3L), policy);
      samples.add(Sample.of("sizes " + policy, op, x, no, no, longs(9, 9)));
    }
    Op whole = new Resize(linear, List.of(), AspectPolicy.STRETCH);
    samples.add(Sample.of("line", whole, floats(1, 3, 6), no, scales(1, 1, 2)));
    samples.add(Sample.of("volume", whole, floats(1, 3, 4, 3, 2), no, scales(1, 1, 2, 0.5f, 3)));
    samples.add(Sample.of("channels too", whole, floats(2, 3, 4, 5), no, scales(2, 2, 1, 0.5f)));
    samples.add(Sample.of("vector", whole, floats(6), no, scales(0.7f)));
    samples.add(Sample.of("matrix", whole, floats(3, 4), no, no, longs(5, 2)));
    Resampling corners =
        resampling(ResizeMode.NEAREST, CoordinateMode.ALIGN_CORNERS, NearestMode.CEIL);
    Op aligned = new Resize(corners, List.of(), AspectPolicy.STRETCH);
    samples.add(Sample.of("long line", aligned, floats(1, 1, 50_000), no, no, longs(1, 1, 60_000)));
    Resampling crop =
        new Resampling(
            ResizeMode.LINEAR,
            CoordinateMode.TF_CROP_AND_RESIZE,
            NearestMode.FLOOR,
            -0.75f,
            false,
            false,
            -99);
    Op cropped = new Resize(crop, List.of(), AspectPolicy.STRETCH);
    samples.add(Sample.of("all of it", cropped, floats(11), scales(0, 1), no, longs(15)));
    Resampling floor = resampling(ResizeMode.NEAREST, CoordinateMode.ASYMMETRIC, NearestMode.FLOOR);
    Op kept = new Resize(floor, List.of(), AspectPolicy.NOT_LARGER);
    samples.add(Sample.of("sizes NOT_LARGER by a third", kept, floats(6), no, no, longs(2)));
    Op copies = new Resize(nearest, List.of(), AspectPolicy.STRETCH);
    samples.add(Sample.of("blocks", copies, floats(1, 37, 3, 4), no, scales(1, 1, 2, 2)));
    samples.add(
        Sample.of("integers", copies, integers(ElementType.INT64, 2, 3), no, scales(2, 1.5f)));
    samples.add(Sample.of("integers", whole, integers(ElementType.INT32, 2, 3), no, scales(2, 2)));
  }

  private static Resampling resampling(
      ResizeMode mode, CoordinateMode coordinates, NearestMode nearest) {
    return new Resampling(mode, coordinates, nearest, -0.75f, false, false, 0);
  }

  private static Operand scales(float... scales) {
    double[] values = new double[scales.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = scales[i];
    }
    return tensor(ElementType.FLOAT32, new int[] {values.length}, values).known();
  }

  private static void ranges(List<Sample> samples) {
    Op range = new Range();
    samples.add(Sample.of("known", range, one(0), one(5), one(1)));
    samples.add(Sample.of("down", range, one(9), one(-1), one(-3)));
    samples.add(Sample.of("empty", range, one(3), one(3), one(2)));
    samples.add(Sample.of("wrong way", range, one(3), one(9), one(-2)));
    Operand half = tensor(ElementType.FLOAT32, new int[0], 0.5).known();
    Operand three = tensor(ElementType.FLOAT32, new int[0], 3.2).known();
    samples.add(Sample.of("floats", range, half, three, half));
    samples.add(
        Sample.of("at run time", range, tensor(ElementType.INT64, new int[0], 0), one(4), one(2)));
  }

  private static Operand one(long value) {
    return tensor(ElementType.INT64, new int[0], value).known();
  }

  private static void pads(List<Sample> samples) {
    Operand x = floats(2, 3, 4, 5);
    for (PadMode mode : PadMode.values()) {
      Op pad = new Pad(mode);
      samples.add(Sample.of("picture", pad, x, longs(0, 0, 1, 2, 0, 0, 2, 1)));
      samples.add(Sample.of("every axis", pad, x, longs(1, 2, 3, 4, 1, 0, 2, 3)));
      samples.add(Sample.of("crop", pad, x, longs(0, 0, -1, 2, 0, 0, 1, -2)));
      samples.add(Sample.of("axes", pad, x, longs(1, 2, 3, 1), Operand.ABSENT, longs(-1, 1)));
      samples.add(Sample.of("nothing", pad, x, longs(), Operand.ABSENT, longs()));
      samples.add(Sample.of("vector", pad, integers(ElementType.INT64, 3), longs(2, 4)));
    }
    Op constant = new Pad(PadMode.CONSTANT);
    Operand pads = longs(0, 0, 1, 1, 0, 0, 1, 1);
    samples.add(Sample.of("value", constant, x, pads, scalar(2.5)));
    samples.add(Sample.of("value given", constant, x, pads, range(3, 3)));
    samples.add(Sample.of("scalar", constant, floats(), longs()));
    samples.add(Sample.of("cropped away", constant, floats(2, 3), longs(0, -5, 0, 4)));
    samples.add(
        Sample.of(
            "pads at run time",
            constant,
            floats(3),
            tensor(ElementType.INT64, new int[] {2}, 1, 1)));
  }

  private static void choices(List<Sample> samples) {
    Op where = new Where();
    Operand condition = tensor(ElementType.BOOL, new int[] {2, 1}, 1, 0);
    samples.add(Sample.of("rows", where, condition, floats(2, 3), floats(2, 3)));
    samples.add(Sample.of("all repeat", where, condition, floats(3, 1, 1), floats(4)));
    Operand three = tensor(ElementType.BOOL, new int[] {3}, 0, 1, 1);
    samples.add(Sample.of("known", where, three.known(), longs(1, 2, 3), longs(7)));
    samples.add(Sample.of("scalar", where, three, scalar(1), scalar(2)));
  }

  private static Op ofShape(ElementType type, double value) {
    return new ConstantOfShape(Constant.splat(type, new long[] {1}, value));
  }

  private static void reshapes(List<Sample> samples) {
    Operand x = floats(2, 3, 4, 5);
    Op reshape = new Reshape(false);
    samples.add(Sample.of("rest", reshape, x, longs(0, -1)));
    samples.add(Sample.of("more dimensions", reshape, x, longs(2, 1, 3, 20)));
    samples.add(Sample.of("kept and split", reshape, x, longs(0, 3, 2, 2, -1)));
    samples.add(Sample.of("scalar", reshape, floats(1, 1), longs()));
    samples.add(
        Sample.of(
            "empty",
            new Reshape(true),
            tensor(ElementType.FLOAT32, new int[] {0, 3}),
            longs(3, 0)));
    samples.add(
        Sample.of(
            "shape at run time", reshape, x, tensor(ElementType.INT64, new int[] {2}, 6, -1)));
    samples.add(Sample.of("all ones", new Squeeze(), floats(1, 3, 1, 5)));
    samples.add(Sample.of("one axis", new Squeeze(), floats(1, 3, 1, 5), longs(-2)));
    samples.add(Sample.of("two axes", new Squeeze(), floats(1, 3, 1, 5), longs(2, 0)));
    samples.add(Sample.of("scalar", new Unsqueeze(), floats(), longs(0)));
    samples.add(Sample.of("two axes", new Unsqueeze(), floats(3, 4), longs(-1, 0)));
    samples.add(Sample.of("middle", new Unsqueeze(), floats(3, 4), longs(1)));
    for (long axis : List.of(0L, 1L, 2L, 4L, -1L)) {
      samples.add(Sample.of("axis " + axis, new Flatten(axis), x));
    }
  }

  private static void slices(List<Sample> samples) {
    Operand x = floats(2, 3, 6, 7);
    Op slice = new Slice();
    samples.add(Sample.of("leading axes", slice, x, longs(0, 1), longs(1, 3)));
    samples.add(Sample.of("negative", slice, x, longs(-3), longs(-1), longs(-1)));
    samples.add(Sample.of("open end", slice, x, longs(2), longs(Long.MAX_VALUE), longs(2)));
    samples.add(Sample.of("steps", slice, x, longs(1, 0), longs(6, 100), longs(2, 3), longs(2, 3)));
    samples.add(
        Sample.of("backwards", slice, x, longs(-1), longs(Integer.MIN_VALUE), longs(3), longs(-1)));
    samples.add(Sample.of("backwards in steps", slice, x, longs(5), longs(0), longs(3), longs(-2)));
    samples.add(
        Sample.of("backwards from before", slice, x, longs(-9), longs(-99), longs(3), longs(-1)));
    samples.add(
        Sample.of(
            "backwards in nothing", slice, floats(2, 0), longs(5), longs(-9), longs(1), longs(-1)));
    samples.add(Sample.of("start beyond", slice, x, longs(9), longs(20), longs(3)));
    samples.add(Sample.of("all but the last", slice, x, longs(0), longs(-1), longs(3)));
    samples.add(Sample.of("of integers", slice, longs(3, 4, 5, 6), longs(1), longs(3)));
  }

  private static void splits(List<Sample> samples) {
    Operand x = floats(2, 3, 6, 7);
    samples.add(
        Sample.of("lengths", new Split(1, OptionalLong.empty()), x, longs(2, 0, 1)).withOutputs(3));
    samples.add(Sample.of("even", new Split(-2, OptionalLong.of(3)), x).withOutputs(3));
    samples.add(Sample.of("shorter last", new Split(3, OptionalLong.of(2)), x).withOutputs(2));
    samples.add(Sample.of("empty last", new Split(3, OptionalLong.of(6)), x).withOutputs(6));
    samples.add(Sample.of("one part", new Split(0, OptionalLong.of(1)), x));
    samples.add(
        Sample.of("of integers", new Split(0, OptionalLong.empty()), longs(3, 4, 5), longs(1, 2))
            .withOutputs(2));
  }

  private static void casts(List<Sample> samples) {
    Operand x = floats(3, 7);
    for (ElementType type :
        List.of(ElementType.INT32, ElementType.INT8, ElementType.BOOL, ElementType.FLOAT64)) {
      samples.add(Sample.of("f32 to " + type, new Cast(type), x));
    }
    samples.add(
        Sample.of(
            "to u8",
            new Cast(ElementType.UINT8),
            tensor(ElementType.INT32, new int[] {5}, -1, 255, 256, -300, 7)));
    samples.add(Sample.of("to f32", new Cast(ElementType.FLOAT32), integers(ElementType.INT64, 5)));
    samples.add(
        Sample.of(
            "of booleans",
            new Cast(ElementType.INT64),
            tensor(ElementType.BOOL, new int[] {3}, 1, 0, 1)));
    CastLike like = new CastLike("up", true);
    for (ElementType type : List.of(ElementType.INT64, ElementType.UINT8, ElementType.BOOL)) {
      samples.add(Sample.of("f32 like " + type, like, x, tensor(type, new int[] {1}, 1)));
    }
    samples.add(Sample.of("like itself", like, x, scalar(1)));
    samples.add(Sample.of("like nothing", like, integers(ElementType.INT8, 2, 3), floats(0)));
  }

  private static void gathers(List<Sample> samples) {
    Operand x = floats(2, 5, 4);
    samples.add(Sample.of("rows", new Gather(0), x, longs(1, 0, 1)));
    samples.add(Sample.of("negative", new Gather(1), x, longs(-1, 2)));
    samples.add(
        Sample.of(
            "scalar index", new Gather(1), x, tensor(ElementType.INT64, new int[0], 3).known()));
    samples.add(
        Sample.of(
            "matrix of indices",
            new Gather(-1),
            x,
            tensor(ElementType.INT32, new int[] {2, 2}, 0, 1, 3, -4)));
    samples.add(Sample.of("of integers", new Gather(0), longs(7, 8, 9), longs(2, 0)));
  }
}
