package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.certificate.Finding.Kind;
import dev.crease.runtime.ElementType;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Results of integers, of types that are not known to be one, and of constants that are rounded.
class OutputsTest {
  /// A graph whose output is a constant, or an input made integer.
  private static Graph integers(long... elements) {
    GraphBuilder out = new GraphBuilder("integers");
    Value x = out.input("x", TensorType.of(ElementType.FLOAT32, 2));
    out.output(
        elements.length == 0
            ? PlantedBugsTest.add(out, "Cast", Attributes.NONE.with("to", 7), x)
            : out.constant("y", Constant.ofLongs(elements)));
    return out.build();
  }

  private static Finding judge(Graph before, Graph after) {
    return Certificate.of(new Replacement(before, after, after.inputs()));
  }

  @Test
  void constantsOfIntegersAreCompared() {
    assertThat(judge(integers(1, 2), integers(1, 2))).isInstanceOf(Finding.Proved.class);
    assertThat(judge(integers(1, 2), integers(1, 3)))
        .isInstanceOfSatisfying(
            Finding.Refuted.class,
            refuted -> {
              assertThat(refuted.where()).isEqualTo("output `y`");
              assertThat(refuted.got()).isEqualTo("another constant of i64[2]");
            });
    assertThat(judge(integers(1, 2), integers()))
        .isEqualTo(new Finding.NotCovered("output `y` is computed from integers"));
    assertThat(judge(integers(), integers(1, 2))).isInstanceOf(Finding.NotCovered.class);
    assertThat(judge(integers(), integers())).isInstanceOf(Finding.Proved.class);
  }

  private static Finding types(String before, String after) {
    String text = "model m(x: f32[%s]) -> (y: f32[%1$s]) {\ny = x * 2\n}\n";
    Graph source = TextReader.read(text.formatted(before), "m").graph();
    Graph target = TextReader.read(text.formatted(after), "m").graph();
    return judge(source, target);
  }

  @Test
  void typesMustBeKnownToBeEqual() {
    assertThat(types("N, 2", "N, 2")).isInstanceOf(Finding.Proved.class);
    assertThat(types("N, 2", "M, 2"))
        .isEqualTo(new Finding.NotCovered("output `y` is f32[N, 2], not known to be f32[M, 2]"));
    assertThat(types("N, 2", "N, 3"))
        .isEqualTo(new Finding.Refuted("output `y`", "f32[N, 2]", "f32[N, 3]"));
  }

  @Test
  void aResultThatBecameConstantIsLeft() {
    Graph before =
        TextReader.read("model m(x: f32[2]) -> (y: f32[2]) {\ny = x - x\n}\n", "m").graph();
    Graph after =
        TextReader.read("model m() -> (y: f32[2]) {\ny = Identity([0.0, 0.0])\n}\n", "m").graph();
    Finding finding = Certificate.of(new Replacement(before, after, before.inputs()));
    assertThat(finding).isNotInstanceOf(Finding.Refuted.class);
  }

