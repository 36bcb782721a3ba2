package dev.crease.runtime.plan;

/// What a recurrent step does.
public enum Cell {
  /// `h' = f(x + h R)`.
  RNN(1),
  /// Gates z, r and a candidate n: `h' = (1 - z) n + z h`.
  GRU(3),
  /// Gates i, o, f and a candidate n: `c' = f c + i n`, `h' = o h(c')`.
  LSTM(4);

  private final int gates;

  Cell(int gates) {
    this.gates = gates;
  }

  /// Vectors that a step computes of each input, the candidate among them.
  public int gates() {
    return gates;
  }

  /// Those that one product with the state gives: a GRU's candidate has a product of its own.
  public int joined() {
    return this == GRU ? 2 : gates;
  }

  /// Activation functions that a step applies: `f`, then `g` for the candidate, then `h`.
  public int activations() {
    return switch (this) {
      case RNN -> 1;
      case GRU -> 2;
      case LSTM -> 3;
    };
  }
}
