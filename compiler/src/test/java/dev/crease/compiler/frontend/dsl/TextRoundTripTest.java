package dev.crease.compiler.frontend.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is printed reads back as an equal graph.
class TextRoundTripTest {
  private static final long SEED = Long.getLong("seed", 20261123);

  private final Random random = new Random(SEED);

  @Test
  void printsTheFlatForm() {
    GraphBuilder builder = new GraphBuilder("Small");
    Dim n = Dim.symbol("N");
    Value x = builder.input("x", new TensorType(ElementType.FLOAT32, List.of(n, Dim.of(3))));
    Value shift = builder.input("shift", Constant.scalar(0.5f));
    builder.constant("c", Constant.ofLongs(1, 2, 3));
    builder.constant("z", Constant.splat(ElementType.FLOAT32, new long[] {2, 2}, 0));
    Value y = builder.add("first", new Relu(), List.of(x), List.of("/net/y:0")).getFirst();
    builder.output(builder.add(new Relu(), y));
    builder.output(shift);
    Graph graph = builder.build();
    Model model = new Model(graph, "me \"2\"", "two\nlines", Map.of("key", "value"));
    String text = TextPrinter.print(model);
    assertThat(text)
        .isEqualTo(
            """
            @producer("me \\"2\\"")
            @documentation("two\\nlines")
            @metadata("key", "value")
            model Small(x: f32[N, 3], shift: f32[] = 0.5) -> (relu: f32[N, 3], shift: f32[]) {
              c: i64[3] = [1, 2, 3]
              z: f32[2, 2] = zeros
              `/net/y:0`: f32[N, 3] = Relu(x) @first
              relu: f32[N, 3] = Relu(`/net/y:0`)
            }
            """);
    assertThat(TextReader.read(text, "test")).isEqualTo(model);
  }

  @Test
  void longSignaturesHaveOneInputALine() {
    GraphBuilder builder = new GraphBuilder("Long");
    for (String name : List.of("first", "second", "third", "fourth")) {
      builder.output(builder.input(name, TensorType.of(ElementType.FLOAT32, 1, 22, 333)));
    }
    Graph graph = builder.build();
    assertThat(TextPrinter.print(graph))
        .startsWith(
            """
            model Long(
              first: f32[1, 22, 333],
              second: f32[1, 22, 333],
              third: f32[1, 22, 333],
              fourth: f32[1, 22, 333]
            ) -> (first: f32[1, 22, 333],\
            """);
    assertRoundTrip(graph);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void constantsKeepEveryBit(ElementType element) {
    for (int round = 0; round < 200; round++) {
      int[] shape = new int[random.nextInt(4)];
      int count = 1;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = random.nextInt(4);
        count *= shape[i];
      }
      Object array = element.storage().allocate(count);
      boolean uniform = random.nextInt(4) == 0;
      long bits = randomBits();
      for (int i = 0; i < count; i++) {
        bits = uniform ? bits : randomBits();
        store(array, element, i, bits);
      }
      GraphBuilder builder = new GraphBuilder("");
      builder.output(builder.constant("c", Constant.of(Tensor.of(element, array, shape))));
      assertRoundTrip(builder.build());
    }
  }

