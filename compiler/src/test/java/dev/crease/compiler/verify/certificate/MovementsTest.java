package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which axes each operator keeps, picks from or mixes.
class MovementsTest {
  private static Movement movement(String from, String to, String formula) {
    return found(from, to, formula).orElseThrow();
  }

  private static Optional<Movement> found(String from, String to, String formula) {
    String text = "model m(x: f32[%s]) -> (y: f32[%s]) {\ny = %s\n}\n";
    Graph graph = TextReader.read(text.formatted(from, to, formula), "m").graph();
    Node node = graph.nodes().getLast();
    List<Form> operands = new ArrayList<>();
    node.inputs().forEach(value -> operands.add(form(graph, value)));
    return Movements.of(new Operation(graph, node, operands));
  }

  private static @Nullable Form form(Graph graph, Value value) {
    if (value.isAbsent()) {
      return null;
    }
    Optional<Constant> constant = graph.constant(value);
    if (constant.isEmpty()) {
      return Form.Atom.input(value.name(), value.type()).unit();
    }
    return constant.get().element().isFloating()
        ? new Form.Affine(value.type(), Coefficients.given(constant.get()), List.of())
        : new Form.Whole(constant.get(), true);
  }

  /// `in>out` for axes that are kept, `in~out` for mixed ones, `in>out:elements` for picked ones.
  private static String text(Movement movement) {
    return movement.parts().stream().map(MovementsTest::text).collect(Collectors.joining(" "));
  }

  private static String text(Movement.Part part) {
    int[] picks = part.picks();
    String text = axes(part.in()) + (part.kept() || picks != null ? ">" : "~") + axes(part.out());
    return picks == null
        ? text
        : text
            + ":"
            + Arrays.stream(picks).mapToObj(String::valueOf).collect(Collectors.joining(","));
  }

