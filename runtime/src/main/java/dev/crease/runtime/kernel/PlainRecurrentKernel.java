package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;
import dev.crease.runtime.plan.Cell;
import dev.crease.runtime.plan.StepFunction;
import java.util.Arrays;
import java.util.Optional;

/// All steps of a recurrent operator in plain loops, the states kept in double. A length that is
/// negative or more than there are steps throws [InvalidDataException]. A task is a row of the
/// batch in one direction.
final class PlainRecurrentKernel implements Kernel {
  private static final int FIRST_FUNCTION = 4;
  private static final int BOTH = 2;

  private final Cell cell;
  private final boolean batchFirst;
  private final boolean variant;
  private final long direction;
  private final int directions;
  private final double clip;
  private final StepFunction[] functions;
  private final double[] parameters;
  private final Tensor x;
  private final Tensor w;
  private final Tensor r;
  private final Optional<Tensor> biases;
  private final Optional<Tensor> lengths;
  private final Optional<Tensor> initialH;
  private final Optional<Tensor> initialC;
  private final Optional<Tensor> peepholes;
  private final Optional<Tensor> y;
  private final Optional<Tensor> lastH;
  private final Optional<Tensor> lastC;
  private final int steps;
  private final int batch;
  private final int features;
  private final int hidden;

  /// Of each task: `h`, `c`, a row to work in, the gates.
  private final double[][] states;

