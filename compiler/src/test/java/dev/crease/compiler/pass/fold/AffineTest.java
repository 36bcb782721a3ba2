package dev.crease.compiler.pass.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Dim;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scales and shifts that are moved about, against what they do to each element.
class AffineTest {
  private static final double SIZE = 7;

  /// All parameters differ.
  private static Affine of(long... dims) {
    return startingAt(2, dims);
  }

  private static Affine startingAt(int first, long... dims) {
    int elements = (int) LongStream.of(dims).reduce(1, (a, b) -> a * b);
    double[] slope = IntStream.range(0, elements).mapToDouble(i -> first + i).toArray();
    double[] mean = IntStream.range(0, elements).mapToDouble(i -> 100 * (first + i)).toArray();
    double[] bias = IntStream.range(0, elements).mapToDouble(i -> -first - i).toArray();
    return new Affine(dims, slope, mean, bias, SIZE);
  }

  /// The slope at a place of the tensor, after a check that mean and bias are of the same place.
  private static double at(Affine affine, int... place) {
    int index = 0;
    for (int axis = 0; axis < place.length; axis++) {
      int own = affine.dims()[axis] == 1 ? 0 : place[axis];
      index = index * (int) affine.dims()[axis] + own;
    }
    double slope = affine.slope()[index];
    assertThat(affine.mean()[index]).isEqualTo(100 * slope);
    assertThat(affine.bias()[index]).isEqualTo(-slope);
    return slope;
  }

  private static List<Dim> dims(long... dims) {
    return LongStream.of(dims).mapToObj(Dim::of).toList();
  }