  /// Deviations are told in the coarsest units of what is stored anew.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x / 3 | x * 0.33333334 | 0.34 | 0.1
          x / 3 + Cast(z * half, to = 1) | x * 0.33333334 + Cast(z * half, to = 1) | 0.00005 | 0.00001
          h: f16[] = 0.5; y = x / 3 + Cast(z * h, to = 1) | t: f32[] = 0.33333334; h: f16[] = 0.5; y = x * t + Cast(z * h, to = 1) | 0.00005 | 0.00001
          Cast(z * half, to = 1) + x / 3 | Cast(z * half, to = 1) + x * 0.33333334 | 0.00005 | 0.00001
          """)
  void deviationsAreInTheCoarsestUnits(String before, String after, double most, double least) {
    String setting =
        """
        model m(x: f32[N], z: f16[N]) -> (y: f32[N]) {
          %s
        """;
    String half = before.contains("half") ? "half: f16[] = 0.5" : "";
    assertThat(Judged.of(setting.formatted(half), before, after))
        .isInstanceOfSatisfying(
            Finding.Proved.class, proved -> assertThat(proved.deviation()).isBetween(least, most));
  }

  /// A larger constant is not looked up among those of the other side.
  @ParameterizedTest
  @CsvSource({"256, IDENTICAL", "257, WITHIN_ROUNDING"})
  void aSmallConstantThatIsEqualIsTheSame(int elements, Kind kind) {
    String setting = "model m(x: f32[%d]) -> (y: f32[%1$d]) {\n".formatted(elements);
    String scaled = "x * " + Collections.nCopies(elements, 0.25);
    assertThat(Judged.of(setting, scaled, scaled))
        .isInstanceOfSatisfying(
            Finding.Proved.class, proved -> assertThat(proved.kind()).isEqualTo(kind));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true  | a, b = Split(x, [1, 2], axis = 1); y = b * 2 | y = Slice(x, [1], [3], [1]) * 2
          false | a, b = Split(x, [1, 2], axis = 1); y = b * 2 | y = Slice(x, [0], [2], [1]) * 2
          true  | a, b = Split(x, [2, 1], axis = 1); y = a * 2 | a, b = Split(x * 2, [2, 1], axis = 1); y = a
          false | a, b = Split(x, [1, 2], axis = 1); y = b     | a, b = Split(x, [2, 1], axis = 1); y = a
          """)
  void partsAreSlices(boolean right, String before, String after) {
    Finding finding = Judged.of("model m(x: f32[N, 3]) -> (y: f32[N, 2]) {\n", before, after);
    assertThat(finding instanceof Finding.Proved).as("%s", finding).isEqualTo(right);
  }

  /// Types by number: 1 is f32, 10 f16 and 11 f64.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true  | Dropout(x, 0.5, false)               | x
          true  | Dropout(x)                           | x
          false | Dropout(x, 0.5, true)                | x
          false | Dropout(x, 0.5, drops)               | x
          false | Cast(Cast(x, to = 10), to = 1)    | x
          true  | Cast(Cast(x, to = 11), to = 1)    | Cast(Cast(x, to = 11), to = 1)
          true  | Cast(Cast(x * 2, to = 11) * 2.0, to = 1) | Cast(Cast(x, to = 11) * 4.0, to = 1)
          true  | Cast(Cast(x, to = 10), to = 1)    | Cast(Cast(Cast(x, to = 10), to = 10), to = 1)
          true  | BatchNormalization(x, s, s, s, s) * 2 | BatchNormalization(x, s, s, s, s) + BatchNormalization(x, s, s, s, s)
          true  | Gemm(x, w, x)                        | MatMul(x, w) + x
          true  | Gemm(x, w, x, beta = 0.5) * 2        | Gemm(x, w, alpha = 2) + x
          false | Gemm(x, w, x, beta = 0.5)            | Gemm(x, w, x)
          false | Gemm(x, w, x)                        | Gemm(x, w)
          true  | Gemm(x, w, b) * 2                    | Gemm(x, w, b, alpha = 2, beta = 2)
          false | Gemm(x, w, b) * 2                    | Gemm(x, w, b, alpha = 2)
          false | Gemm(x, w, s) * 2                    | Gemm(x, w, s, alpha = 2)
          true  | MatMul(x, MatMul(w, w))              | MatMul(x, MatMul(w, w))
          """)
  void operatorsAreWhatTheyCompute(boolean right, String before, String after) {
    String setting =
        """
        model m(x: f32[N, 2], s: f32[2], drops: bool[]) -> (y: f32[N, 2]) {
          b: f32[2] = [5, 6]
          w: f32[2, 2] = [[1, 2], [3, 4]]
        """;
    Finding finding = Judged.of(setting, before, after);
    assertThat(finding instanceof Finding.Proved).as("%s", finding).isEqualTo(right);
  }
}
