package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.TensorShapeProto.Dimension;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Declared types of values.
final class TypeReader {
  private final String file;
  private final Set<String> symbols = new HashSet<>();

  TypeReader(String file) {
    this.file = file;
  }

  /// Keeps the names of symbols in these declarations from being made up.
  void reserveSymbols(List<ValueInfoProto> declarations) {
    for (ValueInfoProto declaration : declarations) {
      for (Dimension dim : declaration.getType().getTensorType().getShape().getDimList()) {
        symbols.add(dim.getDimParam());
      }
    }
  }

  /// Whether a declaration says all of a type.
  static boolean isComplete(ValueInfoProto declaration) {
    return DeclaredType.of(declaration.getType())
        .filter(type -> type.element().isPresent())
        .filter(type -> !type.isTensor() || type.rank().isPresent())
        .isPresent();
  }

  /// The type of an input, whose declaration is complete. Dimensions without number and name get a
  /// symbol of their own: `data_dim0`; so do negative ones, which is how some exporters write that
  /// a dimension is unknown.
  TensorType input(ValueInfoProto declaration) {
    DeclaredType type = DeclaredType.of(declaration.getType()).orElseThrow();
    ElementType element = type.element().orElseThrow();
    if (!type.isTensor()) {
      return TensorType.of(type.holder(), element);
    }
    List<Dim> dims = new ArrayList<>();
    for (Dimension dim : type.tensor().getShape().getDimList()) {
      if (dim.hasDimValue() && dim.getDimValue() >= 0) {
        dims.add(Dim.of(dim.getDimValue()));
      } else {
        dims.add(Dim.symbol(symbol(dim.getDimParam(), declaration.getName(), dims.size())));
      }
    }
    return new TensorType(element, dims);
  }

  /// What is declared of the tensors in a sequence or an optional.
  static Items items(ValueInfoProto declaration) {
    return DeclaredType.of(declaration.getType()).map(DeclaredType::items).orElse(Items.unknown());
  }

  /// What the node of a loop tells of the inputs of its body. What is carried may have another
  /// shape at each turn, and so may the tensors of a sequence.
  ///
  /// @param items what is known of the tensors in an operand
  List<BodyInput> bodyInputs(
      Call call, GraphProto body, List<Value> operands, Function<Value, Items> items) {
    return switch (call.node().getOpType()) {
      case "Loop" -> loopInputs(operands);
      case "Scan" -> scanInputs(call, operands);
      case "SequenceMap" -> mapInputs(body, operands, items);
      default -> List.of();
    };
  }

  /// What a body puts into an empty sequence that it carries, nothing need declare.
  private List<BodyInput> loopInputs(List<Value> operands) {
    List<BodyInput> given = new ArrayList<>();
    given.add(uncertain(TensorType.of(ElementType.INT64)));
    given.add(uncertain(TensorType.of(ElementType.BOOL)));
    operands.stream().skip(2).forEach(value -> given.add(uncertain(changing(value))));
    return given;
  }

  /// Before version 9, a first operand told lengths, and all others had a batch axis.
  private List<BodyInput> scanInputs(Call call, List<Value> operands) {
    int scanned =
        call.node().getAttributeList().stream()
            .filter(attribute -> attribute.getName().equals("num_scan_inputs"))
            .mapToInt(attribute -> (int) attribute.getI())
            .findFirst()
            .orElse(0);
    boolean batch = call.version() < 9;
    List<BodyInput> given = new ArrayList<>();
    for (int i = batch ? 1 : 0; i < operands.size(); i++) {
      int dropped = (batch ? 1 : 0) + (i >= operands.size() - scanned ? 1 : 0);
      TensorType type = changing(operands.get(i));
      int from = Math.min(dropped, type.rank());
      given.add(uncertain(type.withDims(type.dims().subList(from, type.rank()))));
    }
    return given;
  }

  /// Dimensions that a body names may differ from tensor to tensor.
  private List<BodyInput> mapInputs(
      GraphProto body, List<Value> operands, Function<Value, Items> items) {
    List<BodyInput> given = new ArrayList<>();
    for (int i = 0; i < Math.min(operands.size(), body.getInputCount()); i++) {
      Value operand = operands.get(i);
      Items held = items.apply(operand);
      if (held instanceof Items.Unknown && TypeReader.isComplete(body.getInput(i))) {
        held = items(body.getInput(i));
      }
      TensorType type =
          operand.type().isTensor() ? operand.type() : item(operand, body.getInput(i), held);
      given.add(new BodyInput(type, Items.unknown(), true));
    }
    return given;
  }

