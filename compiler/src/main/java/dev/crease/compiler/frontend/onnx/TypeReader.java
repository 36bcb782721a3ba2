package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.grammar.onnx.TensorShapeProto.Dimension;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

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

  /// The type of an input, which [SupportScan] has found to be a tensor with a shape. Dimensions
  /// without number and name get a symbol of their own: `data_dim0`; so do negative ones, which is
  /// how some exporters write that a dimension is unknown.
  TensorType input(ValueInfoProto declaration) {
    TypeProto.Tensor tensor = declaration.getType().getTensorType();
    List<Dim> dims = new ArrayList<>();
    for (Dimension dim : tensor.getShape().getDimList()) {
      if (dim.hasDimValue() && dim.getDimValue() >= 0) {
        dims.add(Dim.of(dim.getDimValue()));
      } else {
        dims.add(Dim.symbol(symbol(dim.getDimParam(), declaration.getName(), dims.size())));
      }
    }
    return new TensorType(TypeCodes.type(tensor.getElemType()).orElseThrow(), dims);
  }

  /// What the node of a loop tells of the inputs of its body. What is carried may have another
  /// shape at each turn.
  List<TensorType> bodyInputs(Call call, List<Value> operands) {
    List<TensorType> given = new ArrayList<>();
    switch (call.node().getOpType()) {
      case "Loop" -> {
        given.add(TensorType.of(ElementType.INT64));
        given.add(TensorType.of(ElementType.BOOL));
        operands.stream().skip(2).forEach(value -> given.add(changing(value)));
      }
      case "Scan" -> {
        int scanned =
            call.node().getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals("num_scan_inputs"))
                .mapToInt(attribute -> (int) attribute.getI())
                .findFirst()
                .orElse(0);
        for (int i = 0; i < operands.size(); i++) {
          boolean slice = i >= operands.size() - scanned && operands.get(i).type().rank() > 0;
          TensorType type = changing(operands.get(i));
          given.add(slice ? type.withDims(type.dims().subList(1, type.rank())) : type);
        }
      }
      default -> {}
    }
    return given;
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

  /// Checks a value against its declaration, as far as that says something.
  ///
  /// @param what the place, for messages: ``output of Conv `conv1` ``
  void check(Value value, ValueInfoProto declaration, String what) {
    checkElementType(value, declaration, what);
    TypeProto.Tensor declared = declaration.getType().getTensorType();
    if (declaration.getType().hasTensorType() && !agrees(value.type(), declared)) {
      throw differs(value, declared, what);
    }
  }

  /// The same, but for its dimensions: those that a file notes inside the graph go stale when its
  /// inputs are given other ones, and inference knows better.
  void checkElementType(Value value, ValueInfoProto declaration, String what) {
    TypeProto.Tensor declared = declaration.getType().getTensorType();
    int code = declared.getElemType();
    if (code != 0 && code != TypeCodes.code(value.type().element())) {
      throw differs(value, declared, what);
    }
  }

  private InvalidModelException differs(Value value, TypeProto.Tensor declared, String what) {
    return new InvalidModelException(
        "%s: %s `%s` is declared as %s, but is %s"
            .formatted(file, what, value.name(), text(declared), value.type()));
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

  static String text(TypeProto.Tensor declared) {
    List<String> dims = new ArrayList<>();
    for (Dimension dim : declared.getShape().getDimList()) {
      String name = dim.getDimParam().isEmpty() ? "?" : dim.getDimParam();
      dims.add(dim.hasDimValue() ? Long.toString(dim.getDimValue()) : name);
    }
    int number = declared.getElemType();
    String element = TypeCodes.type(number).map(e -> e.text()).orElse(DataTypes.name(number));
    return element + (declared.hasShape() ? dims.toString() : " of unknown shape");
  }
}
