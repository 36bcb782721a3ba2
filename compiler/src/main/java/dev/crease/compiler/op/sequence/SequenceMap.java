package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Holding;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.control.Loop;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// ONNX `SequenceMap`: runs `body` on the tensors at each position of the sequences, and on other
/// tensors as they are; each result is the sequence of what the body gives.
public record SequenceMap(Graph body) implements ControlFlow, Composite, Holding {
  public static final OpSchema SCHEMA =
      OpSchema.named("SequenceMap")
          .since(17)
          .attribute("body", Attribute.Kind.SUBGRAPH)
          .input("input_sequence", "", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .anyInputs("additional_inputs", "", TypeSets.ALL)
          .heldBy(Set.of(Holder.TENSOR, Holder.SEQUENCE))
          .variadicOutput("out_sequence", "", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .build(a -> new SequenceMap(a.subgraph("body")));

  public SequenceMap {
    for (Value output : body.outputs()) {
      if (!output.type().isTensor()) {
        throw new IllegalArgumentException(
            "the body gives `%s`, expected a tensor".formatted(output));
      }
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("body", new Attribute.Subgraph(body));
  }

  @Override
  public List<Graph> subgraphs() {
    return List.of(body);
  }

  @Override
  public SequenceMap withSubgraphs(List<Graph> subgraphs) {
    return new SequenceMap(subgraphs.getFirst());
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    if (operands.count() != body.inputs().size()) {
      throw new InvalidOperandException(
          "SequenceMap runs a body of %d inputs, but has %d operands"
              .formatted(body.inputs().size(), operands.count()));
    }
    for (int i = 0; i < operands.count(); i++) {
      TensorType given = operands.type(i);
      TensorType inside = body.inputs().get(i).type();
      boolean fits =
          given.isTensor()
              ? inside.agreesWith(given)
              : inside.isTensor() && inside.element() == given.element();
      if (!fits) {
        throw new InvalidOperandException(
            "the body of SequenceMap has the input `%s`, but is given %s"
                .formatted(body.inputs().get(i), given));
      }
    }
    return body.outputs().stream()
        .map(output -> TensorType.of(Holder.SEQUENCE, output.type().element()))
        .toList();
  }

  @Override
  public List<Items> items(Operands operands) {
    return body.outputs().stream().map(output -> Items.of(output.type())).toList();
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    int count = inputs.get(0).items().size();
    List<List<DoubleTensor>> results = new ArrayList<>();
    body.outputs().forEach(_ -> results.add(new ArrayList<>()));
    for (int position = 0; position < count; position++) {
      List<DoubleTensor> given = new ArrayList<>();
      for (int i = 0; i < inputs.count(); i++) {
        given.add(at(inputs.get(i), position, count));
      }
      List<DoubleTensor> left = inputs.subgraphs().evaluate(body, given);
      for (int i = 0; i < results.size(); i++) {
        results.get(i).add(left.get(i));
      }
    }
    List<DoubleTensor> sequences = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      ElementType element = body.outputs().get(i).type().element();
      sequences.add(DoubleTensor.sequence(element, results.get(i)));
    }
    return sequences;
  }

  private static DoubleTensor at(DoubleTensor operand, int position, int count) {
    if (operand.isTensor()) {
      return operand;
    }
    if (operand.items().size() != count) {
      throw new InvalidOperandException(
          "SequenceMap takes sequences of one length, got %d and %d tensors"
              .formatted(count, operand.items().size()));
    }
    return operand.items().get(position);
  }

  /// A [Loop] over positions that carries the results. Its body takes the tensors under the names
  /// of the body's inputs, so that the nodes can stay as they are.
  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    GraphBuilder turn = new GraphBuilder(body.name(), out);
    Value position = turn.input(out.freshName("position"), TensorType.of(ElementType.INT64));
    Value going = turn.input(out.freshName("going"), TensorType.of(ElementType.BOOL));
    List<Value> carried = new ArrayList<>();
    List<Value> operands = new ArrayList<>();
    operands.add(out.add(new SequenceLength(), inputs.getFirst()));
    operands.add(Value.ABSENT);
    for (Value output : body.outputs()) {
      ElementType element = output.type().element();
      TensorType type = TensorType.of(Holder.SEQUENCE, element);
      carried.add(turn.input(out.freshName(output.name() + "/before"), type, Items.none()));
      operands.add(out.add(new SequenceEmpty(element)));
    }
    body.constants().forEach((value, constant) -> turn.constant(value.name(), constant));
    for (int i = 0; i < inputs.size(); i++) {
      Value inside = body.inputs().get(i);
      boolean tensor = inputs.get(i).type().isTensor();
      add(
          turn,
          tensor ? new Identity() : new SequenceAt(),
          tensor ? List.of(inputs.get(i)) : List.of(inputs.get(i), position),
          List.of(inside));
    }
    body.nodes().forEach(each -> add(turn, each.op(), each.inputs(), each.outputs()));
    turn.output(going);
    for (int i = 0; i < carried.size(); i++) {
      Value result = body.outputs().get(i);
      turn.output(turn.add(new SequenceInsert(), carried.get(i), result));
    }
    List<String> results = node.outputs().stream().map(Value::name).toList();
    List<String> names =
        results.stream().map(name -> name.isEmpty() ? "" : out.freshName(name)).toList();
    return out.add(node.name(), new Loop(turn.build()), operands, names);
  }

  /// The results as they are, whatever of their types inference would know.
  private static void add(GraphBuilder to, Op op, List<Value> operands, List<Value> results) {
    to.add(
        "",
        op,
        operands,
        results.stream().map(Value::name).toList(),
        results.stream()
            .filter(value -> !value.isAbsent())
            .collect(Collectors.toMap(Value::name, Value::type)));
  }
}
