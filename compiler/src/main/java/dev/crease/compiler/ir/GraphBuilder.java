package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Builds a graph node by node, inferring the type of every result as it goes.
///
/// Names of values and made-up symbols are unique in a model: what the builder of a subgraph
/// defines, the builders around it do not make up.
public final class GraphBuilder {
  /// Integer and boolean constants up to this size take part in symbolic shape arithmetic.
  private static final int MAX_TRACKED_ELEMENTS = 1024;

  private final String name;
  private final @Nullable GraphBuilder outer;
  private final List<Value> inputs = new ArrayList<>();
  private final Map<Value, Constant> defaults = new LinkedHashMap<>();
  private final Map<Value, Constant> constants = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<Value> computed = new HashSet<>();
  private final List<Value> outputs = new ArrayList<>();
  private final Map<Value, Constant> captured = new HashMap<>();
  private final Map<Value, List<Dim>> elements = new HashMap<>();
  private final Map<Value, Items> items = new HashMap<>();
  private final Map<String, Value> byName = new HashMap<>();
  private final Set<String> inside = new HashSet<>();
  private final Set<String> reserved = new HashSet<>();
  private final Set<String> symbols = new HashSet<>();
  private final Set<String> reservedSymbols = new HashSet<>();
  private int freshNames;
  private int freshSymbols;

  public GraphBuilder(String name) {
    this(name, null);
  }

  /// A builder of a subgraph, whose nodes may read values of the graph around it.
  ///
  /// @param outer the graph around, as far as it is built; null for none
  public GraphBuilder(String name, @Nullable GraphBuilder outer) {
    this.name = name;
    this.outer = outer;
  }

  /// Keeps names that will be given later from being made up by [#freshName].
  public void reserve(Set<String> names) {
    reserved.addAll(names);
  }

  /// Keeps the names and symbols of a graph, its subgraphs included, from being made up.
  public void reserve(Graph graph) {
    graph.allValues().forEach(this::reserve);
  }

  /// Takes back, when it is run, what is reserved from now on.
  public Runnable mark() {
    Set<String> names = Set.copyOf(reserved);
    Set<String> kept = Set.copyOf(reservedSymbols);
    Runnable around = outer == null ? () -> {} : outer.mark();
    return () -> {
      reserved.retainAll(names);
      reservedSymbols.retainAll(kept);
      around.run();
    };
  }

  private void reserve(Value value) {
    reserved.add(value.name());
    value.type().dims().forEach(dim -> reservedSymbols.addAll(dim.symbols()));
  }

  /// The value of this name, in this graph or around it, if there is one yet.
  public Optional<Value> find(String valueName) {
    Value value = byName.get(valueName);
    return value != null || outer == null ? Optional.ofNullable(value) : outer.find(valueName);
  }

  /// Whether a value of this graph, or of one around it, has this name or is to get it.
  public boolean isTaken(String valueName) {
    return byName.containsKey(valueName)
        || reserved.contains(valueName)
        || (outer != null && outer.isTaken(valueName));
  }

  /// Whether a value that is there already has this symbol in its type.
  private boolean hasSymbol(String symbol) {
    return symbols.contains(symbol) || (outer != null && outer.hasSymbol(symbol));
  }

  private boolean isReservedSymbol(String symbol) {
    return reservedSymbols.contains(symbol) || (outer != null && outer.isReservedSymbol(symbol));
  }

  /// The elements of `value`, if it is a constant of this graph or of one around it.
  public Optional<Constant> constantOf(Value value) {
    Constant constant = constants.get(value);
    return constant != null || outer == null
        ? Optional.ofNullable(constant)
        : outer.constantOf(value);
  }

  /// Keeps what is known of a value that is read, if it is captured.
  private void capture(Value value) {
    if (outer != null && !byName.containsKey(value.name())) {
      outer.constantOf(value).ifPresent(constant -> captured.put(value, constant));
      outer.elementsOf(value).ifPresent(known -> elements.put(value, known));
      if (!value.type().isTensor()) {
        items.put(value, outer.itemsOf(value));
      }
    }
  }

  /// What is known of the tensors in a sequence or an optional, of this graph or one around it.
  public Items itemsOf(Value value) {
    Items known = items.get(value);
    if (known != null) {
      return known;
    }
    return outer == null ? Items.unknown() : outer.itemsOf(value);
  }

  /// What is known of the elements of a value of this graph or of one around it.
  public Optional<List<Dim>> elementsOf(Value value) {
    List<Dim> known = elements.get(value);
    return known != null || outer == null ? Optional.ofNullable(known) : outer.elementsOf(value);
  }

