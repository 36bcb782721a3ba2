package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// Attention by a state for each head, which every step of the sequence decays, corrects, adds to,
/// and reads. The state is kept in double. A task is a head of keys of one element of the batch.
final class LinearAttentionKernel implements Kernel {
  private final Tensor q;
  private final Tensor k;
  private final Tensor v;
  private final Optional<Tensor> past;
  private final Optional<Tensor> decay;
  private final Optional<Tensor> beta;
  private final Optional<Tensor> erase;
  private final Tensor y;
  private final Optional<Tensor> present;
  private final int batch;
  private final int steps;
  private final int heads;

  /// Heads of `q` that read the state of one head of `k`.
  private final int readers;

  private final int keys;
  private final int values;
  private final double scale;

  /// Operands, results and parameters as [dev.crease.runtime.plan.Routine#LINEAR_ATTENTION] says.
  LinearAttentionKernel(Arguments arguments) {
    q = arguments.x(0);
    k = arguments.x(1);
    v = arguments.x(2);
    past = optional(arguments, 3);
    decay = optional(arguments, 4);
    beta = optional(arguments, 5);
    erase = optional(arguments, 6);
    y = arguments.y(0);
    present = arguments.hasResult(1) ? Optional.of(arguments.y(1)) : Optional.empty();
    long queries = arguments.integer(0);
    long states = arguments.integer(1);
    boolean heads = states > 0 && queries % states == 0 && queries > 0;
    Arguments.require(heads, "%d heads cannot read %d states".formatted(queries, states));
    this.heads = (int) states;
    readers = (int) (queries / states);
    boolean ranks = q.rank() == 3 && k.rank() == 3 && v.rank() == 3;
    Arguments.require(ranks, "%s, %s and %s are not of rank 3".formatted(q, k, v));
    batch = q.shape()[0];
    steps = q.shape()[1];
    keys = k.shape()[2] / this.heads;
    values = v.shape()[2] / this.heads;
    double given = arguments.number(0);
    scale = given == 0 ? 1 / Math.sqrt(keys) : given;
    int rows = batch * steps;
    boolean fits =
        q.elements() == rows * keys * this.heads * readers
            && k.elements() == rows * keys * this.heads
            && v.elements() == rows * values * this.heads
            && y.elements() == rows * values * this.heads * readers
            && past.map(state -> state.elements() == states(keys * values)).orElse(true)
            && present.map(state -> state.elements() == states(keys * values)).orElse(true)
            && decay.map(each -> fits(each, this.heads, this.heads * keys)).orElse(true)
            && beta.map(each -> fits(each, this.heads, 1)).orElse(true)
            && erase.map(each -> each.elements() == k.elements()).orElse(true);
    Arguments.require(fits, "%s, %s and %s do not give %s".formatted(q, k, v, y));
  }

  private static Optional<Tensor> optional(Arguments arguments, int operand) {
    return arguments.has(operand) ? Optional.of(arguments.x(operand)) : Optional.empty();
  }

  private int states(int size) {
    return batch * heads * size;
  }

  private boolean fits(Tensor each, int count, int otherwise) {
    int rows = batch * steps;
    return each.elements() == rows * count || each.elements() == rows * otherwise;
  }

  @Override
  public int tasks() {
    return batch * heads;
  }

  @Override
  public long operationsPerTask() {
    return (4L + readers) * steps * keys * values;
  }

  @Override
  public void run(int begin, int end) {
    double[] state = new double[keys * values];
    double[] added = new double[values];
    for (int task = begin; task < end; task++) {
      Arrays.fill(state, 0);
      for (int i = 0; past.isPresent() && i < state.length; i++) {
        state[i] = past.get().number(task * state.length + i);
      }
      int head = task % heads;
      for (int step = 0; step < steps; step++) {
        int row = task / heads * steps + step;
        forget(state, row, head);
        correct(state, row, head, added);
        add(state, row, head, added);
        for (int reader = head * readers; reader < (head + 1) * readers; reader++) {
          read(state, row, reader);
        }
      }
      for (int i = 0; present.isPresent() && i < state.length; i++) {
        present.get().setNumber(task * state.length + i, state[i]);
      }
    }
  }

  private void forget(double[] state, int row, int head) {
    if (decay.isEmpty()) {
      return;
    }
    Tensor each = decay.get();
    int width = each.elements() / (batch * steps);
    for (int key = 0; key < keys; key++) {
      int at = width == heads ? head : head * keys + key;
      double factor = Math.exp(each.number(row * width + at));
      for (int value = 0; value < values; value++) {
        state[key * values + value] *= factor;
      }
    }
  }

  /// What is to be added: the values, less what the keys find already.
  private void correct(double[] state, int row, int head, double[] added) {
    for (int value = 0; value < values; value++) {
      added[value] = v.number((row * heads + head) * values + value);
    }
    if (beta.isEmpty()) {
      return;
    }
    for (int key = 0; key < keys; key++) {
      int at = (row * heads + head) * keys + key;
      double factor = k.number(at) * (erase.isPresent() ? erase.get().number(at) : 1);
      for (int value = 0; value < values; value++) {
        added[value] -= factor * state[key * values + value];
      }
    }
    int width = beta.get().elements() / (batch * steps);
    double strength = beta.get().number(row * width + (width == heads ? head : 0));
    for (int value = 0; value < values; value++) {
      added[value] *= strength;
    }
  }

  private void add(double[] state, int row, int head, double[] added) {
    for (int key = 0; key < keys; key++) {
      double factor = k.number((row * heads + head) * keys + key);
      for (int value = 0; value < values; value++) {
        state[key * values + value] += factor * added[value];
      }
    }
  }

  private void read(double[] state, int row, int reader) {
    int from = (row * heads * readers + reader) * keys;
    int to = (row * heads * readers + reader) * values;
    for (int value = 0; value < values; value++) {
      double sum = 0;
      for (int key = 0; key < keys; key++) {
        sum += q.number(from + key) * state[key * values + value];
      }
      y.setNumber(to + value, scale * sum);
    }
  }
}
