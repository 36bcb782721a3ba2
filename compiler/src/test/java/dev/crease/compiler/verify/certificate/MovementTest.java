package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.verify.certificate.Movement.Part;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Coefficients that follow the elements.
class MovementTest {
  private static final Dim N = Dim.symbol("N");

  private static TensorType type(Object... dims) {
    return new TensorType(
        ElementType.FLOAT32,
        Arrays.stream(dims).map(d -> d instanceof Dim dim ? dim : Dim.of((int) d)).toList());
  }

  private static Movement of(TensorType from, TensorType to, Part... parts) {
    return new Movement(from, to, List.of(parts), true);
  }

  private static Coefficients counted(int... dims) {
    double[] values = new double[Indexes.count(dims)];
    Arrays.setAll(values, i -> i);
    return new Coefficients(dims, values, values, values, null, 1);
  }

  private static void assertIs(Coefficients c, int[] dims, double... values) {
    assertThat(c.dims()).containsExactly(dims);
    assertThat(c.lo()).containsExactly(values);
  }

  @Test
  void coefficientsFollowAxes() {
    Movement turned = of(type(N, 2, 3), type(3, N, 2), kept(2, 0), kept(0, 1), kept(1, 2));
    assertIs(turned.of(counted(2, 3)).orElseThrow(), new int[] {3, 1, 2}, 0, 3, 1, 4, 2, 5);
    assertIs(turned.of(counted(3)).orElseThrow(), new int[] {3, 1, 1}, 0, 1, 2);
    assertIs(turned.of(counted(1, 1)).orElseThrow(), new int[0], 0);
  }

  private static Part kept(int in, int out) {
    return Part.kept(in, out);
  }

  @Test
  void coefficientsFollowPickedElements() {
    Movement picked = of(type(N, 3), type(N, 2), kept(0, 0), Part.picked(1, new int[] {2, 0}));
    assertIs(picked.of(counted(3)).orElseThrow(), new int[] {1, 2}, 2, 0);
    assertThat(of(type(3), type(1), Part.picked(0, new int[] {3})).of(counted(3))).isEmpty();
    assertThat(of(type(3), type(1), Part.picked(0, new int[] {-1})).of(counted(3))).isEmpty();
    assertThat(of(type(3), type(1), Part.picked(0, new int[] {2})).of(counted(3))).isPresent();
  }

  @Test
  void mixedElementsHaveOneCoefficient() {
    Movement mixed = of(type(2, 3), type(2, 3), kept(0, 0), Part.mixed(List.of(1), List.of(1)));
    assertThat(mixed.of(counted(3))).isEmpty();
    assertIs(mixed.of(counted(2, 1)).orElseThrow(), new int[] {2, 1}, 0, 1);
    Movement merged = of(type(2, 3), type(6), Part.mixed(List.of(0, 1), List.of(0)));
    assertThat(merged.of(counted(2, 1))).isEmpty();
  }

  @Test
  void coefficientsFollowRunsOfAxes() {
    Movement merged = of(type(2, 3), type(6), Part.kept(List.of(0, 1), List.of(0)));
    assertIs(merged.of(counted(2, 1)).orElseThrow(), new int[] {6}, 0, 0, 0, 1, 1, 1);
    assertIs(merged.of(counted(3)).orElseThrow(), new int[] {6}, 0, 1, 2, 0, 1, 2);
    Movement split =
        of(type(N, 6), type(N, 2, 3), kept(0, 0), Part.kept(List.of(1), List.of(1, 2)));
    assertIs(split.of(counted(6)).orElseThrow(), new int[] {1, 2, 3}, 0, 1, 2, 3, 4, 5);
    Movement again = of(type(2, 6), type(4, 3), Part.kept(List.of(0, 1), List.of(0, 1)));
    assertIs(
        again.of(counted(2, 1)).orElseThrow(),
        new int[] {4, 3},
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        1,
        1,
        1,
        1,
        1);
  }

  @Test
  void runsOfUnknownOrOtherSizeAreNotFollowed() {
    Part merged = Part.kept(List.of(0, 1), List.of(0));
    assertThat(of(type(N, 2), type(N.times(2)), merged).of(counted(2))).isEmpty();
    assertThat(of(type(2, 2), type(N), merged).of(counted(2))).isEmpty();
    assertThat(of(type(2, 2), type(5), merged).of(counted(2))).isEmpty();
    Part both = Part.kept(List.of(0, 1), List.of(0, 1));
    assertThat(of(type(N, 2), type(2, N), both).of(counted(2))).isEmpty();
  }

  @Test
  void anAxisIsWhereItsElementsAre() {
    Movement movement =
        of(
            type(N, 3, 3, 3, 4),
            type(3, N, 3, 2, 2, 2),
            kept(1, 0),
            kept(0, 1),
            Part.picked(2, new int[] {0, 1, 2}),
            Part.picked(3, new int[] {0, 1}),
            Part.kept(List.of(4), List.of(4, 5)));
    assertThat(movement.axis(0)).hasValue(1);
    assertThat(movement.axis(1)).hasValue(0);
    assertThat(movement.axis(2)).hasValue(2);
    assertThat(movement.axis(3)).isEmpty();
    assertThat(movement.axis(4)).isEmpty();
    assertThat(movement.picked(3).map(Part::picks)).contains(new int[] {0, 1});
    assertThat(movement.picked(1)).isEmpty();
    assertThat(movement.picked(4)).isEmpty();
    assertThat(of(type(3), type(3), Part.picked(0, new int[] {0, 2, 1})).axis(0)).isEmpty();
    assertThat(of(type(3), type(3), Part.mixed(List.of(0), List.of(0))).axis(0)).isEmpty();
    assertThat(of(type(1, 3), type(3), Part.kept(List.of(0, 1), List.of(0))).axis(0)).isEmpty();
  }

  @Test
  void anAxisIsSplitIntoSeveralOfKnownSize() {
    Part split = Part.kept(List.of(1), List.of(1, 2, 3));
    Movement movement = of(type(N, 24), type(N, 2, 3, 4), kept(0, 0), split);
    assertThat(movement.split(1)).contains(new Movement.Split(1, 12));
    assertThat(movement.split(0)).isEmpty();
    assertThat(of(type(2, 24), type(2, 2, N, 4), kept(0, 0), split).split(1)).isEmpty();
    assertThat(of(type(2, 24), type(2, 2, 3, 4), kept(0, 0), split).split(0)).isEmpty();
    Part mixed = Part.mixed(List.of(1), List.of(1, 2, 3));
    assertThat(of(type(N, 24), type(N, 2, 3, 4), kept(0, 0), mixed).split(1)).isEmpty();
    Part both = Part.kept(List.of(0, 1), List.of(0, 1));
    assertThat(of(type(4, 3), type(2, 6), both).split(0)).isEmpty();
  }
}