  private static String axes(List<Integer> axes) {
    return axes.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          N, 2, 3, 4 | N, 6, 4    | Reshape(x, [0, 6, 4])       | 0>0 1,2>1 3>2
          N, 6, 4    | N, 2, 3, 4 | Reshape(x, [0, 2, 3, 4])    | 0>0 1>1,2 2>3
          N, 2, 3, 4 | N, 24      | Flatten(x)                  | 0>0 1,2,3>1
          N, 4, 6    | N, 2, 2, 6 | Reshape(x, [0, 2, 2, 6])    | 0>0 1>1,2 2>3
          N, 4, 6    | N, 6, 4    | Reshape(x, [0, 6, 4])       | 0>0 1,2>1,2
          N, 2, 3, 5 | N, 3, 2, 5 | Reshape(x, [0, 3, 2, 5])    | 0>0 1,2>1,2 3>3
          N, 2       | N, 1, 2    | Unsqueeze(x, [1])           | 0>0 >1 1>2
          N, 2       | N, 2, 1    | Unsqueeze(x, [2])           | 0>0 1>1 >2
          N, 2       | 1, N, 2    | Unsqueeze(x, [0])           | >0 0>1 1>2
          1, N, 1, 2, 1 | N, 2    | Squeeze(x, [0, 2, 4])       | 0> 1>0 2> 3>1 4>
          N, 1, 4    | N, 4, 1    | Reshape(x, [0, 4, 1])       | 0>0 1> 2>1 >2
          N, H, W    | N, H * W   | Reshape(x, [0, -1])         | 0>0 1,2>1
          N, 2, H, W | N, 2, H * W | Reshape(x, [0, 2, -1])     | 0>0 1>1 2,3>2
          4, 3, 5    | 2, 2, 3, 5 | Reshape(x, [2, 2, 3, 5])    | 0>0,1 1>2 2>3
          4, 9       | 2, 6, 3    | Reshape(x, [2, 6, 3])       | 0,1>0,1,2
          2, 6, 3    | 4, 9       | Reshape(x, [4, 9])          | 0,1,2>0,1
          N, 2, H    | N, H, 2    | Transpose(x, perm = [0, 2, 1]) | 0>0 2>1 1>2
          N, 2, H    | H, 2, N    | Transpose(x)                | 2>0 1>1 0>2
          N, 3, W    | N, 2, W    | Slice(x, [1], [9], [1])     | 0~0 1>1:1,2 2~2
          N, 3, W    | N, 2, W    | Slice(x, [-1], [-9], [1], [-2]) | 0~0 1>1:2,0 2~2
          N, 3       | N, 2       | Gather(x, [2, 0], axis = 1) | 0>0 1>1:2,0
          N, 3       | N, 2       | Gather(x, [-1, -3], axis = -1) | 0>0 1>1:2,0
          N, 3       | 2, 3       | Gather(x, [0, 0])           | 0~0 1>1
          N, 2, 6    | N, 2, 2, 6 | Gather(x, [[0, 1], [1, 0]], axis = 1) | 0>0 1~1,2 2>3
          N, 2, H    | N, 2       | Gather(x, -1, axis = 2)     | 0>0 1>1 2~
          N, 3, H    | N, H       | Gather(x, 1, axis = 1)      | 0>0 1~ 2>1
          N, 3, W    | N, 6, 2 * W | Tile(x, [1, 2, 2])         | 0>0 1>1:0,1,2,0,1,2 2~2
          N, 2, H, W | 3 * N, 2, H, W | Tile(x, [3, 1, 1, 1])   | 0~0 1>1 2>2 3>3
          N, 2, 4, 6 | N, 8, 2, 3 | SpaceToDepth(x, blocksize = 2) | 0>0 1>1:0,1,0,1,0,1,0,1 2~2 3~3
          N, 8, H, W | N, 2, 2 * H, 2 * W | DepthToSpace(x, blocksize = 2) | 0>0 1>1:0,1 2~2 3~3
          N, 8, H, W | N, 2, 2 * H, 2 * W | DepthToSpace(x, blocksize = 2, mode = "CRD") | 0>0 1>1:0,4 2~2 3~3
          N, 2, H, W | N, 2, H, W | AveragePool(x, kernel_shape = [1, 3], pads = [0, 1, 0, 1]) | 0>0 1>1 2~2 3~3
          N, 2, H, W | N, 2, 1, 1 | GlobalAveragePool(x)        | 0>0 1>1 2~2 3~3
          N, 2, H    | N, 2, 1    | ReduceMean(x, [2])          | 0>0 1>1 2~2
          N, 2, H    | N, 1, H    | ReduceMean(x, [-2])         | 0>0 1~1 2>2
          N, 2, H    | N, H       | ReduceMean(x, [1], keepdims = 0) | 0>0 1~ 2>1
          N, 2, H    | 2          | ReduceMean(x, [0, 2], keepdims = 0) | 0~ 1>0 2~
          N, 2, 3    | N, 2, 6    | Resize(x, _, [1, 1, 2])     | 0>0 1>1 2~2
          N, 2, 3    | N, 2, 4    | Pad(x, [0, 0, 0, 0, 0, 1])  | 0>0 1>1 2~2
          N, 2, 3    | N, 3, 3    | Pad(x, [0, 0, 0, 0, 1, 0], mode = "edge") | 0>0 1~1 2>2
          """)
  void axesAreKeptPickedOrMixed(String from, String to, String formula, String parts) {
    assertThat(text(movement(from, to, formula))).isEqualTo(parts);
  }

  /// What comes out need not be as many elements as are known to go in.
  @Test
  void aSizeThatIsNotKnownIsOneRun() {
    assertThat(text(found("N, 4", "floordiv(4 * N, 3), 3", "Reshape(x, [-1, 3])").orElseThrow()))
        .isEqualTo("0,1>0,1");
  }

  @Test
  void emptyTensorsTellNothing() {
    assertThat(found("N, 0", "0, N", "Reshape(x, [0, -1], allowzero = 1)")).isEmpty();
  }

  @Test
  void repeatedAxesAreMixed() {
    assertThat(text(expanded(new long[] {1, 3}, 5, 2, 3))).isEqualTo("~0 0~1 1>2");
    assertThat(text(expanded(new long[] {2, 3}, 2, 3))).isEqualTo("0>0 1>1");
    assertThat(text(expanded(new long[] {2, 1}, 4, 2, 7))).isEqualTo("~0 0>1 1~2");
    assertThat(Movements.expanded(type(2, 3), type(4, 3))).isEmpty();
    assertThat(expanded(new long[] {1, 3}, 5, 2, 3).keepsConstants()).isTrue();
  }

  private static Movement expanded(long[] from, long... to) {
    return Movements.expanded(type(from), type(to)).orElseThrow();
  }

  private static TensorType type(long... dims) {
    return TensorType.of(ElementType.FLOAT32, dims);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true  | 4  | AveragePool(x, kernel_shape = [3])
          true  | 4  | AveragePool(x, kernel_shape = [3], count_include_pad = 1)
          true  | 4  | AveragePool(x, kernel_shape = [3], pads = [0, 0], count_include_pad = 1)
          true  | 5  | AveragePool(x, kernel_shape = [3], pads = [1, 0])
          false | 5  | AveragePool(x, kernel_shape = [3], pads = [1, 0], count_include_pad = 1)
          true  | 6  | AveragePool(x, kernel_shape = [3], auto_pad = "SAME_UPPER")
          false | 6  | AveragePool(x, kernel_shape = [3], auto_pad = "SAME_UPPER", count_include_pad = 1)
          true  | 4  | AveragePool(x, kernel_shape = [3], auto_pad = "VALID", count_include_pad = 1)
          true  | 1  | GlobalAveragePool(x)
          true  | 1  | ReduceMean(x, [2])
          true  | 12 | Resize(x, _, [1, 1, 2])
          false | 12 | Resize(x, [0, 0, 0, 1, 1, 1], [1, 1, 2], coordinate_transformation_mode = "tf_crop_and_resize")
          false | 7  | Pad(x, [0, 0, 0, 0, 0, 1])
          false | 7  | Pad(x, [0, 0, 0, 0, 0, 1], 0)
          true  | 7  | Pad(x, [0, 0, 0, 0, 0, 1], mode = "edge")
          true  | 7  | Pad(x, [0, 0, 0, 0, 0, 1], 3, mode = "reflect")
          """)
  void constantsAreKeptWhereNothingElseIsRead(boolean kept, int width, String formula) {
    assertThat(movement("N, 2, 6", "N, 2, " + width, formula).keepsConstants()).isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          N, 2, 7    | Pad(x, [0, 0, 0, 0, 0, 1], 3)
          N, 2, 12   | Resize(x, [0, 0, 0, 1, 1, 1], [1, 1, 2], coordinate_transformation_mode = "tf_crop_and_resize", extrapolation_value = 1)
          1, 1, 1    | ReduceMean(x)
          N, 2, 6    | Sigmoid(x)
          """)
  void othersAreNotLinear(String to, String formula) {
    assertThat(found("N, 2, 6", to, formula)).isEmpty();
  }
}
