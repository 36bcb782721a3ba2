package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Whole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Evaluates the two graphs of a rewrite to forms over their shared inputs. Equal expressions
/// become one form.
final class Region {
  /// Constants up to this size are one constant if they are equal.
  private static final int SMALL = 256;

  /// Stands where an optional operand is left out.
  private static final Form ABSENT = new Whole(Constant.ofLongs());

  private final Map<Object, List<Form>> made = new HashMap<>();
  private final Map<Form, Affine> compounds = new IdentityHashMap<>();
  private final Map<Constant, Form> constants = new IdentityHashMap<>();
  private final Map<Constant, Constant> small = new HashMap<>();
  private final AffineRules rules = new AffineRules(this);

  /// An operator on these forms; forms are equal if they are one object.
  private record Key(Object operator, List<Form> operands, int results, List<TensorType> types) {}

  /// Makes known what a graph's names mean, and evaluates it.
  ///
  /// @param inputs by name
  /// @param given whether its constants are taken as they are
  List<Form> evaluate(Graph graph, Map<String, Form> inputs, boolean given) {
    Map<String, Form> forms = new HashMap<>(inputs);
    graph
        .constants()
        .forEach((value, constant) -> forms.putIfAbsent(value.name(), constant(constant, given)));
    for (Node node : graph.nodes()) {
      List<Form> results = apply(graph, node, forms);
      for (int i = 0; i < node.outputs().size(); i++) {
        forms.put(node.output(i).name(), results.get(i));
      }
    }
    return graph.outputs().stream().map(output -> form(output, forms)).toList();
  }

  private static Form form(Value value, Map<String, Form> forms) {
    Form form = forms.get(value.name());
    if (form == null) {
      throw new NotCoveredException("`%s` is unknown".formatted(value.name()));
    }
    return form;
  }

  /// A constant means the same wherever it stands; one that is new in `after` is stored rounded.
  private Form constant(Constant constant, boolean given) {
    Form known = constants.get(constant);
    if (known == null && !given && constant.elements() <= SMALL) {
      Constant equal = small.get(constant);
      boolean same =
          equal != null
              && constant.element().isFloating()
              && Arrays.equals(equal.doubles(), constant.doubles());
      known = same ? constants.get(equal) : null;
    }
    if (known == null) {
      known =
          constant.element().isFloating()
              ? new Affine(
                  constant.type(),
                  given ? Coefficients.given(constant) : Coefficients.made(constant),
                  List.of())
              : new Whole(constant);
      constants.put(constant, known);
      if (given && constant.elements() <= SMALL) {
        small.put(constant, constant);
      }
    }
    return known;
  }

  private List<Form> apply(Graph graph, Node node, Map<String, Form> forms) {
    if (node.op() instanceof ControlFlow) {
      throw new NotCoveredException(node.label() + " has subgraphs");
    }
    List<@Nullable Form> operands = new ArrayList<>();
    List<Form> present = new ArrayList<>();
    for (Value value : node.inputs()) {
      Form form = value.isAbsent() ? null : form(value, forms);
      operands.add(form);
      present.add(form == null ? ABSENT : form);
    }
    List<TensorType> types = node.outputs().stream().map(Value::type).toList();
    Object key = new Key(node.op(), present, node.outputs().size(), types);
    List<Form> known = made.get(key);
    if (known == null) {
      known = fresh(graph, node, operands, present);
      made.put(key, known);
    }
    return known;
  }

  private List<Form> fresh(
      Graph graph, Node node, List<@Nullable Form> operands, List<Form> present) {
    String name = node.op().schema().qualifiedName();
    if (name.equals("Dropout") && AffineRules.mayTrain(graph, node)) {
      throw new NotCoveredException(node.label() + " may draw random numbers");
    }
    Optional<Form> moved = movedConstant(node, operands);
    if (moved.isPresent()) {
      return List.of(moved.get());
    }
    Optional<Affine> affine = rules.apply(node, operands);
    if (affine.isPresent() && node.outputs().size() == 1) {
      return List.of(affine.get());
    }
    List<Form> results = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      results.add(Affine.of(atom(List.of(node.op(), i), present), node.output(i).type()));
    }
    return results;
  }

  /// Operators that only move elements move those of a constant exactly.
  private static Optional<Form> movedConstant(Node node, List<@Nullable Form> operands) {
    boolean moves =
        switch (node.op().schema().qualifiedName()) {
          case "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity" -> true;
          default -> false;
        };
    if (!moves
        || !(operands.getFirst() instanceof Affine x)
        || !x.isConstant()
        || x.type().knownDims().isEmpty()
        || x.bias().slack() != null) {
      return Optional.empty();
    }
    List<@Nullable DoubleTensor> tensors = new ArrayList<>();
    int[] dims = Arrays.stream(x.type().knownDims().get()).mapToInt(d -> (int) d).toArray();
    double[] numbers = new double[Indexes.count(dims)];
    Arrays.setAll(numbers, i -> i);
    tensors.add(new DoubleTensor(x.type().element(), dims, numbers));
    for (Form operand : operands.subList(1, operands.size())) {
      if (operand != null && !(operand instanceof Whole)) {
        return Optional.empty();
      }
      tensors.add(operand instanceof Whole whole ? whole.constant().toDoubleTensor() : null);
    }
    DoubleTensor result = node.op().evaluate(new EvaluationInputs(tensors, 1)).getFirst();
    int[] places = Arrays.stream(result.data()).mapToInt(i -> (int) i).toArray();
    Coefficients bias = x.bias().over(dims).gathered(result.shape(), places);
    return Optional.of(new Affine(node.output().type(), bias, List.of()));
  }

  private Atom atom(Object function, List<Form> arguments) {
    return new Atom(function, arguments);
  }

  /// What a function makes of one form, as a form.
  Affine opaque(Object function, List<Form> arguments, TensorType type) {
    List<Form> known =
        made.computeIfAbsent(
            new Key(function, arguments, 1, List.of(type)),
            _ -> List.of(Affine.of(atom(List.of(function, 0), arguments), type)));
    return (Affine) known.getFirst();
  }

  /// A form as an atom of its own.
  Affine compound(Affine form) {
    boolean atom =
        form.bias().isZero()
            && form.terms().size() == 1
            && form.terms().getFirst().geometry().isDiagonal()
            && form.terms().getFirst().weights().isAll(1);
    if (atom) {
      return form;
    }
    return compounds.computeIfAbsent(
        form, key -> Affine.of(atom("the sum", List.of(key)), form.type()));
  }
}