  /// Operands, results and parameters as [dev.crease.runtime.plan.Routine#RECURRENT] says.
  PlainRecurrentKernel(Arguments arguments) {
    long which = arguments.integer(0);
    Arguments.require(which >= 0 && which < Cell.values().length, "there is no cell " + which);
    cell = Cell.values()[(int) which];
    batchFirst = arguments.flag(1);
    variant = arguments.flag(2);
    direction = arguments.integer(3);
    directions = direction == BOTH ? 2 : 1;
    clip = arguments.number(0);
    int count = directions * cell.activations();
    functions = functions(arguments.integers(FIRST_FUNCTION, count));
    parameters = new double[2 * count];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = arguments.number(1 + i);
    }
    x = arguments.x(0);
    w = arguments.x(1);
    r = arguments.x(2);
    Arguments.require(x.rank() == 3 && r.rank() == 3, x + " and " + r + " are not of rank 3");
    steps = x.shape()[batchFirst ? 1 : 0];
    batch = x.shape()[batchFirst ? 0 : 1];
    features = x.shape()[2];
    hidden = r.shape()[2];
    int gates = cell.gates() * hidden;
    fits(w, directions, gates, features);
    fits(r, directions, gates, hidden);
    biases = operand(arguments, 3, directions, 2 * gates);
    lengths = operand(arguments, 4, batch);
    int[] state = batchFirst ? new int[] {batch, directions} : new int[] {directions, batch};
    initialH = operand(arguments, 5, state[0], state[1], hidden);
    initialC = operand(arguments, 6, state[0], state[1], hidden);
    peepholes = operand(arguments, 7, directions, 3 * hidden);
    y =
        batchFirst
            ? result(arguments, 0, batch, steps, directions, hidden)
            : result(arguments, 0, steps, directions, batch, hidden);
    lastH = result(arguments, 1, state[0], state[1], hidden);
    lastC = result(arguments, 2, state[0], state[1], hidden);
    states = new double[directions * batch][(3 + cell.gates()) * hidden];
  }

  private static StepFunction[] functions(int[] places) {
    StepFunction[] all = StepFunction.values();
    for (int place : places) {
      Arguments.require(place >= 0 && place < all.length, "there is no function " + place);
    }
    return Arrays.stream(places).mapToObj(place -> all[place]).toArray(StepFunction[]::new);
  }

  private static void fits(Tensor tensor, int... shape) {
    Arguments.require(
        Arrays.equals(tensor.shape(), shape), tensor + " should be " + Arrays.toString(shape));
  }

  private static Optional<Tensor> operand(Arguments arguments, int operand, int... shape) {
    if (!arguments.has(operand)) {
      return Optional.empty();
    }
    fits(arguments.x(operand), shape);
    return Optional.of(arguments.x(operand));
  }

  private static Optional<Tensor> result(Arguments arguments, int result, int... shape) {
    if (!arguments.hasResult(result)) {
      return Optional.empty();
    }
    fits(arguments.y(result), shape);
    return Optional.of(arguments.y(result));
  }

  @Override
  public int tasks() {
    return directions * batch;
  }

  @Override
  public long operationsPerTask() {
    return (long) steps * cell.gates() * hidden * (features + hidden);
  }

  @Override
  public void run(int begin, int end) {
    for (int task = begin; task < end; task++) {
      row(task / batch, task % batch, states[task]);
    }
  }

  private void row(int which, int row, double[] state) {
    int length = length(row);
    int place = (batchFirst ? row * directions + which : which * batch + row) * hidden;
    for (int i = 0; i < hidden; i++) {
      state[i] = initialH.isPresent() ? initialH.get().number(place + i) : 0;
      state[hidden + i] = initialC.isPresent() ? initialC.get().number(place + i) : 0;
    }
    boolean backwards = direction == 1 || which == 1;
    for (int step = 0; step < length; step++) {
      int time = backwards ? length - 1 - step : step;
      gates(which, (batchFirst ? row * steps + time : time * batch + row) * features, state);
      switch (cell) {
        case RNN -> rnn(which, state);
        case GRU -> gru(which, state);
        case LSTM -> lstm(which, state);
      }
      store(state, 0, y, place(time, which, row));
    }
    for (int time = length; y.isPresent() && time < steps; time++) {
      y.get().clear(place(time, which, row), hidden);
    }
    store(state, 0, lastH, place);
    store(state, hidden, lastC, place);
  }

  private int length(int row) {
    if (lengths.isEmpty()) {
      return steps;
    }
    long given = lengths.get().integer(row);
    if (given < 0 || given > steps) {
      throw new InvalidDataException("a row has " + given + " steps, the input " + steps);
    }
    return (int) given;
  }

  /// Where in `y` a state stands.
  private int place(int time, int which, int row) {
    int place =
        batchFirst
            ? (row * steps + time) * directions + which
            : (time * directions + which) * batch + row;
    return place * hidden;
  }

  private void store(double[] state, int from, Optional<Tensor> to, int place) {
    for (int i = 0; to.isPresent() && i < hidden; i++) {
      to.get().setNumber(place + i, state[from + i]);
    }
  }

  /// What the gates are applied to: the products with the input and the state and both biases,
  /// without the state's part of a GRU's candidate.
  private void gates(int which, int input, double[] state) {
    int rows = cell.gates() * hidden;
    for (int gate = 0; gate < rows; gate++) {
      double sum = bias(which, gate);
      int weights = (which * rows + gate) * features;
      for (int j = 0; j < features; j++) {
        sum += w.number(weights + j) * x.number(input + j);
      }
      if (gate < cell.joined() * hidden) {
        sum += ofState(which, gate, state, 0);
      }
      state[3 * hidden + gate] = sum;
    }
  }

  /// Product `gate` with the state that begins at `from`, and its bias.
  private double ofState(int which, int gate, double[] state, int from) {
    int rows = cell.gates() * hidden;
    double sum = bias(which, rows + gate);
    int weights = (which * rows + gate) * hidden;
    for (int j = 0; j < hidden; j++) {
      sum += r.number(weights + j) * state[from + j];
    }
    return sum;
  }

  private double bias(int which, int index) {
    return biases.isPresent() ? biases.get().number(which * 2 * cell.gates() * hidden + index) : 0;
  }

  private void rnn(int which, double[] state) {
    for (int i = 0; i < hidden; i++) {
      state[i] = activated(which, 0, state[3 * hidden + i]);
    }
  }

  private void gru(int which, double[] state) {
    int seen = 2 * hidden;
    int update = 3 * hidden;
    int reset = 4 * hidden;
    int candidate = 5 * hidden;
    for (int i = 0; i < hidden; i++) {
      state[update + i] = activated(which, 0, state[update + i]);
      state[reset + i] = activated(which, 0, state[reset + i]);
      state[seen + i] = state[reset + i] * state[i];
    }
    for (int i = 0; i < hidden; i++) {
      state[candidate + i] +=
          variant
              ? state[reset + i] * ofState(which, 2 * hidden + i, state, 0)
              : ofState(which, 2 * hidden + i, state, seen);
    }
    for (int i = 0; i < hidden; i++) {
      double next = activated(which, 1, state[candidate + i]);
      state[i] = next + state[update + i] * (state[i] - next);
    }
  }

  private void lstm(int which, double[] state) {
    for (int i = 0; i < hidden; i++) {
      int c = hidden + i;
      int gate = 3 * hidden + i;
      double in = activated(which, 0, state[gate] + peephole(which, i, state[c]));
      double forget =
          variant
              ? 1 - in
              : activated(
                  which, 0, state[gate + 2 * hidden] + peephole(which, 2 * hidden + i, state[c]));
      double candidate = activated(which, 1, state[gate + 3 * hidden]);
      state[c] = forget * state[c] + in * candidate;
      double out =
          activated(which, 0, state[gate + hidden] + peephole(which, hidden + i, state[c]));
      state[i] = out * activated(which, 2, state[c]);
    }
  }

  private double peephole(int which, int index, double c) {
    return peepholes.isPresent() ? peepholes.get().number(which * 3 * hidden + index) * c : 0;
  }

  private double activated(int which, int function, double value) {
    int index = which * cell.activations() + function;
    double alpha = parameters[2 * index];
    double beta = parameters[2 * index + 1];
    double z = clip > 0 ? Math.max(-clip, Math.min(clip, value)) : value;
    return switch (functions[index]) {
      case AFFINE -> alpha * z + beta;
      case ELU -> z < 0 ? alpha * Math.expm1(z) : z;
      case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * z + beta));
      case LEAKY_RELU -> z < 0 ? alpha * z : z;
      case RELU -> Math.max(0, z);
      case SCALED_TANH -> alpha * Math.tanh(beta * z);
      case SIGMOID -> 1 / (1 + Math.exp(-z));
      case SOFTPLUS -> Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
      case SOFTSIGN -> z / (1 + Math.abs(z));
      case TANH -> Math.tanh(z);
      case THRESHOLDED_RELU -> z >= alpha ? z : 0;
    };
  }
}
