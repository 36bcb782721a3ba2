package dev.crease.compiler.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphBuilderTest {
  private final GraphBuilder builder = new GraphBuilder("test");
  private final Value x = builder.input("x", TensorType.of(ElementType.FLOAT32, 2, 3));

  /// A name that nothing has introduced stands for no dimension that inference knows.
  @Test
  void declaredTypesNameOnlyWhatDependsOnData() {
    GraphBuilder builder = new GraphBuilder("test");
    TensorType vector = new TensorType(ElementType.FLOAT32, List.of(Dim.symbol("N")));
    TensorType named = vector.withDims(List.of(Dim.symbol("K")));
    Value x = builder.input("x", vector);
    Value s = builder.input("s", TensorType.of(ElementType.INT64, 1));
    Value y = builder.add("", new Relu(), List.of(x), List.of("y"), Map.of("y", named)).getFirst();
    assertThat(y.type()).isEqualTo(vector);
    List<Value> operands = List.of(x, s);
    Reshape reshape = new Reshape(false);
    Value z = builder.add("", reshape, operands, List.of("z"), Map.of("z", named)).getFirst();
    assertThat(z.type()).isEqualTo(named);
    Value r = builder.add("", new Relu(), List.of(z), List.of("r"), Map.of("r", named)).getFirst();
    assertThat(r.type()).isEqualTo(named);
  }

  @Test
  void infersTypesAndIndexesUses() {
    Value y = builder.add("first", new Relu(), List.of(x), List.of("y")).getFirst();
    Value z = builder.add(new Relu(), y);
    builder.output(z);
    builder.output(y);
    Graph graph = builder.build();
    assertThat(y.type()).isEqualTo(x.type());
    assertThat(graph.producer(y).orElseThrow().name()).isEqualTo("first");
    assertThat(graph.uses(y)).isEqualTo(2);
    assertThat(graph.consumers(y)).hasSize(1);
    assertThat(graph.isOutput(z)).isTrue();
    assertThat(graph.producer(x)).isEmpty();
  }

  @Test
  void namesAreUnique() {
    assertThat(builder.freshName("x")).isNotEqualTo("x");
    assertThatThrownBy(() -> builder.input("x", x.type()))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("`x` is defined twice");
  }

  @Test
  void signaturesAreChecked() {
    Value flags = builder.input("flags", TensorType.of(ElementType.BOOL, 1));
    assertThatThrownBy(() -> builder.add(new Relu(), flags))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("bool");
    assertThatThrownBy(() -> builder.add(new Relu()))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("needs the operand X");
    assertThatThrownBy(() -> builder.add(new Relu(), x, x))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("at most 1 operand, got 2");
    assertThatThrownBy(() -> Relu.SCHEMA.create(Attributes.NONE.with("alpha", 1f)))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("alpha");
  }

  @Test
  void smallIntegerConstantsTakePartInShapeArithmetic() {
    Value shape = builder.constant("shape", Constant.ofLongs(2, -1));
    assertThat(builder.build().elements(shape)).contains(List.of(Dim.of(2), Dim.of(-1)));
  }

  @Test
  void declaredTypesStandUnlessTheyContradict() {
    Value n = builder.input("n", new TensorType(ElementType.FLOAT32, List.of(Dim.symbol("?1"))));
    TensorType named = new TensorType(ElementType.FLOAT32, List.of(Dim.symbol("M")));
    Value y =
        builder
            .add("", new Relu(), List.of(n), List.of("y"), java.util.Map.of("y", named))
            .getFirst();
    assertThat(y.type()).isEqualTo(named);
    TensorType wrong = TensorType.of(ElementType.FLOAT32, 2, 4);
    assertThatThrownBy(
            () ->
                builder.add("", new Relu(), List.of(x), List.of("z"), java.util.Map.of("z", wrong)))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("`z` is declared as f32[2, 4], but Relu gives f32[2, 3]");
  }

  @Test
  void subgraphsReadTheGraphAround() {
    Value axes = builder.constant("axes", Constant.ofLongs(0));
    GraphBuilder inner = new GraphBuilder("body", builder);
    assertThat(inner.find("axes")).contains(axes);
    Value y =
        inner
            .add("", new dev.crease.compiler.op.tensor.Unsqueeze(), List.of(x, axes), List.of("y"))
            .getFirst();
    assertThat(y.type()).isEqualTo(TensorType.of(ElementType.FLOAT32, 1, 2, 3));
    assertThat(inner.freshName("x")).isNotEqualTo("x");
    assertThat(builder.find("y")).isEmpty();
    assertThat(builder.freshName("y")).isNotEqualTo("y");
    inner.output(y);
    Graph graph = inner.build();
    assertThat(graph.constants()).isEmpty();
    assertThat(graph.captures()).containsExactly(x, axes);
    assertThat(graph.constant(axes)).isEqualTo(builder.constantOf(axes));
    assertThat(graph.elements(axes)).contains(List.of(Dim.ZERO));
  }

  @Test
  void whatASubgraphCapturesIsUsed() {
    Value t = builder.input("t", TensorType.of(ElementType.BOOL));
    Value y = builder.add("", new Relu(), List.of(x), List.of("y")).getFirst();
    Value z =
        builder
            .add("", new If(relu("a", y, "a"), relu("b", y, "b")), List.of(t), List.of("z"))
            .getFirst();
    builder.output(y);
    builder.output(z);
    Graph graph = builder.build();
    Node choice = graph.producer(z).orElseThrow();
    assertThat(choice.captures()).containsExactly(y);
    assertThat(choice.reads()).containsExactly(t, y);
    assertThat(graph.consumers(y)).containsExactly(choice);
    assertThat(graph.uses(y)).as("captured, and an output").isEqualTo(2);
    assertThat(graph.captures()).isEmpty();
    assertThat(graph.allNodes()).hasSize(4);
    assertThat(graph.allValues().map(Value::name))
        .containsExactlyInAnyOrder("x", "t", "y", "z", "a", "b");
  }

  @Test
  void namesAreUniqueInAllGraphsOfAModel() {
    Value t = builder.input("t", TensorType.of(ElementType.BOOL));
    assertThatThrownBy(() -> relu("branch", x, "x"))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("`x` is defined twice");
    If siblings = new If(relu("a", x, "r"), relu("b", x, "r"));
    assertThatThrownBy(() -> builder.add(siblings, t)).hasMessageContaining("`r` is defined twice");
    If sound = new If(relu("a", x, "p"), relu("b", x, "q"));
    assertThatThrownBy(() -> builder.add("", sound, List.of(t), List.of("p")))
        .hasMessageContaining("`p` is defined twice");
  }

  /// What depends on data in a branch is not the symbol of anything around it.
  @Test
  void madeUpSymbolsAreUniqueInAllGraphsOfAModel() {
    Value n = builder.input("n", TensorType.of(ElementType.INT64, 1));
    GraphBuilder inner = new GraphBuilder("branch", builder);
    TensorType inside = inner.add(new Reshape(false), x, n).type();
    TensorType around = builder.add(new Reshape(false), x, n).type();
    assertThat(inside.toString()).isEqualTo("f32[?1]");
    assertThat(around.toString()).isEqualTo("f32[?2]");
  }

  private Graph relu(String name, Value operand, String result) {
    GraphBuilder branch = new GraphBuilder(name, builder);
    branch.output(branch.add("", new Relu(), List.of(operand), List.of(result)).getFirst());
    return branch.build();
  }
}
