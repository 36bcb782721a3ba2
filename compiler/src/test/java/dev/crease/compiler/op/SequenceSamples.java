package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.longs;
import static dev.crease.compiler.op.Sample.optional;
import static dev.crease.compiler.op.Sample.sequence;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.sequence.ConcatFromSequence;
import dev.crease.compiler.op.sequence.OptionalGetElement;
import dev.crease.compiler.op.sequence.OptionalHasElement;
import dev.crease.compiler.op.sequence.OptionalOf;
import dev.crease.compiler.op.sequence.SequenceAt;
import dev.crease.compiler.op.sequence.SequenceConstruct;
import dev.crease.compiler.op.sequence.SequenceEmpty;
import dev.crease.compiler.op.sequence.SequenceErase;
import dev.crease.compiler.op.sequence.SequenceInsert;
import dev.crease.compiler.op.sequence.SequenceLength;
import dev.crease.compiler.op.sequence.SequenceMap;
import dev.crease.compiler.op.sequence.SplitToSequence;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sequences and optionals.
final class SequenceSamples {
  static final List<Sample> ALL = all();

  private SequenceSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>(sequences());
    samples.addAll(splitsAndJoins());
    samples.addAll(optionals());
    samples.addAll(maps());
    return List.copyOf(samples);
  }

  private static Operand position(double value) {
    return tensor(ElementType.INT64, new int[0], value);
  }

  private static Operand three() {
    return sequence(ElementType.FLOAT32, floats(2, 3), floats(4, 3), floats(1, 3));
  }

  private static Operand none() {
    return sequence(ElementType.FLOAT32);
  }

  private static List<Sample> sequences() {
    Operand mixed = sequence(ElementType.INT64, integers(ElementType.INT64, 2), position(7));
    Operand bool = tensor(ElementType.BOOL, new int[] {2}, 1, 0);
    Operand x = floats(5, 3);
    Operand first = tensor(ElementType.INT32, new int[] {1}, 0);
    return List.of(
        Sample.of("f32", new SequenceEmpty(ElementType.FLOAT32)),
        Sample.of("strings", new SequenceEmpty(ElementType.STRING)),
        Sample.of("one", new SequenceConstruct(), bool),
        Sample.of("of two ranks", new SequenceConstruct(), x, floats(2, 3, 4), x),
        Sample.of("at the end", new SequenceInsert(), three(), x),
        Sample.of("at a position", new SequenceInsert(), three(), x, position(1)),
        Sample.of("from the end", new SequenceInsert(), three(), x, position(-3)),
        Sample.of("behind the last", new SequenceInsert(), three(), x, position(3).known()),
        Sample.of("into none", new SequenceInsert(), none(), x, first),
        Sample.of("the last", new SequenceErase(), three()),
        Sample.of("at a position", new SequenceErase(), mixed, position(0)),
        Sample.of("from the end", new SequenceErase(), mixed, position(-2).known()),
        Sample.of("tensors of two sizes", new SequenceAt(), three(), position(1)),
        Sample.of(
            "from the end",
            new SequenceAt(),
            sequence(ElementType.FLOAT32, floats(2, 3), floats(2, 3)),
            tensor(ElementType.INT32, new int[0], -1)),
        Sample.of("three", new SequenceLength(), three()),
        Sample.of("none", new SequenceLength(), none()),
        Sample.of("sequence", new Identity(), three()),
        Sample.of("optional", new Identity(), optional(three())));
  }

  private static List<Sample> splitsAndJoins() {
    Operand x = floats(2, 5, 3);
    Operand alike = sequence(ElementType.FLOAT32, floats(2, 3), floats(2, 3));
    Operand wide = sequence(ElementType.FLOAT32, floats(2, 3), floats(2, 1), floats(2, 0));
    return List.of(
        Sample.of("one by one", new SplitToSequence(1, true), x),
        Sample.of("without the axis", new SplitToSequence(-1, false), x),
        Sample.of("equal parts", new SplitToSequence(1, false), x, position(2)),
        Sample.of("given parts", new SplitToSequence(1, true), x, longs(1, 4)),
        Sample.of("parts at run time", new SplitToSequence(-2, true), x, parts(3, 2)),
        Sample.of("of nothing", new SplitToSequence(0, true), floats(0, 2)),
        Sample.of("along the first axis", new ConcatFromSequence(0, false), three()),
        Sample.of("along the last axis", new ConcatFromSequence(-1, false), wide),
        Sample.of("along a new axis", new ConcatFromSequence(-1, true), alike));
  }

  private static Operand parts(double... lengths) {
    return tensor(ElementType.INT32, new int[] {lengths.length}, lengths);
  }

  private static List<Sample> optionals() {
    Attribute.Type sequences = new Attribute.Type(ElementType.FLOAT32, Holder.SEQUENCE);
    Attribute.Type tensors = new Attribute.Type(ElementType.INT64, Holder.TENSOR);
    Operand nothing =
        new Operand(DoubleTensor.nothing(Holder.SEQUENCE, ElementType.FLOAT32), false);
    Operand anySize = optional(sequence(ElementType.FLOAT32));
    return List.of(
        Sample.of("tensor", new OptionalOf(Optional.empty()), floats(2, 3)),
        Sample.of("sequence", new OptionalOf(Optional.of(sequences)), three()),
        Sample.of("nothing", new OptionalOf(Optional.of(tensors))),
        Sample.of("no sequence", new OptionalOf(Optional.of(sequences)), Operand.ABSENT),
        Sample.of("absent", new OptionalHasElement()),
        Sample.of("tensor", new OptionalHasElement(), floats(2, 3)),
        Sample.of("something", new OptionalHasElement(), optional(floats(2, 3))),
        Sample.of("no tensors", new OptionalHasElement(), anySize),
        Sample.of("nothing", new OptionalHasElement(), nothing),
        Sample.of("tensor", new OptionalGetElement(), floats(2, 3)),
        Sample.of("sequence", new OptionalGetElement(), three()),
        Sample.of("optional", new OptionalGetElement(), optional(floats(2, 3))),
        Sample.of("optional sequence", new OptionalGetElement(), optional(three())));
  }

  private static List<Sample> maps() {
    return List.of(
        Sample.of("one sequence", new SequenceMap(rectified()), three()),
        Sample.of("none", new SequenceMap(rectified()), none()),
        Sample.of("two sequences", new SequenceMap(joined()), three(), three(), floats(1, 3))
            .withOutputs(2));
  }

  private static TensorType rows(String symbol) {
    return new TensorType(ElementType.FLOAT32, List.of(Dim.symbol(symbol), Dim.of(3)));
  }

  private static Graph rectified() {
    GraphBuilder builder = new GraphBuilder("rectified");
    Value x = builder.input("map.x", rows("rows"));
    builder.output(builder.add("", new Relu(), List.of(x), List.of("map.y")).getFirst());
    return builder.build();
  }

  /// Two results, one of which is an operand as it is.
  private static Graph joined() {
    GraphBuilder builder = new GraphBuilder("joined");
    Value a = builder.input("map.a", rows("one"));
    Value b = builder.input("map.b", rows("two"));
    Value c = builder.input("map.c", TensorType.of(ElementType.FLOAT32, 1, 3));
    builder.output(builder.add("", new Concat(0), List.of(a, b, c), List.of("map.ab")).getFirst());
    builder.output(b);
    return builder.build();
  }
}
