package dev.crease.compiler.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DimTest {
  private static final Dim N = Dim.symbol("N");
  private static final Dim W = Dim.symbol("W");

  @Test
  void equalExpressionsAreEqualObjects() {
    assertThat(N.times(2)).isEqualTo(N.plus(N));
    assertThat(N.times(W).plus(1)).isEqualTo(Dim.of(1).plus(W.times(N)));
    assertThat(N.minus(N)).isEqualTo(Dim.ZERO);
    assertThat(Dim.of(0)).isEqualTo(Dim.ZERO);
  }

  @Test
  void quotientsTakeOutWhatDivides() {
    assertThat(N.times(6).floorDiv(Dim.of(3))).isEqualTo(N.times(2));
    assertThat(N.times(2).plus(3).floorDiv(Dim.of(2))).isEqualTo(N.plus(1));
    assertThat(N.times(W).times(4).floorDiv(N.times(2))).isEqualTo(W.times(2));
    assertThat(N.floorDiv(N)).isEqualTo(Dim.ONE);
    assertThat(N.floorDiv(Dim.ONE)).isEqualTo(N);
    assertThat(Dim.of(7).ceilDiv(Dim.of(2))).isEqualTo(Dim.of(4));
    assertThat(Dim.of(-7).floorDiv(Dim.of(2))).isEqualTo(Dim.of(-4));
    assertThatThrownBy(() -> N.floorDiv(Dim.ZERO)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  @Timeout(20)
  void expressionsDoNotGrowWithoutBound() {
    assertThatThrownBy(() -> repeated(N.plus(W).plus(1), d -> d.times(d)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("more than 1000");
    assertThatThrownBy(() -> repeated(N, d -> d.max(W.minus(d))))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("more than 1000");
    assertThatThrownBy(() -> repeated(N, d -> d.plus(1).floorDiv(W)))
        .isInstanceOf(ArithmeticException.class);
  }

  private static Dim repeated(Dim start, UnaryOperator<Dim> step) {
    Dim dim = start;
    for (int i = 0; i < 1000; i++) {
      dim = step.apply(dim);
    }
    return dim;
  }

  @Test
  void minimaAndMaximaAreDecidedWhereTheDifferenceIsKnown() {
    assertThat(N.min(N.plus(1))).isEqualTo(N);
    assertThat(N.max(N.plus(1))).isEqualTo(N.plus(1));
    assertThat(N.min(W).toString()).isEqualTo("min(N, W)");
  }

  @Test
  void broadcastsAreEqualWhateverTheirOrder() {
    Dim both = N.broadcast(W);
    assertThat(both).hasToString("broadcast(N, W)").isEqualTo(W.broadcast(N));
    assertThat(both.broadcast(N)).isEqualTo(both);
    assertThat(N.plus(1).broadcast(both)).isEqualTo(N.broadcast(W.broadcast(N.plus(1))));
    assertThat(N.broadcast(N)).isEqualTo(N);
    assertThat(N.broadcast(Dim.ONE)).isEqualTo(N);
    assertThat(Dim.ONE.broadcast(Dim.ONE)).isEqualTo(Dim.ONE);
    assertThat(N.broadcast(Dim.of(4))).isEqualTo(Dim.of(4));
    assertThat(Dim.ZERO.broadcast(N)).isEqualTo(Dim.ZERO);
    assertThat(both.isNonNegative()).isTrue();
    assertThatThrownBy(() -> Dim.of(2).broadcast(Dim.of(3)))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void broadcastsOfSizesThatDifferHaveNoValue() {
    Dim both = N.broadcast(W);
    assertThat(both.evaluate(Map.of("N", 1L, "W", 0L))).isZero();
    assertThat(both.evaluate(Map.of("N", 5L, "W", 1L))).isEqualTo(5);
    assertThatThrownBy(() -> both.evaluate(Map.of("N", 2L, "W", 0L)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("dimensions 2 and 0 do not broadcast");
  }

  @Test
  void printsAsTheTextFormDoes() {
    assertThat(N.times(2).plus(1)).hasToString("2 * N + 1");
    assertThat(Dim.of(3).minus(N)).hasToString("-N + 3");
    assertThat(N.plus(1).floorDiv(Dim.of(2))).hasToString("floordiv(N + 1, 2)");
    assertThat(Dim.ZERO).hasToString("0");
  }

  @Test
  void namesItsSymbols() {
    assertThat(N.plus(1).floorDiv(Dim.of(2)).min(W).symbols()).containsExactly("N", "W");
  }

  @Test
  void signsAreToldWhereTheyAreCertain() {
    assertThat(N.plus(1).isNonNegative()).isTrue();
    assertThat(N.minus(Dim.ONE).isNonNegative()).isFalse();
    assertThat(N.minus(Dim.ONE).max(Dim.ZERO).isNonNegative()).isTrue();
  }

  /// Random expressions, simplified while they are built, evaluate like plain arithmetic.
  @Test
  void simplificationKeepsTheValue() {
    Random random = new Random(1);
    for (int round = 0; round < 5_000; round++) {
      Map<String, Long> symbols =
          Map.of("N", (long) random.nextInt(9), "W", (long) random.nextInt(9));
      List<Dim> dims = new ArrayList<>(List.of(N, W, Dim.of(random.nextInt(7) - 3)));
      List<Long> values =
          new ArrayList<>(
              List.of(symbols.get("N"), symbols.get("W"), dims.get(2).known().getAsLong()));
      for (int step = 0; step < 5; step++) {
        combine(random, dims, values);
      }
      for (int i = 0; i < dims.size(); i++) {
        assertThat(evaluate(dims.get(i), symbols)).as("%s", dims.get(i)).isEqualTo(values.get(i));
      }
    }
  }

  private static void combine(Random random, List<Dim> dims, List<Long> values) {
    int i = random.nextInt(dims.size());
    int j = random.nextInt(dims.size());
    Dim a = dims.get(i);
    Dim b = dims.get(j);
    long x = values.get(i);
    long y = values.get(j);
    long divisor = 1 + random.nextInt(4);
    switch (random.nextInt(7)) {
      case 0 -> add(dims, a.plus(b), values, x + y);
      case 1 -> add(dims, a.minus(b), values, x - y);
      case 2 -> add(dims, a.times(b), values, x * y);
      case 3 -> add(dims, a.floorDiv(Dim.of(divisor)), values, Math.floorDiv(x, divisor));
      case 4 -> add(dims, a.ceilDiv(Dim.of(divisor)), values, Math.ceilDiv(x, divisor));
      case 5 -> add(dims, a.min(b), values, Math.min(x, y));
      default -> add(dims, a.max(b), values, Math.max(x, y));
    }
  }

  private static void add(List<Dim> dims, Dim dim, List<Long> values, long value) {
    dims.add(dim);
    values.add(value);
  }

  private static long evaluate(Dim dim, Map<String, Long> symbols) {
    long sum = 0;
    for (Dim.Term term : dim.terms()) {
      long product = term.coefficient();
      for (Atom atom : term.factors()) {
        product *=
            switch (atom) {
              case Atom.Symbol(var name) -> symbols.get(name);
              case Atom.FloorDiv(var a, var b) ->
                  Math.floorDiv(evaluate(a, symbols), evaluate(b, symbols));
              case Atom.CeilDiv(var a, var b) ->
                  Math.ceilDiv(evaluate(a, symbols), evaluate(b, symbols));
              case Atom.Min(var a, var b) -> Math.min(evaluate(a, symbols), evaluate(b, symbols));
              case Atom.Max(var a, var b) -> Math.max(evaluate(a, symbols), evaluate(b, symbols));
              case Atom.Broadcast(var a, var b) -> {
                long left = evaluate(a, symbols);
                yield left == 1 ? evaluate(b, symbols) : left;
              }
            };
      }
      sum += product;
    }
    return sum;
  }
}
