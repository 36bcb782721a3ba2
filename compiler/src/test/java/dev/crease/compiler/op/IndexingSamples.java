package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.longs;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.tensor.CenterCropPad;
import dev.crease.compiler.op.tensor.Compress;
import dev.crease.compiler.op.tensor.DepthToSpace;
import dev.crease.compiler.op.tensor.GatherNd;
import dev.crease.compiler.op.tensor.NonZero;
import dev.crease.compiler.op.tensor.OneHot;
import dev.crease.compiler.op.tensor.ReverseSequence;
import dev.crease.compiler.op.tensor.ScatterElements;
import dev.crease.compiler.op.tensor.SpaceToDepth;
import dev.crease.compiler.op.tensor.TensorScatter;
import dev.crease.compiler.op.tensor.Tile;
import dev.crease.compiler.op.tensor.Trilu;
import dev.crease.compiler.op.tensor.Unique;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.ScatterFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Elements chosen, placed, repeated and counted.
final class IndexingSamples {
  static final List<Sample> ALL = all();

  private IndexingSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    gathers(samples);
    scatters(samples);
    caches(samples);
    triangles(samples);
    tiles(samples);
    blocks(samples);
    sequences(samples);
    oneHots(samples);
    crops(samples);
    sizedByData(samples);
    return samples;
  }

  private static Operand places(int[] shape, double... places) {
    return tensor(ElementType.INT64, shape, places);
  }

  private static Operand booleans(int[] shape, double... values) {
    return tensor(ElementType.BOOL, shape, values);
  }

  private static void gathers(List<Sample> samples) {
    Operand x = floats(3, 4, 5);
    Op first = new GatherNd(0);
    samples.add(Sample.of("elements", first, x, places(new int[] {2, 3}, 0, 1, 2, -1, -4, -5)));
    samples.add(Sample.of("slices", first, x, places(new int[] {1, 2, 2}, 0, 1, -1, 3)));
    samples.add(Sample.of("whole", first, x, places(new int[] {2, 0})));
    samples.add(Sample.of("nothing", first, x, places(new int[] {0, 2})));
    samples.add(
        Sample.of("batches", new GatherNd(1), x, places(new int[] {3, 2, 1}, 0, 1, -1, -2, 3, 3)));
    samples.add(
        Sample.of(
            "two batch axes",
            new GatherNd(2),
            floats(2, 2, 3),
            places(new int[] {2, 2, 1}, 0, 2, -1, 1)));
    samples.add(
        Sample.of(
            "bytes", first, integers(ElementType.UINT8, 4, 2), places(new int[] {2, 1}, 3, 0)));
  }

  private static void scatters(List<Sample> samples) {
    Operand x = floats(3, 4, 5);
    int[] few = {2, 3, 4};
    double[] at = new double[24];
    for (int i = 0; i < at.length; i++) {
      at[i] = i % 5 - 2;
    }
    for (ScatterFunction function : ScatterFunction.values()) {
      for (long axis : List.of(0L, 1L, -1L)) {
        Op op = new ScatterElements(axis, function);
        String name = function + " along " + axis;
        samples.add(Sample.of(name, op, x, places(few, at), floats(few)));
        if (function != ScatterFunction.ASSIGN) {
          Operand same = tensor(ElementType.INT32, few, new double[24]);
          samples.add(Sample.of(name + " in one place", op, x, same, floats(few)));
        }
      }
      for (ElementType type : List.of(ElementType.INT64, ElementType.UINT8)) {
        Operand two = places(new int[] {4}, 4, 0, -1, 0);
        Op op = new ScatterElements(0, function);
        samples.add(
            Sample.of(function + " of " + type, op, integers(type, 5), two, integers(type, 4)));
      }
    }
    Op assign = new ScatterElements(0, ScatterFunction.ASSIGN);
    samples.add(Sample.of("nothing", assign, floats(3, 2), places(new int[] {0, 2}), floats(0, 2)));
    Operand flags = booleans(new int[] {3}, 0, 0, 1);
    Operand change = booleans(new int[] {2}, 1, 0);
    samples.add(Sample.of("booleans", assign, flags, places(new int[] {2}, 0, 2), change));
  }

  private static void caches(List<Sample> samples) {
    Operand cache = floats(2, 3, 6, 4);
    Operand update = floats(2, 3, 2, 4);
    samples.add(Sample.of("from 0", new TensorScatter(-2, false), cache, update));
    samples.add(
        Sample.of(
            "linear", new TensorScatter(-2, false), cache, update, places(new int[] {2}, 4, 1)));
    samples.add(
        Sample.of(
            "circular", new TensorScatter(2, true), cache, update, places(new int[] {2}, 5, 13)));
    Operand last = floats(2, 3, 6, 3);
    samples.add(
        Sample.of(
            "last axis", new TensorScatter(3, true), cache, last, places(new int[] {2}, 2, 0)));
    samples.add(
        Sample.of(
            "bytes",
            new TensorScatter(1, false),
            integers(ElementType.UINT8, 2, 4),
            integers(ElementType.UINT8, 2, 1),
            places(new int[] {2}, 3, 0)));
  }

  private static void triangles(List<Sample> samples) {
    for (boolean upper : List.of(true, false)) {
      String part = upper ? "upper" : "lower";
      Op op = new Trilu(upper);
      samples.add(Sample.of(part, op, floats(4, 5)));
      samples.add(Sample.of(part + " of several", op, floats(2, 3, 5, 3)));
      for (int k : new int[] {-9, -2, 1, 3, 9}) {
        Operand diagonal = places(new int[0], k);
        samples.add(Sample.of(part + " from " + k, op, floats(2, 4, 3), diagonal));
        samples.add(
            Sample.of(
                part + " of integers from " + k,
                op,
                integers(ElementType.INT64, 3, 4),
                diagonal.known()));
      }
      samples.add(Sample.of(part + " of nothing", op, floats(3, 0)));
      samples.add(Sample.of(part + " of no rows", op, floats(0, 3), longs(1)));
      samples.add(Sample.of(part + " of booleans", op, booleans(new int[] {2, 2}, 1, 1, 1, 1)));
    }
  }

  private static void tiles(List<Sample> samples) {
    Op op = new Tile();
    samples.add(Sample.of("matrix", op, floats(2, 3), longs(3, 2)));
    samples.add(Sample.of("picture", op, floats(1, 3, 2, 4), longs(2, 1, 3, 1)));
    samples.add(Sample.of("vector", op, floats(4), longs(3)));
    samples.add(Sample.of("scalar", op, floats(), longs()));
    samples.add(Sample.of("nothing", op, floats(2, 3), longs(0, 2)));
    samples.add(Sample.of("of nothing", op, floats(2, 0), longs(3, 2)));
    samples.add(Sample.of("integers", op, integers(ElementType.INT16, 2, 2), longs(2, 2)));
  }

  private static void blocks(List<Sample> samples) {
    for (boolean columnsFirst : List.of(false, true)) {
      String mode = columnsFirst ? "CRD" : "DCR";
      samples.add(Sample.of(mode, new DepthToSpace(2, columnsFirst), floats(2, 12, 3, 5)));
      samples.add(Sample.of(mode + " by 3", new DepthToSpace(3, columnsFirst), floats(1, 9, 2, 1)));
      samples.add(
          Sample.of(
              mode + " of integers",
              new DepthToSpace(2, columnsFirst),
              integers(ElementType.UINT8, 1, 8, 2, 2)));
    }
    samples.add(Sample.of("by 2", new SpaceToDepth(2), floats(2, 3, 4, 6)));
    samples.add(Sample.of("by 3", new SpaceToDepth(3), floats(1, 2, 3, 9)));
    samples.add(
        Sample.of("integers", new SpaceToDepth(2), integers(ElementType.INT64, 1, 2, 2, 4)));
  }

  private static void sequences(List<Sample> samples) {
    Operand lengths = places(new int[] {3}, 4, 1, 0);
    samples.add(Sample.of("times first", new ReverseSequence(1, 0), floats(4, 3, 2), lengths));
    samples.add(Sample.of("batches first", new ReverseSequence(0, 1), floats(3, 4), lengths));
    samples.add(Sample.of("negative", new ReverseSequence(-2, -1), floats(3, 4), lengths));
    samples.add(
        Sample.of(
            "integers", new ReverseSequence(0, 1), integers(ElementType.INT32, 3, 5, 2), lengths));
  }

  private static void oneHots(List<Sample> samples) {
    Operand onAndOff = tensor(ElementType.FLOAT32, new int[] {2}, -1, 3);
    Operand indices = places(new int[] {2, 3}, 0, 4, -1, 5, -5, -6);
    Operand depth = tensor(ElementType.INT64, new int[0], 5).known();
    samples.add(Sample.of("last axis", new OneHot(-1), indices, depth, onAndOff));
    samples.add(Sample.of("first axis", new OneHot(0), indices, depth, onAndOff));
    samples.add(Sample.of("middle axis", new OneHot(-2), indices, depth, onAndOff));
    Operand scalar = tensor(ElementType.INT32, new int[0], 2);
    samples.add(Sample.of("scalar", new OneHot(0), scalar, longs(3), onAndOff));
    Operand real = tensor(ElementType.FLOAT32, new int[] {3}, 1, -1, 2.5);
    Operand realDepth = tensor(ElementType.FLOAT32, new int[] {1}, 4).known();
    Operand flags = booleans(new int[] {2}, 0, 1);
    samples.add(Sample.of("real indices", new OneHot(-1), real, realDepth, flags));
    samples.add(Sample.of("nothing", new OneHot(-1), indices, longs(0), onAndOff));
  }

  private static void crops(List<Sample> samples) {
    Operand x = floats(4, 7, 3);
    samples.add(Sample.of("smaller", new CenterCropPad(List.of()), x, longs(1, 4, 3)));
    samples.add(Sample.of("larger", new CenterCropPad(List.of()), x, longs(7, 9, 3)));
    samples.add(Sample.of("both", new CenterCropPad(List.of()), x, longs(9, 2, 4)));
    samples.add(Sample.of("some axes", new CenterCropPad(List.of(-1L, 0L)), x, longs(8, 3)));
    samples.add(
        Sample.of(
            "integers",
            new CenterCropPad(List.of(1L)),
            integers(ElementType.UINT16, 2, 3),
            longs(6)));
  }

  private static void sizedByData(List<Sample> samples) {
    Operand few =
        tensor(ElementType.FLOAT32, new int[] {2, 3, 2}, 0, 1, 2, 0, 0, 1, 0, 1, 2, 0, 3, 1);
    Operand whole = tensor(ElementType.INT64, new int[] {7}, 3, -1, 3, 0, 0, 3, 7);
    samples.add(Sample.of("picture", new NonZero(), few));
    samples.add(Sample.of("integers", new NonZero(), whole));
    samples.add(Sample.of("booleans", new NonZero(), booleans(new int[] {2, 2}, 0, 1, 1, 0)));
    samples.add(Sample.of("nothing", new NonZero(), floats(2, 0)));
    Operand chosen = booleans(new int[] {2}, 0, 1);
    OptionalLong none = OptionalLong.empty();
    samples.add(
        Sample.of("elements", new Compress(none), few, booleans(new int[] {4}, 1, 0, 0, 1)));
    for (long axis : List.of(0L, 1L, -1L)) {
      OptionalLong along = OptionalLong.of(axis);
      samples.add(Sample.of("axis " + axis, new Compress(along), few, chosen));
      for (boolean sorted : List.of(true, false)) {
        String name = "axis " + axis + (sorted ? " sorted" : "");
        samples.add(Sample.of(name, new Unique(along, sorted), few).withOutputs(4));
      }
    }
    for (boolean sorted : List.of(true, false)) {
      String order = sorted ? " sorted" : "";
      samples.add(Sample.of("elements" + order, new Unique(none, sorted), few).withOutputs(4));
      samples.add(Sample.of("integers" + order, new Unique(none, sorted), whole).withOutputs(4));
    }
  }
}
