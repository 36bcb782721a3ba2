package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.control.Scan;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.runtime.plan.PadMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Scan before version 9, which ran over a batch: a Scan over the first axis, in whose body a
/// current one runs over the second.
///
/// If sequences have lengths of their own, that one runs over as many entries, from whichever end
/// it begins, and zeros follow the rows that it leaves.
final class BatchedScan {
  private static final Constant FIRST = Constant.ofLongs(0);

  private final GraphBuilder body;
  private final OldNode node;

  /// @param body of the scan over the batch
  private BatchedScan(OldNode node, GraphBuilder body) {
    this.node = node;
    this.body = body;
  }

  static OldNode current(OldNode node, GraphBuilder out) {
    List<Value> operands = new ArrayList<>(node.inputs().subList(1, node.inputs().size()));
    GraphBuilder body = new GraphBuilder(node.part("batch"), out);
    BatchedScan scan = new BatchedScan(node, body);
    List<Value> rows = operands.stream().map(scan::row).toList();
    if (node.input(0).isAbsent()) {
      scan.whole(rows).forEach(body::output);
    } else {
      operands.add(node.input(0));
      scan.cut(rows, scan.row(node.input(0))).forEach(body::output);
    }
    return node.withInputs(operands)
        .withAttributes(
            Attributes.NONE
                .with("body", new Attribute.Subgraph(body.build()))
                .with("num_scan_inputs", operands.size()));
  }

  /// The input of the body for an operand.
  private Value row(Value operand) {
    List<Dim> dims = operand.type().dims();
    if (dims.isEmpty()) {
      throw new InvalidOperandException("Scan has no batch axis in " + operand.type());
    }
    TensorType row = operand.type().withDims(dims.subList(1, dims.size()));
    return body.input(body.freshName(operand.name() + "/row"), row);
  }

  private List<Value> whole(List<Value> rows) {
    List<String> results = new ArrayList<>();
    for (String output : node.outputs()) {
      results.add(body.freshName(output.isEmpty() ? node.part("unused") : output + "/row"));
      body.reserve(Set.of(results.getLast()));
    }
    return body.add(node.name(), scan(), rows, results);
  }

  private Scan scan() {
    Attributes attributes = node.attributes().without("directions");
    Optional<Attribute> directions = node.attributes().get("directions");
    if (directions.isPresent()) {
      attributes = attributes.with("scan_input_directions", directions.get());
    }
    return (Scan) Scan.SCHEMA.create(attributes);
  }

  private List<Value> cut(List<Value> rows, Value length) {
    int states = rows.size() - scan().scanInputs();
    Value first = body.constant(body.freshName("first"), FIRST);
    Value one = body.constant(body.freshName("one"), Constant.ofLongs(1));
    Value end = body.add(new Reshape(true), length, one);
    List<Value> operands = new ArrayList<>(rows.subList(0, states));
    for (Value row : rows.subList(states, rows.size())) {
      operands.add(body.add(new Slice(), row, first, end, first));
    }
    List<Value> results = new ArrayList<>(whole(operands));
    Value longest = body.add(new Shape(Optional.of(1L), 0), rows.getLast());
    Op minus = new Arithmetic(Arithmetic.Function.SUB);
    Value pads = body.add(new Concat(0), first, body.add(minus, longest, end));
    for (int i = states; i < results.size(); i++) {
      Value given = results.get(i);
      Value padded = body.add(new Pad(PadMode.CONSTANT), given, pads, Value.ABSENT, first);
      Value rest = body.add(new Shape(Optional.empty(), 1), given);
      Value shape = body.add(new Concat(0), longest, rest);
      results.set(i, body.add(new Reshape(true), padded, shape));
    }
    return results;
  }
}
