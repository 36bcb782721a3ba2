package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import dev.crease.runtime.ElementType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Coefficients so close to the limit of what rounding allows that enclosures by doubles do not
/// tell on which side of it they are.
class CloseCallsTest {
  private static final double STORED = 1.5;

  private static Coefficients given(double... values) {
    return Coefficients.given(
        Constant.derived(ElementType.FLOAT64, new long[] {values.length}, values::clone));
  }

  private static Coefficients stored(ElementType element) {
    return Coefficients.made(
        Constant.derived(element, new long[] {1}, () -> new double[] {STORED}));
  }

  /// The number itself, of which doubles know some units in the last place.
  private static Coefficients squaredRoot(double value) {
    Coefficients root = given(value).root();
    Coefficients square = root.times(root);
    assertThat(square.hi()[0] - square.lo()[0]).isGreaterThan(3 * Math.ulp(value));
    return square;
  }

  private static Coefficients withoutReals(Coefficients c) {
    return new Coefficients(c.dims(), c.lo(), c.hi(), c.magnitude(), c.slack(), c.summands());
  }

  private static Finding finding(ElementType element, Coefficients before) {
    Judge judge = new Judge(element, true);
    judge.compare(before, stored(element), i -> "weight " + i);
    return judge.finding();
  }

  /// How far from the stored number the real one may be: half a unit, and what double rounds.
  private static double allowed(ElementType element) {
    return (0.5 + 0x1p-21) * Ulp.of(element, STORED) + 33 * 0x1p-53 * STORED;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  void justWithinTheLimitIsProved(ElementType element) {
    for (int side = -1; side <= 1; side += 2) {
      double limit = STORED + side * allowed(element);
      double inside = Math.abs(limit - STORED) > allowed(element) ? inwards(limit) : limit;
      Coefficients before = squaredRoot(inside);
      assertThat(finding(element, withoutReals(before))).isInstanceOf(Finding.NotCovered.class);
      assertThat(finding(element, before)).isInstanceOf(Finding.Proved.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  void justBeyondTheLimitIsRefuted(ElementType element) {
    for (int side = -1; side <= 1; side += 2) {
      double limit = STORED + side * allowed(element);
      double outside = Math.abs(limit - STORED) > allowed(element) ? limit : outwards(limit);
      Coefficients before = squaredRoot(outside);
      assertThat(finding(element, withoutReals(before))).isInstanceOf(Finding.NotCovered.class);
      assertThat(finding(element, before)).isInstanceOf(Finding.Refuted.class);
    }
  }

  private static double inwards(double value) {
    return Math.nextAfter(value, STORED);
  }

  private static double outwards(double value) {
    return 2 * value - inwards(value);
  }

  private static Graph graph(String body) {
    return TextReader.read(
            """
            model m(x: f64[N, 2, H, W]) -> (y: f64[N, 2, H, W]) {
              three: f64[] = 3
              one: f64[] = 1
              close: f64[] = 1.0000000000000036
              wrong: f64[] = 1.0000000000000040
              y = %s
            }
            """
                .formatted(body),
            "m")
        .graph();
  }

  private static Finding judge(String before, String after) {
    Graph target = graph(after);
    return Certificate.of(new Replacement(graph(before), target, target.inputs()));
  }

  /// Dividing by 3 and multiplying with 3, twenty times each, changes nothing; enclosures by
  /// doubles grow with each step.
  @Test
  void aLongChainStaysClose() {
    String chain = "x" + " / three".repeat(20) + " * three".repeat(20);
    assertThat(judge(chain, "x * one")).isInstanceOf(Finding.Proved.class);
    assertThat(judge(chain, "x")).isInstanceOf(Finding.Proved.class);
    assertThat(judge(chain, "x * close")).isInstanceOf(Finding.Proved.class);
    assertThat(judge(chain, "x * wrong")).isInstanceOf(Finding.Refuted.class);
  }

  /// Whatever is computed of coefficients, the reals meet their bounds and are far closer.
  @Test
  void realsMeetTheBounds() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Coefficients c = given(random.doubles(6, 0.5, 2).toArray());
      List<String> steps = new ArrayList<>();
      for (int step = 0; step < 12; step++) {
        int kind = random.nextInt(9);
        steps.add(String.valueOf(kind));
        c = applied(kind, c, random);
        assertMeets(c, "seed %d: %s".formatted(seed, steps));
      }
    }
  }

  private static Coefficients applied(int kind, Coefficients c, Random random) {
    Coefficients other = given(random.doubles(6, 0.5, 2).toArray());
    int[] places = random.ints(6, 0, 6).toArray();
    return switch (kind) {
      case 0 -> c.plus(other);
      case 1 -> c.times(other);
      case 2 -> c.reciprocal();
      case 3 -> c.isNowhereNegative() ? c.root() : c.negated();
      case 4 -> c.negated().times(other.negated());
      case 5 -> c.gathered(new int[] {6}, places);
      case 6 -> c.except(new boolean[] {false, true, false, false, true, false}, 0.75);
      case 7 -> Coefficients.stacked(List.of(c, other)).gathered(new int[] {6}, shifted(places));
      default -> c.shaped(2, 3).plus(other.shaped(2, 3)).summed(new int[] {0, 1, 2, 3, 4, 5}, 6);
    };
  }

  private static int[] shifted(int[] places) {
    int[] result = places.clone();
    result[0] += 6;
    result[3] += 6;
    return result;
  }

  private static void assertMeets(Coefficients c, String where) {
    for (int i = 0; i < c.count(); i++) {
      Real real = c.reals().at(i);
      BigDecimal width = real.hi().subtract(real.lo());
      assertThat(real.hi()).as(where).isGreaterThanOrEqualTo(exact(c.lo()[i]));
      assertThat(real.lo()).as(where).isLessThanOrEqualTo(exact(c.hi()[i]));
      assertThat(width.doubleValue()).as(where).isLessThan(1e-33 * c.magnitude()[i]);
    }
  }

  private static BigDecimal exact(double value) {
    return new BigDecimal(value);
  }

  @Test
  void realsOfSums() {
    Coefficients sums = given(0.1, 0.2, 0.3, 0.4).summed(new int[] {1, 0, 1, 2}, 4);
    assertThat(sums.reals().at(0)).isEqualTo(Real.ZERO.plus(Real.of(0.2)));
    assertThat(sums.reals().at(1)).isEqualTo(Real.ZERO.plus(Real.of(0.1)).plus(Real.of(0.3)));
    assertThat(sums.reals().at(3)).isEqualTo(Real.ZERO);
  }
}
