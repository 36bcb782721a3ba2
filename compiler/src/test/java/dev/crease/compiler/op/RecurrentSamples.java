package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.range;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.recurrent.Recurrent;
import dev.crease.compiler.op.recurrent.Recurrent.Direction;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Cell;
import java.util.ArrayList;
import java.util.List;

/// RNN, GRU, LSTM.
final class RecurrentSamples {
  private static final int STEPS = 6;
  private static final int BATCH = 3;
  private static final int FEATURES = 4;
  private static final int HIDDEN = 5;

  static final List<Sample> ALL = all();

  private RecurrentSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    for (Cell cell : Cell.values()) {
      for (Direction direction : Direction.values()) {
        for (boolean known : List.of(true, false)) {
          for (boolean variant : cell == Cell.RNN ? List.of(false) : List.of(false, true)) {
            Recurrent op = plain(cell, direction, 0, variant);
            String name = direction + (variant ? " variant" : "") + (known ? "" : " at run time");
            samples.add(sample(name, op, known, false));
          }
        }
        samples.add(sample(direction + " of lengths", plain(cell, direction, 0, true), true, true));
        samples.add(
            sample(direction + " batch first", plain(cell, direction, 1, false), true, false));
      }
      samples.add(least(cell));
      samples.add(functions(cell));
      samples.addAll(rareFunctions(cell));
    }
    samples.addAll(samples.stream().map(Sample::wide).toList());
    return samples;
  }

  private static Recurrent plain(Cell cell, Direction direction, int layout, boolean variant) {
    boolean asked = variant && cell != Cell.RNN;
    return new Recurrent(
        cell, direction, List.of(), List.of(), List.of(), 0, HIDDEN, layout, asked);
  }

  /// With all operands that there are.
  private static Sample sample(String name, Recurrent op, boolean known, boolean lengths) {
    boolean batchFirst = op.layout() == 1;
    int directions = op.direction() == Direction.BIDIRECTIONAL ? 2 : 1;
    int gates = op.cell().gates() * HIDDEN;
    Operand x = batchFirst ? floats(BATCH, STEPS, FEATURES) : floats(STEPS, BATCH, FEATURES);
    Operand state =
        batchFirst ? floats(BATCH, directions, HIDDEN) : floats(directions, BATCH, HIDDEN);
    List<Operand> operands = new ArrayList<>(List.of(x));
    operands.add(weights(known, directions, gates, FEATURES));
    operands.add(weights(known, directions, gates, HIDDEN));
    operands.add(weights(known, directions, 2 * gates));
    operands.add(lengths ? tensor(ElementType.INT32, new int[] {BATCH}, 4, 6, 0) : Operand.ABSENT);
    operands.add(state);
    if (op.cell() == Cell.LSTM) {
      operands.add(state);
      operands.add(weights(known, directions, 3 * HIDDEN));
    }
    int results = op.cell() == Cell.LSTM ? 3 : 2;
    return new Sample(name, op, operands, results);
  }

  private static Operand weights(boolean known, int... shape) {
    Operand weights = range(-0.3, 0.3, shape);
    return known ? weights.known() : weights;
  }

  /// The first result alone, without biases or states.
  private static Sample least(Cell cell) {
    int gates = cell.gates() * HIDDEN;
    return Sample.of(
        "least",
        plain(cell, Direction.FORWARD, 0, false),
        floats(STEPS, BATCH, FEATURES),
        weights(true, 1, gates, FEATURES),
        weights(true, 1, gates, HIDDEN));
  }

  /// Functions with parameters, a bound, and no size that would be told.
  private static Sample functions(Cell cell) {
    List<String> names = List.of("hardsigmoid", "LeakyRelu", "Elu").subList(0, cell.activations());
    Recurrent op =
        new Recurrent(
            cell, Direction.REVERSE, names, List.of(0.3f, 0.1f), List.of(0.4f), 2, 0, 0, false);
    return sample("functions", op, true, false);
  }

  /// Functions that the instruction lacks, one of which reads its bound as it is.
  private static List<Sample> rareFunctions(Cell cell) {
    List<Sample> samples = new ArrayList<>();
    List<String> names = List.of("Affine", "ThresholdedRelu", "ScaledTanh", "Softsign", "Softplus");
    for (int i = 0; i < 3; i++) {
      List<String> own = new ArrayList<>(names.subList(i, i + cell.activations()));
      own.addAll(names.subList(2 - i, 2 - i + cell.activations()));
      Recurrent op =
          new Recurrent(
              cell,
              Direction.BIDIRECTIONAL,
              own,
              List.of(0.25f, 0.5f),
              List.of(0.5f),
              0.5f,
              HIDDEN,
              i % 2,
              false);
      samples.add(sample("of functions from " + names.get(i), op, true, i == 1));
    }
    return samples;
  }
}
