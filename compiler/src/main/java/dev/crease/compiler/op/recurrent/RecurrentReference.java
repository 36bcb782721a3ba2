package dev.crease.compiler.op.recurrent;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;

/// The reference evaluation of one direction: plain loops over time, batch and hidden elements.
final class RecurrentReference {
  private final Recurrent op;
  private final EvaluationInputs inputs;
  private final int direction;
  private final int directions;
  private final CellActivations functions;
  private final int batch;
  private final int hidden;
  private final int features;

  RecurrentReference(Recurrent op, EvaluationInputs inputs, int direction) {
    this.op = op;
    this.inputs = inputs;
    this.direction = direction;
    directions = op.directions();
    functions = op.functions(direction);
    DoubleTensor x = inputs.get(0);
    batch = x.dim(op.layout() == 0 ? 1 : 0);
    features = x.dim(2);
    hidden = inputs.get(2).dim(2);
  }

  /// Row `b`'s states after its steps, `steps` of them, in the order of time: the results of
  /// `take`.
  void run(int row, int steps, Take take) {
    double[] h = initial(5, row);
    double[] c = initial(6, row);
    for (int step = 0; step < steps; step++) {
      int time = op.isReverse(direction) ? steps - 1 - step : step;
      double[] x = input(time, row);
      switch (op.cell()) {
        case RNN -> h = rnn(x, h);
        case GRU -> h = gru(x, h);
        case LSTM -> lstm(x, h, c);
      }
      take.state(time, h);
    }
    take.last(h, c);
  }

  /// Receives the states of a row.
  interface Take {
    void state(int time, double[] h);

    void last(double[] h, double[] c);
  }

  private double[] input(int time, int row) {
    int at = op.layout() == 0 ? time * batch + row : row * inputs.get(0).dim(1) + time;
    double[] x = new double[features];
    System.arraycopy(inputs.get(0).data(), at * features, x, 0, features);
    return x;
  }

  private double[] initial(int operand, int row) {
    double[] state = new double[hidden];
    if (inputs.has(operand)) {
      int at = op.layout() == 0 ? direction * batch + row : row * directions + direction;
      System.arraycopy(inputs.get(operand).data(), at * hidden, state, 0, hidden);
    }
    return state;
  }

  /// `sum of matrix[direction, gate hidden + i, j] v[j]`; operand 1 is W, 2 is R.
  private double product(int operand, int gate, int i, double[] v) {
    int row = (direction * op.cell().gates() + gate) * hidden + i;
    double[] matrix = inputs.get(operand).data();
    double sum = 0;
    for (int j = 0; j < v.length; j++) {
      sum += matrix[row * v.length + j] * v[j];
    }
    return sum;
  }

  /// An element of `Wb` (`half` 0) or `Rb` (1).
  private double bias(int half, int gate, int i) {
    if (!inputs.has(3)) {
      return 0;
    }
    int gates = op.cell().gates();
    return inputs.get(3).data()[((direction * 2 + half) * gates + gate) * hidden + i];
  }

  private double gate(int gate, int i, double[] x, double[] h) {
    return product(1, gate, i, x) + product(2, gate, i, h) + bias(0, gate, i) + bias(1, gate, i);
  }

  private double peephole(int gate, int i, double[] c) {
    return inputs.has(7) ? inputs.get(7).data()[(direction * 3 + gate) * hidden + i] * c[i] : 0;
  }

  private double[] rnn(double[] x, double[] h) {
    double[] next = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      next[i] = functions.apply(0, gate(0, i, x, h), op.clip());
    }
    return next;
  }

  private double[] gru(double[] x, double[] h) {
    double[] reset = new double[hidden];
    double[] seen = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      reset[i] = functions.apply(0, gate(1, i, x, h), op.clip());
      seen[i] = reset[i] * h[i];
    }
    double[] next = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      double update = functions.apply(0, gate(0, i, x, h), op.clip());
      double fromState =
          op.variant()
              ? reset[i] * (product(2, 2, i, h) + bias(1, 2, i))
              : product(2, 2, i, seen) + bias(1, 2, i);
      double sum = product(1, 2, i, x) + bias(0, 2, i) + fromState;
      double candidate = functions.apply(1, sum, op.clip());
      next[i] = (1 - update) * candidate + update * h[i];
    }
    return next;
  }

  /// Changes both states.
  private void lstm(double[] x, double[] h, double[] c) {
    double[] before = h.clone();
    for (int i = 0; i < hidden; i++) {
      double in = functions.apply(0, gate(0, i, x, before) + peephole(0, i, c), op.clip());
      double forget =
          op.variant()
              ? 1 - in
              : functions.apply(0, gate(2, i, x, before) + peephole(2, i, c), op.clip());
      double candidate = functions.apply(1, gate(3, i, x, before), op.clip());
      c[i] = forget * c[i] + in * candidate;
      double out = functions.apply(0, gate(1, i, x, before) + peephole(1, i, c), op.clip());
      h[i] = out * functions.apply(2, c[i], op.clip());
    }
  }
}
