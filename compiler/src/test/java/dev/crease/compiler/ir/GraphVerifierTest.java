package dev.crease.compiler.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.math.Relu;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphVerifierTest {
  private static final TensorType TYPE = TensorType.of(ElementType.FLOAT32, 2);
  private final Value x = new Value("x", TYPE);
  private final Value y = new Value("y", TYPE);
  private final Value z = new Value("z", TYPE);
  private final Value r = new Value("r", TYPE);
  private final Value t = new Value("t", TensorType.of(ElementType.BOOL));

  private static Graph graph(List<Value> inputs, List<Node> nodes, List<Value> outputs) {
    return new Graph("g", inputs, Map.of(), Map.of(), nodes, outputs, Facts.NONE);
  }

  private static Node relu(Value from, Value to) {
    return new Node("", new Relu(), List.of(from), List.of(to));
  }

  @Test
  void soundGraphHasNoFindings() {
    Graph graph = graph(List.of(x), List.of(relu(x, y), relu(y, z)), List.of(z));
    assertThat(GraphVerifier.verify(graph)).isEmpty();
    assertThat(GraphVerifier.verifyRewritten(graph, graph)).isEmpty();
  }

  @Test
  void nodesOutOfOrder() {
    Graph graph = graph(List.of(x), List.of(relu(y, z), relu(x, y)), List.of(z));
    assertThat(GraphVerifier.verify(graph))
        .containsExactly("`y: f32[2]` is operand of Relu `z`, but is computed later");
  }

  @Test
  void undefinedValues() {
    Graph graph = graph(List.of(x), List.of(relu(x, y)), List.of(z));
    assertThat(GraphVerifier.verify(graph))
        .containsExactly("`z: f32[2]` is output of the graph, but is not defined");
  }

  @Test
  void namesDefinedTwice() {
    Graph graph = graph(List.of(x), List.of(relu(x, y), relu(x, y)), List.of(y));
    assertThat(GraphVerifier.verify(graph)).containsExactly("the value `y` is defined twice");
  }

  @Test
  void typesThatInferenceContradicts() {
    Value wrong = new Value("y", TensorType.of(ElementType.FLOAT32, 3));
    Graph graph = graph(List.of(x), List.of(relu(x, wrong)), List.of(wrong));
    assertThat(GraphVerifier.verify(graph))
        .singleElement()
        .asString()
        .contains("Relu `y`", "f32[3]", "f32[2]");
  }

  @Test
  void aUseWithAnotherTypeThanTheDefinition() {
    Value wrong = new Value("x", TensorType.of(ElementType.FLOAT32, 3));
    Graph graph = graph(List.of(x), List.of(relu(wrong, y)), List.of(y));
    assertThat(GraphVerifier.verify(graph))
        .contains("`x: f32[3]` is operand of Relu `y`, but is defined with another type");
  }

  @Test
  void constantsOfAnotherType() {
    Graph graph =
        new Graph(
            "g",
            List.of(),
            Map.of(),
            Map.of(x, Constant.ofLongs(1, 2)),
            List.of(relu(x, y)),
            List.of(y),
            Facts.NONE);
    assertThat(GraphVerifier.verify(graph))
        .containsExactly("`x: f32[2]` holds a constant of type i64[2]");
  }

  private Node choice(Value result, Graph then, Graph otherwise) {
    return new Node("", new If(then, otherwise), List.of(t), List.of(result));
  }

  private Graph branch(Value output, Node... nodes) {
    return graph(List.of(), List.of(nodes), List.of(output));
  }

  @Test
  void subgraphsMayReadWhatIsDefinedBeforeTheirNode() {
    Node node = choice(z, branch(r, relu(y, r)), branch(y));
    Graph sound = graph(List.of(x, t), List.of(relu(x, y), node), List.of(z));
    assertThat(GraphVerifier.verify(sound)).isEmpty();
    Graph tooEarly = graph(List.of(x, t), List.of(node, relu(x, y)), List.of(z));
    assertThat(GraphVerifier.verify(tooEarly))
        .containsExactly(
            "`y: f32[2]` is operand of Relu `r`, but is computed later",
            "`y: f32[2]` is output of the graph, but is computed later");
    Graph nowhere = graph(List.of(x, t), List.of(node), List.of(z));
    assertThat(GraphVerifier.verify(nowhere))
        .contains("`y: f32[2]` is operand of Relu `r`, but is not defined");
  }

  @Test
  void whatASubgraphDefinesIsNotVisibleAfterIt() {
    Node node = choice(y, branch(r, relu(x, r)), branch(x));
    Graph after = graph(List.of(x, t), List.of(node, relu(r, z)), List.of(z));
    assertThat(GraphVerifier.verify(after))
        .containsExactly("`r: f32[2]` is operand of Relu `z`, but is defined inside a subgraph");
    Node sibling = choice(y, branch(r, relu(x, r)), branch(r));
    assertThat(GraphVerifier.verify(graph(List.of(x, t), List.of(sibling), List.of(y))))
        .containsExactly("`r: f32[2]` is output of the graph, but is defined inside a subgraph");
  }

  @Test
  void namesDefinedTwiceInSubgraphs() {
    Node shadowing = choice(y, branch(x, relu(x, x)), branch(x));
    assertThat(GraphVerifier.verify(graph(List.of(x, t), List.of(shadowing), List.of(y))))
        .containsExactly("the value `x` is defined twice");
    Node siblings = choice(y, branch(r, relu(x, r)), branch(r, relu(x, r)));
    assertThat(GraphVerifier.verify(graph(List.of(x, t), List.of(siblings), List.of(y))))
        .containsExactly("the value `r` is defined twice");
  }

  @Test
  void typesInSubgraphs() {
    Value wrong = new Value("r", TensorType.of(ElementType.FLOAT32, 3));
    Node node = choice(y, branch(wrong, relu(x, wrong)), branch(x));
    assertThat(GraphVerifier.verify(graph(List.of(x, t), List.of(node), List.of(y))))
        .singleElement()
        .asString()
        .contains("If `y` is invalid: Relu `r` is invalid", "f32[3]", "f32[2]");
  }

  @Test
  void changedInterface() {
    Graph original = graph(List.of(x, z), List.of(relu(x, y)), List.of(y));
    Graph withoutInput = graph(List.of(x), List.of(relu(x, y)), List.of(y));
    Graph renamed = graph(List.of(x, y), List.of(relu(x, z)), List.of(z));
    assertThat(GraphVerifier.verifyRewritten(withoutInput, original))
        .containsExactly("inputs changed from [x: f32[2], z: f32[2]] to [x: f32[2]]");
    assertThat(GraphVerifier.verifyRewritten(renamed, original))
        .contains("outputs changed from [y: f32[2]] to [z: f32[2]]");
  }
}