  /// The slopes of all elements of a tensor of shape `dims`, row by row.
  private static List<Double> elements(Affine affine, long... dims) {
    Affine wide = affine.broadcast(dims);
    assertThat(wide.dims()).isEqualTo(dims);
    assertThat(wide.size()).isEqualTo(SIZE);
    List<Double> elements = new ArrayList<>();
    for (int i = 0; i < wide.elements(); i++) {
      int[] place = new int[dims.length];
      int rest = i;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        place[axis] = rest % (int) dims[axis];
        rest /= (int) dims[axis];
      }
      elements.add(at(affine, place));
      assertThat(wide.slope()[i]).isEqualTo(elements.getLast());
    }
    return elements;
  }

  @Test
  void identityChangesNothing() {
    Affine identity = Affine.identity(3);
    assertThat(identity.dims()).containsExactly(1, 1, 1);
    assertThat(identity.apply(0, 0.1)).isEqualTo(0.1);
    assertThat(identity.scales()).isFalse();
    assertThat(identity.shifts()).isFalse();
    Affine other = of(2, 1, 3);
    for (int i = 0; i < other.elements(); i++) {
      assertThat(identity.then(other).apply(i, 9)).isEqualTo(other.apply(i, 9));
    }
  }

  @Test
  void oneElementServesAllOfItsAxis() {
    assertThat(elements(of(2, 1, 3, 1), 2, 2, 3, 2))
        .containsExactly(
            2., 2., 3., 3., 4., 4., 2., 2., 3., 3., 4., 4., //
            5., 5., 6., 6., 7., 7., 5., 5., 6., 6., 7., 7.);
  }

  @Test
  void thenIsOneAfterTheOther() {
    Affine first = of(2, 1, 3);
    Affine second = startingAt(20, 1, 2, 3);
    Affine both = first.then(second);
    assertThat(both.dims()).containsExactly(2, 2, 3);
    for (int i = 0; i < both.elements(); i++) {
      int before = i / 6 * 3 + i % 3;
      int after = i % 6;
      assertThat(both.apply(i, 5)).isEqualTo(second.apply(after, first.apply(before, 5)));
    }
  }

  @Test
  void inverseUndoes() {
    Affine affine = of(3);
    for (int i = 0; i < 3; i++) {
      assertThat(affine.inverse(i, affine.apply(i, 0.5))).isEqualTo(0.5);
    }
    Affine flat = new Affine(new long[] {1}, new double[1], new double[] {3}, new double[] {2}, 1);
    assertThat(flat.inverse(0, 2)).isZero();
    assertThat(flat.inverse(0, 1)).isInfinite();
  }

  @Test
  void signsOfSlopes() {
    Affine affine =
        new Affine(new long[] {2}, new double[] {0, 1}, new double[2], new double[2], 1);
    assertThat(affine.slopesAreAtLeast(0)).isTrue();
    assertThat(affine.slopesAreAtLeast(0.5)).isFalse();
    assertThat(affine.slopesArePositive()).isFalse();
    assertThat(of(2).slopesArePositive()).isTrue();
  }

  @Test
  void alikeBeyondAnAxis() {
    assertThat(of(1, 3, 1, 1).isUniformBeyond(2)).isTrue();
    assertThat(of(1, 3, 1, 1).isUniformBeyond(1)).isFalse();
    assertThat(of(1, 1, 1, 3).isUniformBeyond(2)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 0x1.4f8b588e368f1p36",
    "FLOAT32, 0x1.4f8b588e368f1p7",
    "FLOAT16, 0x1.6a09e667f3bcdp4",
    "BFLOAT16, 8.0"
  })
  void cancellationBeginsBeyondTheBoundOfItsType(ElementType element, double most) {
    double bound = most * SIZE;
    assertThat(shift(bound).cancelsLittle(element).obstacle()).isEmpty();
    assertThat(shift(-Math.nextUp(bound)).cancelsLittle(element).obstacle()).isPresent();
  }

  @Test
  void integersDoNotCancel() {
    assertThat(shift(Double.MAX_VALUE).cancelsLittle(ElementType.INT32).obstacle()).isEmpty();
  }

  private static Affine shift(double bias) {
    return new Affine(
        new long[] {1}, new double[] {1}, new double[] {0}, new double[] {bias}, SIZE);
  }

  @Test
  void alongAnAxisThatItIsNotUniformBeside() {
    assertThat(elements(of(1, 1).along(1, 3).orElseThrow(), 1, 3)).containsExactly(2., 2., 2.);
    assertThat(of(1, 3).along(1, 3)).hasValueSatisfying(same -> at(same, 0, 2));
    assertThat(of(2, 3).along(1, 3)).isEmpty();
    assertThat(of(1, 3).along(1, 6)).isEmpty();
  }

  @Test
  void transposed() {
    Affine moved = of(2, 1, 3).transposed(new int[] {2, 0, 1});
    assertThat(moved.dims()).containsExactly(3, 2, 1);
    assertThat(elements(moved, 3, 2, 1)).containsExactly(2., 5., 3., 6., 4., 7.);
  }

  @Test
  void picked() {
    Affine affine = of(2, 3, 2);
    Affine picked = affine.picked(1, new int[] {2, 0, 0, 1});
    assertThat(picked.dims()).containsExactly(2, 4, 2);
    assertThat(elements(picked, 2, 4, 2))
        .containsExactly(
            6., 7., 2., 3., 2., 3., 4., 5., //
            12., 13., 8., 9., 8., 9., 10., 11.);
    Affine uniform = of(2, 1, 2);
    assertThat(uniform.picked(1, new int[] {2, 0})).isSameAs(uniform);
  }

  @Test
  void joined() {
    List<Affine> parts = List.of(of(2, 1, 1), startingAt(20, 1, 3, 2));
    Affine joined = Affine.joined(1, parts, new long[] {2, 3});
    assertThat(joined.dims()).containsExactly(2, 5, 2);
    assertThat(elements(joined, 2, 5, 2))
        .containsExactly(
            2., 2., 2., 2., 20., 21., 22., 23., 24., 25., //
            3., 3., 3., 3., 20., 21., 22., 23., 24., 25.);
  }

  /// The elements stay in their order.
  private static void assertReshaped(Affine affine, long[] from, long[] to) {
    Affine reshaped = affine.reshaped(dims(from), dims(to)).orElseThrow();
    assertThat(elements(reshaped, to)).as(Arrays.toString(to)).isEqualTo(elements(affine, from));
  }

  @Test
  void reshaped() {
    long[] from = {2, 6, 2};
    for (Affine affine : List.of(of(2, 6, 2), of(1, 6, 1), of(2, 1, 1), of(1, 1, 2), of(1, 1, 1))) {
      assertReshaped(affine, from, new long[] {2, 6, 2});
      assertReshaped(affine, from, new long[] {24});
      assertReshaped(affine, from, new long[] {2, 2, 3, 2});
      assertReshaped(affine, from, new long[] {12, 2});
      assertReshaped(affine, from, new long[] {2, 12});
      assertReshaped(affine, from, new long[] {3, 4, 2});
      assertReshaped(affine, from, new long[] {1, 2, 6, 2, 1, 1});
    }
    assertReshaped(of(1, 3, 1, 1), new long[] {1, 3, 1, 1}, new long[] {3});
    assertReshaped(of(3), new long[] {3}, new long[] {1, 3, 1, 1});
  }

  @Test
  void reshapedWithoutJoiningStaysSmall() {
    Affine reshaped = of(1, 6, 1).reshaped(dims(2, 6, 4), dims(2, 6, 2, 2)).orElseThrow();
    assertThat(reshaped.dims()).containsExactly(1, 6, 1, 1);
  }

  @Test
  void reshapedWhereLengthsAreNotKnown() {
    Dim n = Dim.symbol("N");
    Dim h = Dim.symbol("H");
    List<Dim> from = List.of(n, Dim.of(3), h, Dim.of(2));
    Affine channels = of(1, 3, 1, 1);
    assertThat(channels.reshaped(from, List.of(n, Dim.of(3), h.times(2))))
        .hasValueSatisfying(a -> assertThat(a.dims()).containsExactly(1, 3, 1));
    assertThat(of(1, 3, 1).reshaped(List.of(n, Dim.of(3), h.times(2)), from))
        .hasValueSatisfying(a -> assertThat(a.dims()).containsExactly(1, 3, 1, 1));
    assertThat(channels.reshaped(from, List.of(n, h.times(6)))).isEmpty();
    assertThat(channels.reshaped(from, List.of(n.times(3), h, Dim.of(2)))).isEmpty();
    assertThat(of(1, 1, 1, 2).reshaped(from, List.of(n.times(3), h, Dim.of(2))))
        .hasValueSatisfying(a -> assertThat(a.dims()).containsExactly(1, 1, 2));
    assertThat(channels.reshaped(from, List.of(n, Dim.of(3), Dim.symbol("M")))).isEmpty();
    assertThat(of(1, 1, 2).reshaped(List.of(n, h, Dim.of(2)), List.of(n.times(h), Dim.of(2))))
        .hasValueSatisfying(a -> assertThat(a.dims()).containsExactly(1, 2));
  }
}