  private long randomBits() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> Float.floatToRawIntBits(random.nextInt(20) / 4f);
      case 3 -> Double.doubleToRawLongBits(random.nextInt(20) / 4.0);
      case 4 -> -1;
      case 5 -> Long.MIN_VALUE;
      default -> random.nextLong();
    };
  }

  private void store(Object array, ElementType element, int index, long bits) {
    switch (array) {
      case float[] a -> a[index] = Float.intBitsToFloat((int) bits);
      case double[] a -> a[index] = Double.longBitsToDouble(bits);
      case long[] a -> a[index] = bits;
      case int[] a -> a[index] = (int) bits;
      case short[] a -> a[index] = (short) bits;
      case byte[] a -> a[index] = (byte) (element == ElementType.BOOL ? bits & 1 : bits);
      case String[] a -> a[index] = randomString();
      default -> throw new IllegalStateException();
    }
  }

  @Test
  void namesAndStringsAreArbitrary() {
    for (int round = 0; round < 500; round++) {
      GraphBuilder builder = new GraphBuilder(randomString());
      Dim dim =
          Dim.symbol(randomName())
              .plus(random.nextInt(5) - 2)
              .floorDiv(Dim.of(2))
              .times(3)
              .max(Dim.symbol("N"))
              .broadcast(Dim.symbol("M"));
      Value x =
          builder.input(randomName(), new TensorType(ElementType.FLOAT32, List.of(dim, Dim.ONE)));
      String result = x.name() + randomName();
      builder.output(
          builder.add(randomString(), new Relu(), List.of(x), List.of(result)).getFirst());
      Map<String, String> metadata = new LinkedHashMap<>();
      metadata.put(randomString(), randomString());
      metadata.put("key", "");
      Model model = new Model(builder.build(), randomString(), randomString(), metadata);
      String text = TextPrinter.print(model);
      assertThat(TextReader.read(text, "seed " + SEED)).as(text).isEqualTo(model);
    }
  }

  private String randomName() {
    String name = randomString();
    return name.isEmpty() ? "n" : name;
  }

  private String randomString() {
    String[] awkward = {
      "",
      "if",
      "model",
      "_",
      "x.shape",
      "a.1",
      "zeros",
      "same",
      "N",
      "?3",
      "`",
      "\"",
      "\\",
      "é",
      "/conv/1:0",
      "a b",
      "\u202e",
      "\ud800",
      "😀",
      "\n",
      "inf",
      "nan",
      "min",
      "1",
      "a.",
      "Relu"
    };
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      text.append(awkward[random.nextInt(awkward.length)]);
      if (random.nextBoolean()) {
        text.append((char) random.nextInt(0x10000));
      }
    }
    return text.toString();
  }

  /// A name for a dimension that depends on data stays until the data are known.
  @Test
  void namedDimensionsBecomeKnown() {
    Model model =
        TextReader.read(
            """
            model M(x: f32[6], s: i64[2]) -> (a: f32[rows, columns], b: f32[half, 3]) {
              r: f32[rows, columns] = Reshape(x, s)
              a = Relu(r)
              root: f32[1] = [2]
              b: f32[half, 3] = Reshape(x, Concat(Cast(root * root / 2, to = 7), [3], axis = 0))
            }
            """,
            "named");
    assertRoundTrip(model.graph());
    Graph optimized =
        new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(model.graph()).graph();
    assertThat(optimized.outputs()).hasToString("[a: f32[rows, columns], b: f32[2, 3]]");
    assertRoundTrip(optimized);
  }

  @Test
  void dimensionsAreExpressions() {
    Dim n = Dim.symbol("N");
    Dim m = Dim.symbol("height.2");
    List<Dim> dims =
        List.of(
            n.times(m).times(6).plus(n).minus(Dim.of(7)),
            n.plus(3).ceilDiv(m),
            n.times(5).plus(1).floorDiv(Dim.of(4)).min(m.times(-1)).max(Dim.of(9)).broadcast(n),
            Dim.ZERO);
    GraphBuilder builder = new GraphBuilder("dims");
    // Values named like symbols and like members of values are told apart.
    builder.input("N", new TensorType(ElementType.INT64, dims));
    builder.input("height", new TensorType(ElementType.INT64, List.of(n)));
    builder.output(builder.input("height.shape", new TensorType(ElementType.INT8, List.of(m))));
    assertRoundTrip(builder.build());
  }

  @Test
  void valuesNamedLikeWordsOfTheLanguageAreFound() {
    GraphBuilder builder = new GraphBuilder("words");
    TensorType type = TensorType.of(ElementType.FLOAT32, 2);
    for (String name : List.of("zeros", "ones", "same", "auto", "weights", "relu", "x", "x.1")) {
      Value input = builder.input(name, type);
      builder.output(builder.add("", new Relu(), List.of(input), List.of("of " + name)).getFirst());
    }
    builder.constant("c", Constant.splat(ElementType.FLOAT32, new long[] {2}, 0));
    assertRoundTrip(builder.build());
  }

  private static void assertRoundTrip(Graph graph) {
    String text = TextPrinter.print(graph);
    Graph read = TextReader.read(text, "seed " + SEED).graph();
    assertThat(read).as(text).isEqualTo(graph);
    assertThat(TextPrinter.print(read)).isEqualTo(text);
  }
}