  public Value input(String valueName, TensorType type) {
    Value value = define(new Value(valueName, type));
    inputs.add(value);
    return value;
  }

  /// @param known of the tensors in it, if it is a sequence or an optional
  public Value input(String valueName, TensorType type, Items known) {
    Value value = input(valueName, type);
    if (!type.isTensor()) {
      items.put(value, known);
    }
    return value;
  }

  /// An input that the caller may leave out.
  public Value input(String valueName, Constant defaultValue) {
    Value value = input(valueName, defaultValue.type());
    defaults.put(value, defaultValue);
    return value;
  }

  public Value constant(String valueName, Constant constant) {
    Value value = define(new Value(valueName, constant.type()));
    constants.put(value, constant);
    trackElements(value, constant);
    return value;
  }

  private void trackElements(Value value, Constant constant) {
    boolean whole = constant.element().isInteger() || constant.element() == ElementType.BOOL;
    if (whole && constant.dims().length <= 1 && constant.elements() <= MAX_TRACKED_ELEMENTS) {
      List<Dim> dims = new ArrayList<>();
      for (long element : constant.longs()) {
        dims.add(Dim.of(element));
      }
      elements.put(value, List.copyOf(dims));
    }
  }

  /// Adds a node with one result of a made-up name.
  public Value add(Op op, Value... operands) {
    String result = freshName(op.schema().name().toLowerCase(java.util.Locale.ROOT));
    return add("", op, List.of(operands), List.of(result)).getFirst();
  }

  /// Adds a node and infers the types of its results.
  ///
  /// @param results one name each; empty for a result that nobody reads
  /// @return the results, [Value#ABSENT] for unnamed ones
  /// @throws InvalidOperandException if operands do not fit the operator
  public List<Value> add(String nodeName, Op op, List<Value> operands, List<String> results) {
    return add(nodeName, op, operands, results, Map.of());
  }

