package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.Split;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Term;
import dev.crease.compiler.verify.certificate.Form.Whole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Evaluates the two graphs of a rewrite to forms over their shared inputs. Equal expressions
/// become one form.
final class Region {
  /// Constants up to this size are one constant if they are equal.
  private static final int SMALL = 256;

  /// Stands where an optional operand is left out.
  static final Form ABSENT = new Whole(Constant.ofLongs(), true);

  private final Map<Object, List<Form>> made = new HashMap<>();
  private final Map<Form, Affine> compounds = new IdentityHashMap<>();
  private final Map<Constant, Form> constants = new IdentityHashMap<>();
  private final Map<Constant, Constant> small = new HashMap<>();
  private final Map<TensorType, Affine> zeros = new HashMap<>();
  private final Map<TensorType, Atom> ones = new HashMap<>();
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
    return results(graph, forms, given);
  }

  private List<Form> results(Graph graph, Map<String, Form> forms, boolean given) {
    for (Node node : graph.nodes()) {
      List<Form> results = apply(graph, node, forms, given);
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
    if (known == null && constant.elements() <= SMALL) {
      Constant equal = small.get(constant);
      boolean same =
          equal != null
              && (!constant.element().isFloating()
                  || (!given && Arrays.equals(equal.doubles(), constant.doubles())));
      known = same ? constants.get(equal) : null;
    }
    if (known == null) {
      known =
          isFinite(constant)
              ? new Affine(
                  constant.type(),
                  given ? Coefficients.given(constant) : Coefficients.made(constant),
                  List.of())
              : new Whole(constant, given);
      constants.put(constant, known);
      boolean exact = given || !constant.element().isFloating();
      if (exact && constant.elements() <= SMALL) {
        small.putIfAbsent(constant, constant);
      }
    }
    return known;
  }

  private static boolean isFinite(Constant constant) {
    return constant.element().isFloating()
        && Arrays.stream(constant.doubles()).allMatch(Double::isFinite);
  }

  /// The branch that every run takes, among the forms around it.
  private List<Form> taken(Graph branch, Map<String, Form> around, boolean given) {
    Map<String, Form> forms = new HashMap<>(around);
    branch
        .constants()
        .forEach((value, constant) -> forms.put(value.name(), constant(constant, given)));
    return results(branch, forms, given);
  }

  private List<Form> apply(Graph graph, Node node, Map<String, Form> forms, boolean given) {
    if (node.op() instanceof If branches) {
      OptionalLong condition =
          graph
              .elements(node.input(0))
              .map(all -> all.getFirst().known())
              .orElse(OptionalLong.empty());
      if (condition.isPresent()) {
        boolean holds = condition.getAsLong() != 0;
        return taken(holds ? branches.thenBranch() : branches.elseBranch(), forms, given);
      }
    }
    if (node.op() instanceof Split split) {
      Optional<long[]> bounds = new Positions(node, graph).parts();
      if (bounds.isPresent()) {
        return parts(split.axis(), bounds.get(), node.input(0), form(node.input(0), forms));
      }
    }
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

  /// Parts that begin where it is known are slices.
  private List<Form> parts(long axis, long[] bounds, Value x, Form form) {
    GraphBuilder slices = new GraphBuilder("parts");
    Value whole = slices.input(x.name(), x.type());
    Value along = vector(slices, axis);
    for (int i = 0; i + 1 < bounds.length; i++) {
      Value begin = vector(slices, bounds[i]);
      slices.output(slices.add(new Slice(), whole, begin, vector(slices, bounds[i + 1]), along));
    }
    return evaluate(slices.build(), Map.of(x.name(), form), true);
  }

  private static Value vector(GraphBuilder out, long element) {
    return out.constant(out.freshName("bound"), Constant.ofLongs(element));
  }

  private List<Form> fresh(
      Graph graph, Node node, List<@Nullable Form> operands, List<Form> present) {
    String name = node.op().schema().qualifiedName();
    if (name.equals("Dropout") && AffineRules.mayTrain(graph, node)) {
      throw new NotCoveredException(node.label() + " may draw random numbers");
    }
    if (node.outputs().size() == 1) {
      Optional<Affine> affine = rules.apply(new Operation(graph, node, operands));
      if (affine.isPresent()) {
        return List.of(affine.get());
      }
    }
    List<Form> results = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      TensorType type = node.output(i).type();
      results.add(new Atom(List.of(node.op(), i), present, false, type).unit());
    }
    return results;
  }

  /// What a function makes of forms, as a form.
  Affine opaque(Object function, List<Form> arguments, TensorType type) {
    return atom(List.of(function, 0), arguments, false, type).unit();
  }

  /// What a linear function makes of atoms.
  Atom linear(Object function, List<Form> arguments, TensorType type) {
    return atom(function, arguments, true, type);
  }

  private Atom atom(Object function, List<Form> arguments, boolean linear, TensorType type) {
    Key key = new Key(function, arguments, 1, List.of(type));
    List<Form> known =
        made.computeIfAbsent(key, _ -> List.of(new Atom(function, arguments, linear, type).unit()));
    return ((Affine) known.getFirst()).terms().getFirst().atom();
  }

  /// Zeros, the same form each time.
  Affine zero(TensorType type) {
    return zeros.computeIfAbsent(type, _ -> new Affine(type, Coefficients.ZERO, List.of()));
  }

  /// What is 1 in all of a tensor, and 0 around it; the same atom each time.
  Atom ones(TensorType type) {
    return ones.computeIfAbsent(type, Atom::ones);
  }

  /// A form as a scaled atom: `s x + t = s (x + t / s)`, if `s` is exact, one for each channel, and
  /// nowhere 0.
  Term factored(Affine form) {
    boolean scaled =
        form.terms().size() == 1
            && form.terms().getFirst().geometry().isDiagonal()
            && form.terms().getFirst().weights().slack() == null
            && form.terms().getFirst().weights().isAlong(1, form.type().rank())
            && !form.terms().getFirst().weights().hasZero();
    if (!scaled) {
      return compound(form).terms().getFirst();
    }
    Term term = form.terms().getFirst();
    Coefficients bias =
        form.bias().isZero() ? form.bias() : form.bias().times(term.weights().reciprocal());
    Affine sum = new Affine(form.type(), bias, List.of(term.with(Coefficients.ONE)));
    return compound(sum).terms().getFirst().with(term.weights());
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
    return compounds.computeIfAbsent(form, _ -> Atom.sum(form).unit());
  }
}
