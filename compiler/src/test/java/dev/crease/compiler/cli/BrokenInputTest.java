package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.OperatorSetIdProto;
import dev.crease.grammar.onnx.StringStringEntryProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorShapeProto;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each kind of broken input: its exit code, and a paragraph that says what is wrong and where.
class BrokenInputTest {
  private static final String TEXT =
      """
      model Small(x: f32[N, 4]) -> (y: f32[N, 2]) {
        w: f32[4, 2] = he_normal(seed = 1)
        y = Relu(MatMul(x, w))
      }
      """;

  @TempDir Path folder;

  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(folder.resolve("small.crease"), TEXT);
  }

  @Test
  void missingFile() {
    expect(3, "there is no file", "nothing.onnx", "compile", folder.resolve("nothing.onnx"));
    expect(3, "there is no file", "nothing.plan", "run", folder.resolve("nothing.plan"));
  }

  @Test
  void folderWithoutCases() {
    expect(3, "there is no case below", folder.toString(), "conformance", folder);
  }

  @Test
  void outputsThatWouldDestroySomething() throws IOException {
    expect(2, "that ending is a model's", text.toString(), "compile", text, "-o", text);
    expect(3, "it is the file to read", text.toString(), "convert", text, text);
    assertThat(text).hasContent(TEXT);
    assumeTrue(Files.exists(Path.of("/dev/null")), "there is no /dev/null, so it is not tried");
    Path device = Files.createSymbolicLink(folder.resolve("device"), Path.of("/dev/null"));
    expect(3, "a device or a pipe", "device", "compile", text, "-o", device);
  }

  @Test
  void outputsGoWhereLinksPointAndKeepPermissions() throws IOException {
    Path plan = Files.writeString(folder.resolve("real.plan"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.plan"), plan);
    Set<PosixFilePermission> open = PosixFilePermissions.fromString("rw-rw-r--");
    Files.setPosixFilePermissions(plan, open);
    assertThat(CommandLineRun.of("compile", text, "-o", link).exitCode()).isZero();
    assertThat(link).isSymbolicLink();
    assertThat(Files.size(plan)).isGreaterThan(64);
    assertThat(Files.getPosixFilePermissions(plan)).isEqualTo(open);
    Path fresh = folder.resolve("fresh.plan");
    Path other = Files.writeString(folder.resolve("other"), "");
    assertThat(CommandLineRun.of("compile", text, "-o", fresh).exitCode()).isZero();
    assertThat(Files.getPosixFilePermissions(fresh))
        .isEqualTo(Files.getPosixFilePermissions(other));
  }

  @Test
  void integersThatTheReferenceWouldRound() throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("sum.crease"), "model Sum(x: i64[1]) -> (y: i64[1]) { y = x + 1 }");
    Path x = folder.resolve("large.npy");
    NpyFile.write(Tensor.of(new long[] {(1L << 53) + 1}, 1), x);
    expect(3, "input `x`", "up to 2^53 only", "run", model, "-i", "x=" + x, "--reference");
    CommandLineRun run = CommandLineRun.of("run", model, "-i", "x=" + x);
    assertThat(run.out()).contains("[9007199254740994]");
  }

  @Test
  void textsHaveNoReference() throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("text.crease"),
            "model Text(x: f32[1]) -> (y: f32[1]) { y = Cast(Cast(x, to = string), to = f32) }");
    assertThat(CommandLineRun.of("run", model).exitCode()).isZero();
    expect(3, "f32 to string", "has no texts", "verify", model);
    expect(3, "f32 to string", "has no texts", "run", model, "--reference");
  }

  /// Sizes that only data decides cannot be given.
  @Test
  void onlyDimensionsOfInputsAreAskedFor() throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("found.crease"),
            """
            model Found(x: f32[N, 4]) -> (y: i64[]) {
              places = NonZero(Relu(x))
              y = ReduceSum(places, keepdims = 0)
            }
            """);
    CommandLineRun run = CommandLineRun.of("inspect", model);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("1 is assumed; give --dim N=SIZE\n");
  }

  @Test
  void picturesSmallerThanTheWindow() throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("pool.crease"),
            """
            model Pool(x: f32[1, 1, H, 4]) -> (y: f32[1, 1, floordiv(H, 2), 2]) {
              y = MaxPool(x, kernel_shape = [2, 2], strides = [2, 2])
            }
            """);
    expect(3, "window", "has 1", "run", model, "--dim", "H=1");
    expect(3, "window", "has 1", "run", model, "--dim", "H=1", "--reference");
    expect(3, "a size that is not given is 1", "give --dim H=SIZE)", "verify", model);
    assertThat(CommandLineRun.of("run", model, "--dim", "H=2").exitCode()).isZero();
  }

  @Test
  void nameThatTellsNothing() {
    expect(3, "its ending tells nothing", ".onnx or .crease", "compile", folder.resolve("a.txt"));
  }

  @Test
  void truncatedProtobuf() throws IOException {
    Path whole = folder.resolve("whole.onnx");
    assertThat(CommandLineRun.of("convert", text, whole).exitCode()).isZero();
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : new int[] {0, 1, bytes.length / 3, bytes.length - 1}) {
      Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(bytes, length));
      expect(3, "cut.onnx", "", "compile", cut);
    }
  }

  @Test
  void wrongDimensions() throws IOException {
    Path model = onnx(graph -> graph.setInitializer(0, weights(3, 2)));
    expect(3, "MatMul", "f32[", "compile", model);
  }

  @Test
  void weightsThatAreTooShort() throws IOException {
    TensorProto cut =
        weights(4, 2).toBuilder().setRawData(ByteString.copyFrom(new byte[7])).build();
    expect(3, "`w`", "", "compile", onnx(graph -> graph.setInitializer(0, cut)));
  }

  @Test
  void missingInitializer() throws IOException {
    expect(3, "`w`", "model.onnx", "compile", onnx(GraphProto.Builder::clearInitializer));
  }

  @Test
  void cyclicGraph() throws IOException {
    Path model =
        onnx(
            graph ->
                graph
                    .clearNode()
                    .addNode(node("Add", "a", "x", "b"))
                    .addNode(node("Relu", "b", "a"))
                    .addNode(node("MatMul", "y", "b", "w")));
    expect(3, "cycl", "model.onnx", "compile", model);
  }

  @Test
  void unknownOperator() throws IOException {
    Path model =
        onnx(
            graph ->
                graph
                    .clearNode()
                    .addNode(node("Frobnicate", "a", "x"))
                    .addNode(node("MatMul", "y", "a", "w")));
    expect(4, "Frobnicate", "not supported", "compile", model);
    assertThat(expect(4, "Frobnicate", "not supported", "inspect", model).out())
        .contains("model.onnx: model ")
        .contains("inputs      x: f32[")
        .contains("outputs     y: f32[")
        .contains("operators   2: 1 Frobnicate, 1 MatMul");
  }

  @Test
  void externalDataOutsideTheFolder() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("inside"));
    Files.write(folder.resolve("secret.bin"), new byte[32]);
    for (String place : new String[] {"../secret.bin", folder.resolve("secret.bin").toString()}) {
      TensorProto external =
          weights(4, 2).toBuilder()
              .clearRawData()
              .setDataLocation(TensorProto.DataLocation.EXTERNAL)
              .addExternalData(
                  StringStringEntryProto.newBuilder().setKey("location").setValue(place))
              .build();
      Path model = onnx(graph -> graph.setInitializer(0, external));
      Path moved = Files.move(model, inside.resolve("model" + place.length() + ".onnx"));
      expect(3, "secret.bin", "`w`", "compile", moved);
    }
  }

  @Test
  void badText() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.crease"), TEXT.replace("Relu(", "Rleu("));
    CommandLineRun run = expect(3, "bad.crease", "did you mean `Relu`", "compile", bad);
    assertThat(run.err()).contains("y = Rleu(MatMul(x, w))").contains("^");
    Files.writeString(bad, TEXT.replace("Relu(", "QuantizeLinear("));
    expect(
        4, "bad.crease:3", "the operator QuantizeLinear of ONNX is not supported", "compile", bad);
    Path open = Files.writeString(folder.resolve("open.crease"), TEXT.replace("}", ""));
    expect(3, "open.crease", "^", "compile", open);
  }

  @Test
  void damagedAndTruncatedAndForeignAndNewerPlans() throws IOException {
    byte[] bytes = Files.readAllBytes(plan());
    for (int at : new int[] {20, bytes.length / 2, bytes.length - 5}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x10;
      Path file = Files.write(folder.resolve("damaged.plan"), damaged);
      expect(3, "damaged.plan", "plan", "run", file);
    }
    Path cut = Files.write(folder.resolve("cut.plan"), Arrays.copyOf(bytes, bytes.length / 2));
    expect(3, "cut.plan", "", "inspect", cut);
    Path foreign = Files.writeString(folder.resolve("foreign.plan"), "PK and what else there is");
    expect(3, "foreign.plan", "not a plan", "run", foreign);
    byte[] newer = bytes.clone();
    newer[8] = 99;
    Path future = Files.write(folder.resolve("newer.plan"), newer);
    expect(3, "newer.plan", "version 99", "run", future);
  }

  @Test
  void wrongInputNameTypeAndShape() throws IOException {
    Path good = folder.resolve("good.npy");
    NpyFile.write(Tensor.of(new float[8], 2, 4), good);
    assertThat(CommandLineRun.of("run", plan(), "-i", good).exitCode()).isZero();

    Path two =
        Files.writeString(folder.resolve("two.crease"), TEXT.replace("(x:", "(mask: f32[N], x:"));
    expect(2, "no input `maks`, only", "did you mean `mask`?", "run", two, "-i", "maks=" + good);
    expect(2, "does not say which input", "", "run", two, "-i", good);
    NpyFile.write(Tensor.of(new float[6], 2, 3), good);
    expect(3, "holds f32[2, 3]", "x: f32[N, 4]", "run", plan(), "-i", good);
    NpyFile.write(Tensor.of(new double[8], 2, 4), good);
    expect(3, "holds f64[2, 4]", "x: f32[N, 4]", "run", plan(), "-i", good);
    expect(2, "no input has such a dimension", "[N]", "run", plan(), "--dim", "M=3");
    Files.writeString(good, "no array");
    expect(3, "good.npy is not an array file", "", "run", plan(), "-i", good);
    expect(3, "there is no file", "gone.npy", "run", plan(), "-i", folder.resolve("gone.npy"));
  }

  @Test
  void sizesThatDoNotFitTogether() throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("sum.crease"),
            """
            model Sum(x: f32[N, 3], y: f32[M, 3]) -> (z: f32[N, 3]) {
              z = x + Reshape(y, [2, 3])
            }
            """);
    expect(3, "does not fit these input shapes", "[7, 3]", "run", model, "--dim", "M=7");
    expect(3, "does not fit these input shapes", "[7, 3]", "bench", model, "--dim", "M=7");
    expect(3, "Reshape", "is not possible", "run", model, "--reference", "--dim", "M=7");
    expect(3, "Reshape", "is not possible", "verify", model, "--dim", "M=7");
  }

  @Test
  void declaredTypesThatTheInputsContradict() throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("joined.crease"),
            """
            model Joined(x: f32[N, A], y: f32[N, B]) -> (z: f32[N, 5]) {
              z = Concat(x, y, axis = 1)
            }
            """);
    assertThat(CommandLineRun.of("verify", model, "--dim", "A=4").exitCode()).isZero();
    expect(3, "`z`[", "does not fit these input shapes", "run", model);
    expect(3, "`z` is f32[N, 5]", "it is f32[1, 2]", "run", model, "--reference");
    expect(3, "`z` is f32[N, 5]", "it is f32[1, 2]", "verify", model);
  }

  @Test
  void valuesThatCannotBeComputedWith() throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("pick.crease"),
            """
            model Pick(x: f32[3], at: i64[N], by: i64[N]) -> (y: f32[N]) {
              chosen = at / by
              y = Gather(x, chosen)
            }
            """);
    Path large = folder.resolve("large.npy");
    Path one = folder.resolve("one.npy");
    Path zero = folder.resolve("zero.npy");
    NpyFile.write(Tensor.of(new long[] {0, 3}, 2), large);
    NpyFile.write(Tensor.of(new long[] {1, 1}, 2), one);
    NpyFile.write(Tensor.of(new long[] {1, 0}, 2), zero);
    for (String command : new String[] {"run", "verify", "bench", "profile"}) {
      expect(3, "`y`", "index 3", command, model, "-i", "at=" + large, "-i", "by=" + one);
      expect(3, "`chosen`", "by zero", command, model, "-i", "at=" + one, "-i", "by=" + zero);
    }
  }

  @Test
  void sizesThatNoTensorHas() throws IOException {
    expect(3, "more elements than a tensor", "--dim", "run", text, "--dim", "N=999999999");
    expect(3, "more elements than a tensor", "--dim", "verify", text, "--dim", "N=999999999");
    Path large =
        Files.writeString(
            folder.resolve("large.crease"),
            """
            model Large(x: f32[N]) -> (y: f32[100000, 100000]) {
              y = Expand(x, [100000, 100000])
            }
            """);
    expect(3, "`y`", "more than 2^31 elements", "run", large);
    expect(3, "`y`", "too large for a tensor", "run", large, "--reference");
    Path wide =
        Files.writeString(folder.resolve("wide.crease"), TEXT.replace("[N,", "[3000000000,"));
    expect(3, "3000000000", "2^31", "run", wide);
  }

  @Test
  void foldersInPlaceOfFiles() throws IOException {
    for (String name : new String[] {"d.onnx", "d.crease", "d.plan", "d.npy", "d.pb", "d.png"}) {
      Path directory = Files.createDirectory(folder.resolve(name));
      boolean input = name.matches(".*(npy|pb|png)");
      if (input) {
        expect(3, name + " is a folder", "name a file", "run", text, "-i", directory);
      } else {
        expect(3, name + " is a folder", "name a file", "run", directory);
        expect(3, name + " is a folder", "name a file", "inspect", directory);
      }
    }
    expect(3, "d.plan is a folder", "", "bench", folder.resolve("d.plan"));
    expect(3, "d.plan is a folder", "", "verify", text, "--plan", folder.resolve("d.plan"));
    expect(3, "/: its ending tells nothing", "", "compile", "/");
    expect(3, "/ is a folder", "", "run", text, "-i", "/");
    expect(3, "/: it is a folder", "", "convert", text, "/");
  }

  @Test
  void emptyFiles() throws IOException {
    for (String name : new String[] {"e.onnx", "e.crease", "e.plan"}) {
      expect(3, name, "", "run", Files.createFile(folder.resolve(name)));
    }
    Path picture =
        Files.writeString(
            folder.resolve("picture.crease"),
            "model P(x: f32[1, 3, H, W]) -> (y: f32[1, 3, H, W]) { y = Relu(x) }");
    for (String name : new String[] {"e.npy", "e.pb", "e.png"}) {
      expect(3, name, "", "run", picture, "-i", Files.createFile(folder.resolve(name)));
    }
  }

  @Test
  void planOfAnotherModel() throws IOException {
    Path other = Files.writeString(folder.resolve("other.crease"), TEXT.replace("x", "image"));
    expect(3, "belongs to another model", "[image]", "verify", other, "--plan", plan());
    Path output = Files.writeString(folder.resolve("out.crease"), TEXT.replace("y", "logits"));
    expect(3, "belongs to another model", "[logits]", "verify", output, "--plan", plan());
    Path wide =
        Files.writeString(
            folder.resolve("wide.crease"),
            "model W(x: f32[7, 9, 11]) -> (y: f32[7, 9, 11]) { y = Relu(x) }");
    expect(3, "belongs to another model", "the model's is", "verify", wide, "--plan", plan());
  }

  @Test
  void optionsOutOfRange() {
    for (String command : new String[] {"run", "verify", "bench", "profile"}) {
      expect(2, "--threads 0: give 1 to 1024", "", command, text, "--threads", 0);
      expect(2, "--threads 9999: give 1 to 1024", "", command, text, "--threads", 9999);
      expect(2, "--seed", "'x' is not an integer", command, text, "--seed", "x");
      expect(2, "--dim N=-1", "not negative", command, text, "--dim", "N=-1");
      expect(2, "--dim", "'many' is not an integer", command, text, "--dim", "N=many");
      expect(2, "--dim N: give NAME=N", "", command, text, "--dim", "N");
      expect(2, "--dim gives `N` twice", "", command, text, "--dim", "N=1", "--dim", "N=2");
      expect(2, "--stop-after 99: there are only", "", command, text, "--stop-after", 99);
      expect(2, "--input 'x=' names no file", "", command, text, "-i", "x=");
      expect(
          2,
          "--kernels",
          "give one of auto, scalar, vector, not 'quick'",
          command,
          text,
          "--kernels",
          "quick");
    }
    expect(2, "--threads 0", "", "conformance", folder, "--threads", 0);
    expect(2, "--seeds 0: give 1 or more", "", "verify", text, "--seeds", 0);
    expect(2, "--rtol -1.0: give 0 or more", "", "verify", text, "--rtol", "-1");
    expect(2, "--iterations 0", "", "bench", text, "--iterations", 0);
    expect(2, "--iterations 2147483647: give 1 to", "", "bench", text, "--iterations", 2147483647);
    expect(2, "--warmup -1", "", "bench", text, "--warmup", -1);
    expect(2, "--stop-after -1", "", "compile", text, "--stop-after", -1);
    expect(2, "--disable-rewrite 0", "", "compile", text, "--disable-rewrite", 0);
    expect(2, "--disable-rewrite 99: there are only", "", "compile", text, "--disable-rewrite", 99);
  }

  @Test
  void outputThatCannotBeWritten() throws IOException {
    expect(3, "there is no folder", "", "compile", text, "-o", folder.resolve("no/where.plan"));
    expect(3, "it is a folder", "", "compile", text, "-o", folder);
    expect(3, "is a file; name a folder", "", "run", text, "-o", text);
    expect(3, "is a file; name a folder", "", "compile", text, "--dump", text);
    expect(3, "there is no folder", "", "convert", text, folder.resolve("no/where.onnx"));
    Path dumps = folder.resolve("dumps");
    Path taken = Files.createDirectories(dumps.resolve("00-original.crease"));
    expect(3, taken + ": it is a folder", "", "compile", text, "--dump", dumps);
    String longName = "a".repeat(300);
    for (String ending : new String[] {".onnx", ".crease"}) {
      Path file = folder.resolve(longName + ending);
      expect(3, "cannot write " + file, "name too long", "convert", text, file);
    }
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".part"));
  }

  @Test
  void stackTraceOnlyWhenAskedFor() {
    Path missing = folder.resolve("nothing.onnx");
    assertThat(CommandLineRun.of("compile", missing, "--stacktrace").err())
        .contains("\tat dev.crease");
  }

  private static CommandLineRun expect(int code, String message, String more, Object... words) {
    return CommandLineRun.failing(code, message, more, words);
  }

  private Path plan() throws IOException {
    Path plan = folder.resolve("small.plan");
    assertThat(CommandLineRun.of("compile", text, "-o", plan).exitCode()).isZero();
    return plan;
  }

  /// `y = MatMul(x, w)` with `x: f32[N, 4]`, changed.
  private Path onnx(Consumer<GraphProto.Builder> change) throws IOException {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("small")
            .addInput(value("x", 4))
            .addOutput(value("y", 2))
            .addInitializer(weights(4, 2))
            .addNode(node("MatMul", "y", "x", "w"));
    change.accept(graph);
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
            .setGraph(graph)
            .build();
    return Files.write(folder.resolve("model.onnx"), model.toByteArray());
  }

  private static ValueInfoProto value(String name, int columns) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
        .build();
  }

  private static TensorProto weights(int rows, int columns) {
    return TensorProto.newBuilder()
        .setName("w")
        .setDataType(1)
        .addDims(rows)
        .addDims(columns)
        .setRawData(ByteString.copyFrom(new byte[rows * columns * Float.BYTES]))
        .build();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(Arrays.asList(inputs))
        .addOutput(output)
        .build();
  }
}