  /// Adds a node some of whose results have a declared type, which then stands: it may know a
  /// dimension that depends on data, or give it a name. Where inference knows a dimension that the
  /// declared type does not, or calls by a name that is not known yet, inference wins.
  ///
  /// @param declared types by the name of the result
  /// @throws InvalidOperandException if a declared type contradicts the inferred one, or operands
  ///   do not fit the operator
  public List<Value> add(
      String nodeName,
      Op op,
      List<Value> operands,
      List<String> results,
      Map<String, TensorType> declared) {
    NodeOperands view = new NodeOperands(operands, results, declared);
    op.schema().check(view);
    List<TensorType> types = op.infer(view);
    if (results.size() > types.size()) {
      throw new InvalidOperandException(
          "%s has at most %s, %d are named"
              .formatted(op.schema().name(), Counted.of(types.size(), "result"), results.size()));
    }
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      String result = results.get(i);
      TensorType type = declared.getOrDefault(result, types.get(i));
      if (result.isEmpty()) {
        values.add(Value.ABSENT);
        continue;
      }
      if (!type.agreesWith(types.get(i))) {
        throw new InvalidOperandException(
            "`%s` is declared as %s, but %s gives %s"
                .formatted(result, type, op.schema().name(), types.get(i)));
      }
      values.add(define(new Value(result, refined(type, types.get(i)))));
    }
    Node node = new Node(nodeName, op, operands, values);
    node.subgraphs().forEach(this::enclose);
    node.reads().forEach(this::capture);
    nodes.add(node);
    computed.addAll(node.outputs());
    if (op instanceof Holding holding) {
      List<Items> known = holding.items(view);
      for (int i = 0; i < values.size(); i++) {
        if (!values.get(i).type().isTensor()) {
          items.put(values.get(i), known.get(i));
        }
      }
    }
    if (op instanceof ShapeArithmetic arithmetic) {
      List<Optional<List<Dim>>> known = elements(arithmetic, view);
      for (int i = 0; i < Math.min(values.size(), known.size()); i++) {
        Value result = values.get(i);
        known
            .get(i)
            .filter(list -> !result.isAbsent() && list.size() <= MAX_TRACKED_ELEMENTS)
            .ifPresent(list -> elements.put(result, List.copyOf(list)));
      }
    }
    return values;
  }

  /// The types that the results of a node would have, of which nothing is added. Operands may be no
  /// values of the graph.
  ///
  /// @throws InvalidOperandException if the operands do not fit the operator
  public List<TensorType> types(Op op, List<Value> operands, List<String> results) {
    int symbolsSoFar = freshSymbols;
    NodeOperands view = new NodeOperands(operands, results, Map.of());
    op.schema().check(view);
    List<TensorType> types = op.infer(view);
    freshSymbols = symbolsSoFar;
    return types;
  }

  /// What overflows, divides by zero, or grows too long is left to the run.
  private static List<Optional<List<Dim>>> elements(ShapeArithmetic arithmetic, Operands operands) {
    try {
      return arithmetic.allElements(operands);
    } catch (ArithmeticException e) {
      return List.of();
    }
  }

  private void enclose(Graph subgraph) {
    subgraph
        .allValues()
        .forEach(
            value -> {
              if (byName.containsKey(value.name()) || !inside.add(value.name())) {
                throw definedTwice(value);
              }
              reserve(value);
            });
  }

  private TensorType refined(TensorType declared, TensorType inferred) {
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < declared.rank(); axis++) {
      Dim dim = declared.dim(axis);
      boolean open = dim.dependsOnData() || !dim.symbols().stream().allMatch(this::hasSymbol);
      dims.add(open && !inferred.dim(axis).dependsOnData() ? inferred.dim(axis) : dim);
    }
    return declared.withDims(dims);
  }

  public void output(Value value) {
    capture(value);
    outputs.add(value);
  }

  /// Whether a node of this graph computes `value`.
  public boolean computes(Value value) {
    return computed.contains(value);
  }

  /// Whether an operand of the node that computes `value` has this symbol in its type.
  public boolean isOfOperands(String symbol, Value value) {
    return nodes.stream()
        .filter(node -> node.outputs().contains(value))
        .flatMap(node -> node.reads().stream())
        .flatMap(operand -> operand.type().dims().stream())
        .anyMatch(dim -> dim.symbols().contains(symbol));
  }

  /// A value name that is not taken and not reserved: `stem`, or `stem.1`, `stem.2`, ...
  public String freshName(String stem) {
    String candidate = stem;
    while (isTaken(candidate)) {
      freshNames++;
      candidate = stem + "." + freshNames;
    }
    return candidate;
  }

  /// A symbol for a dimension that depends on data, which is not taken.
  public Dim freshSymbol() {
    do {
      freshSymbols++;
    } while (isReservedSymbol("?" + freshSymbols));
    return Dim.symbol("?" + freshSymbols);
  }

  public Graph build() {
    Facts facts = new Facts(captured, elements, items);
    return new Graph(name, inputs, defaults, constants, nodes, outputs, facts);
  }

  private Value define(Value value) {
    if (value.name().isEmpty()) {
      throw new IllegalArgumentException("a value needs a name");
    }
    if (find(value.name()).isPresent() || inside.contains(value.name())) {
      throw definedTwice(value);
    }
    byName.put(value.name(), value);
    value.type().dims().forEach(dim -> symbols.addAll(dim.symbols()));
    for (GraphBuilder around = this; around != null; around = around.outer) {
      around.reserve(value);
    }
    return value;
  }

  private static InvalidOperandException definedTwice(Value value) {
    return new InvalidOperandException("the value `" + value.name() + "` is defined twice");
  }

  private final class NodeOperands implements Operands {
    private final List<Value> operands;
    private final List<String> results;
    private final Map<String, TensorType> declared;

    NodeOperands(List<Value> operands, List<String> results, Map<String, TensorType> declared) {
      this.operands = operands;
      this.results = results;
      this.declared = declared;
    }

    @Override
    public int count() {
      return operands.size();
    }

    @Override
    public boolean has(int index) {
      return index < operands.size() && !operands.get(index).isAbsent();
    }

    @Override
    public TensorType type(int index) {
      if (!has(index)) {
        throw new InvalidOperandException("operand " + index + " is left out");
      }
      return operands.get(index).type();
    }

    @Override
    public Optional<Constant> constant(int index) {
      return has(index) ? constantOf(operands.get(index)) : Optional.empty();
    }

    @Override
    public Optional<List<Dim>> elements(int index) {
      return has(index) ? elementsOf(operands.get(index)) : Optional.empty();
    }

    @Override
    public Items items(int index) {
      return has(index) ? itemsOf(operands.get(index)) : Items.none();
    }

    @Override
    public Optional<TensorType> declared(int result) {
      return result < results.size()
          ? Optional.ofNullable(declared.get(results.get(result)))
          : Optional.empty();
    }

    @Override
    public Dim freshSymbol() {
      return GraphBuilder.this.freshSymbol();
    }

    @Override
    public int outputs() {
      return results.size();
    }
  }
}
