package dev.crease.compiler.op.recurrent;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Cell;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/// ONNX `RNN`, `GRU` and `LSTM`: a [Cell] over the steps of `X` `(T, B, I)`, forwards, backwards,
/// or both. `W` is `(D, gates H, I)` with D directions, `R` `(D, gates H, H)`, `B` both biases `(D,
/// 2 gates H)`; the results are all states `Y` `(T, D, B, H)` and the last of each row, `Y_h` and
/// `Y_c` `(D, B, H)`. With `layout = 1` the batch comes first.
///
/// @param activations empty for the defaults; as their parameters
/// @param clip 0 if left out
/// @param hiddenSize 0 if left out
/// @param variant GRU's `linear_before_reset`, LSTM's `input_forget`
public record Recurrent(
    Cell cell,
    Direction direction,
    List<String> activations,
    List<Float> alphas,
    List<Float> betas,
    float clip,
    long hiddenSize,
    long layout,
    boolean variant)
    implements Primitive {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Cell.values()).map(Recurrent::schema).toList();

  /// Which way time goes.
  public enum Direction {
    FORWARD,
    REVERSE,
    BIDIRECTIONAL
  }

  public Recurrent {
    activations = List.copyOf(activations);
    alphas = List.copyOf(alphas);
    betas = List.copyOf(betas);
    if (layout != 0 && layout != 1) {
      throw new IllegalArgumentException("layout is " + layout + ", expected 0 or 1");
    }
    if (!(clip >= 0)) {
      throw new IllegalArgumentException("clip is " + clip + ", expected a positive number");
    }
    int directions = direction == Direction.BIDIRECTIONAL ? 2 : 1;
    if (activations.size() > directions * cell.activations()) {
      throw new IllegalArgumentException(
          "activations are %s, expected %d for each direction"
              .formatted(activations, cell.activations()));
    }
    for (int d = 0; d < directions; d++) {
      CellActivations.of(cell, d, activations, alphas, betas);
    }
  }

  private static OpSchema schema(Cell cell) {
    Set<ElementType> floats = TypeSets.FLOATS;
    OpSchema.Builder schema =
        OpSchema.named(cell.name())
            .since(22)
            .optional("activation_alpha", Attribute.Kind.FLOATS)
            .optional("activation_beta", Attribute.Kind.FLOATS)
            .optional("activations", Attribute.Kind.TEXTS)
            .optional("clip", Attribute.Kind.FLOAT)
            .attribute("direction", "forward")
            .optional("hidden_size", Attribute.Kind.INT)
            .attribute("layout", 0);
    switch (cell) {
      case RNN -> {}
      case GRU -> schema.attribute("linear_before_reset", 0);
      case LSTM -> schema.attribute("input_forget", 0);
    }
    schema
        .input("X", "T", floats)
        .input("W", "T", floats)
        .input("R", "T", floats)
        .optionalInput("B", "T", floats)
        .optionalInput("sequence_lens", "T1", Set.of(ElementType.INT32))
        .optionalInput("initial_h", "T", floats);
    if (cell == Cell.LSTM) {
      schema.optionalInput("initial_c", "T", floats).optionalInput("P", "T", floats);
    }
    schema.optionalOutput("Y", "T", floats).optionalOutput("Y_h", "T", floats);
    if (cell == Cell.LSTM) {
      schema.optionalOutput("Y_c", "T", floats);
    }
    return schema.build(a -> of(cell, a));
  }

  private static Recurrent of(Cell cell, Attributes a) {
    boolean variant =
        switch (cell) {
          case RNN -> false;
          case GRU -> a.flag("linear_before_reset");
          case LSTM -> a.flag("input_forget");
        };
    return new Recurrent(
        cell,
        direction(a.text("direction")),
        a.has("activations") ? a.texts("activations") : List.of(),
        a.has("activation_alpha") ? a.reals("activation_alpha") : List.of(),
        a.has("activation_beta") ? a.reals("activation_beta") : List.of(),
        a.has("clip") ? a.real("clip") : 0,
        a.has("hidden_size") ? positive(a.integer("hidden_size")) : 0,
        a.integer("layout"),
        variant);
  }

  private static long positive(long hiddenSize) {
    if (hiddenSize < 1) {
      throw new IllegalArgumentException("hidden_size is " + hiddenSize + ", expected at least 1");
    }
    return hiddenSize;
  }

  private static Direction direction(String name) {
    return Arrays.stream(Direction.values())
        .filter(direction -> direction.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "direction is `%s`, expected forward, reverse or bidirectional"
                        .formatted(name)));
  }

  @Override
  public OpSchema schema() {
    return SCHEMAS.get(cell.ordinal());
  }

  @Override
  public Attributes attributes() {
    Attributes attributes =
        Attributes.NONE
            .with("direction", direction.name().toLowerCase(Locale.ROOT))
            .with("layout", layout);
    if (!activations.isEmpty()) {
      attributes = attributes.with("activations", new Attribute.Texts(activations));
    }
    if (!alphas.isEmpty()) {
      attributes = attributes.with("activation_alpha", new Attribute.Floats(alphas));
    }
    if (!betas.isEmpty()) {
      attributes = attributes.with("activation_beta", new Attribute.Floats(betas));
    }
    if (clip > 0) {
      attributes = attributes.with("clip", clip);
    }
    if (hiddenSize > 0) {
      attributes = attributes.with("hidden_size", hiddenSize);
    }
    return switch (cell) {
      case RNN -> attributes;
      case GRU -> attributes.with("linear_before_reset", variant ? 1 : 0);
      case LSTM -> attributes.with("input_forget", variant ? 1 : 0);
    };
  }

  int directions() {
    return direction == Direction.BIDIRECTIONAL ? 2 : 1;
  }

  /// Whether direction number `which` goes backwards.
  boolean isReverse(int which) {
    return direction == Direction.REVERSE || which == 1;
  }

  CellActivations functions(int which) {
    return CellActivations.of(cell, which, activations, alphas, betas);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    TensorType r = operands.type(2);
    if (x.rank() != 3 || r.rank() != 3) {
      throw new InvalidOperandException(
          "%s needs X and R of rank 3, got %s and %s".formatted(cell, x, r));
    }
    Dim hidden = hiddenSize > 0 ? Dim.of(hiddenSize) : r.dim(2);
    Dim all = hidden.times(cell.gates());
    Dim count = Dim.of(directions());
    Dim steps = x.dim(layout == 0 ? 0 : 1);
    Dim batch = x.dim(layout == 0 ? 1 : 0);
    List<Dim> state = layout == 0 ? List.of(count, batch, hidden) : List.of(batch, count, hidden);
    require(operands, 1, List.of(count, all, x.dim(2)));
    require(operands, 2, List.of(count, all, hidden));
    require(operands, 3, List.of(count, all.times(2)));
    require(operands, 4, List.of(batch));
    require(operands, 5, state);
    require(operands, 6, state);
    require(operands, 7, List.of(count, hidden.times(3)));
    TensorType y =
        x.withDims(
            layout == 0
                ? List.of(steps, count, batch, hidden)
                : List.of(batch, steps, count, hidden));
    TensorType last = x.withDims(state);
    return cell == Cell.LSTM ? List.of(y, last, last) : List.of(y, last);
  }

  private void require(Operands operands, int operand, List<Dim> dims) {
    if (!operands.has(operand)) {
      return;
    }
    TensorType given = operands.type(operand);
    boolean fits = given.rank() == dims.size();
    for (int axis = 0; fits && axis < dims.size(); axis++) {
      boolean both = given.dim(axis).isKnown() && dims.get(axis).isKnown();
      fits = !both || given.dim(axis).equals(dims.get(axis));
    }
    if (!fits) {
      throw new InvalidOperandException(
          "%s needs %s of shape %s, got %s"
              .formatted(cell, schema().inputs().get(operand).name(), dims, given));
    }
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int hidden = inputs.get(2).dim(2);
    int steps = x.dim(layout == 0 ? 0 : 1);
    int batch = x.dim(layout == 0 ? 1 : 0);
    int[] shape =
        layout == 0
            ? new int[] {steps, directions(), batch, hidden}
            : new int[] {batch, steps, directions(), hidden};
    int[] last =
        layout == 0
            ? new int[] {directions(), batch, hidden}
            : new int[] {batch, directions(), hidden};
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    DoubleTensor lastH = DoubleTensor.zeros(x.type(), last);
    DoubleTensor lastC = DoubleTensor.zeros(x.type(), last);
    for (int d = 0; d < directions(); d++) {
      int direction = d;
      RecurrentReference reference = new RecurrentReference(this, inputs, d);
      for (int row = 0; row < batch; row++) {
        int b = row;
        int length = inputs.has(4) ? length(inputs.get(4).data()[row], steps) : steps;
        int end = layout == 0 ? d * batch + b : b * directions() + d;
        reference.run(
            row,
            length,
            new RecurrentReference.Take() {
              @Override
              public void state(int time, double[] h) {
                int at =
                    layout == 0
                        ? (time * directions() + direction) * batch + b
                        : (b * steps + time) * directions() + direction;
                System.arraycopy(h, 0, y.data(), at * hidden, hidden);
              }

              @Override
              public void last(double[] h, double[] c) {
                System.arraycopy(h, 0, lastH.data(), end * hidden, hidden);
                System.arraycopy(c, 0, lastC.data(), end * hidden, hidden);
              }
            });
      }
    }
    List<DoubleTensor> results = List.of(y, lastH, lastC);
    return results.subList(0, cell == Cell.LSTM ? 3 : 2);
  }

  private int length(double given, int steps) {
    if (given < 0 || given > steps) {
      throw new InvalidOperandException(
          "sequence_lens of %s has %d, X has %d steps".formatted(cell, (long) given, steps));
    }
    return (int) given;
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (RecurrentLowering.fits(this, node)) {
      new RecurrentLowering(this, node, to).emit();
    } else {
      Supported.type(node, node.input(0), Supported.REALS);
      call(node, to);
    }
  }

  private void call(Node node, Lowering to) {
    List<Dim> integers = new ArrayList<>();
    integers.add(Dim.of(cell.ordinal()));
    integers.add(Dim.of(layout));
    integers.add(Dim.of(variant ? 1 : 0));
    integers.add(Dim.of(direction.ordinal()));
    List<Double> numbers = new ArrayList<>();
    numbers.add((double) clip);
    for (int d : eachDirection()) {
      CellActivations activations = functions(d);
      for (int i = 0; i < cell.activations(); i++) {
        integers.add(Dim.of(activations.functions().get(i).step().ordinal()));
        numbers.add((double) activations.alphas().get(i));
        numbers.add((double) activations.betas().get(i));
      }
    }
    Calling.lower(node, to, Routine.RECURRENT, integers, numbers);
  }

  /// The numbers of the directions.
  List<Integer> eachDirection() {
    return IntStream.range(0, directions()).boxed().toList();
  }
}