  private TensorType item(Value sequence, ValueInfoProto input, Items held) {
    if (!(held instanceof Items.Shaped(var sizes))) {
      throw new UnsupportedModelException(
          List.of(
              "%s: input `%s` of a subgraph is not declared as a tensor with a shape, which is not supported"
                  .formatted(file, input.getName())));
    }
    List<Dim> dims = new ArrayList<>();
    for (OptionalLong size : sizes) {
      dims.add(
          size.isPresent()
              ? Dim.of(size.getAsLong())
              : Dim.symbol(symbol("", sequence.name() + "/turn", dims.size())));
    }
    return new TensorType(sequence.type().element(), dims);
  }

  private static BodyInput uncertain(TensorType type) {
    return new BodyInput(type, Items.none(), false);
  }

  private TensorType changing(Value value) {
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < value.type().rank(); axis++) {
      dims.add(Dim.symbol(symbol("", value.name() + "/turn", axis)));
    }
    return value.type().withDims(dims);
  }

  /// A name starting with `?` is what dimensions that depend on data are called.
  private String symbol(String name, String input, int axis) {
    if (!name.isEmpty() && !name.startsWith("?")) {
      return name;
    }
    String stem = input + "_dim" + axis;
    String candidate = stem;
    for (int i = 1; !symbols.add(candidate); i++) {
      candidate = stem + "." + i;
    }
    return candidate;
  }

  /// The type of a result of which not even the rank can be inferred, as far as that is declared.
  ///
  /// @param fresh makes a symbol for each dimension
  static Optional<TensorType> ofDeclaredRank(ValueInfoProto declaration, Supplier<Dim> fresh) {
    return DeclaredType.of(declaration.getType())
        .filter(type -> type.isTensor() && type.element().isPresent() && type.rank().isPresent())
        .map(
            type ->
                new TensorType(
                    type.element().get(),
                    Stream.generate(fresh).limit(type.rank().get()).toList()));
  }

  /// Checks a value against its declaration, as far as that says something.
  ///
  /// @param what the place, for messages: ``output of Conv `conv1` ``
  void check(Value value, ValueInfoProto declaration, String what) {
    checkElementType(value, declaration, what);
    DeclaredType declared = DeclaredType.of(declaration.getType()).orElse(null);
    if (declared != null && declared.isTensor() && !agrees(value.type(), declared.tensor())) {
      throw differs(value, declared, what);
    }
  }

  /// The same, but for its dimensions: those that a file notes inside the graph go stale when its
  /// inputs are given other ones, and inference knows better.
  void checkElementType(Value value, ValueInfoProto declaration, String what) {
    DeclaredType declared = DeclaredType.of(declaration.getType()).orElse(null);
    if (declared == null) {
      return;
    }
    int code = declared.tensor().getElemType();
    boolean sameElement = code == 0 || code == TypeCodes.code(value.type().element());
    if (!sameElement || declared.holder() != value.type().holder()) {
      throw differs(value, declared, what);
    }
  }

  private InvalidModelException differs(Value value, DeclaredType declared, String what) {
    return new InvalidModelException(
        "%s: %s `%s` is declared as %s, but is %s"
            .formatted(file, what, value.name(), declared, value.type()));
  }

  private static boolean agrees(TensorType type, TypeProto.Tensor declared) {
    if (!declared.hasShape()) {
      return true;
    }
    List<Dimension> dims = declared.getShape().getDimList();
    if (dims.size() != type.rank()) {
      return false;
    }
    for (int i = 0; i < dims.size(); i++) {
      OptionalLong known = type.dims().get(i).known();
      boolean bothKnown = dims.get(i).getDimValue() >= 0 && known.isPresent();
      if (dims.get(i).hasDimValue()
          && bothKnown
          && dims.get(i).getDimValue() != known.getAsLong()) {
        return false;
      }
    }
    return true;
  }
}
