package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.tensor.ConstantOfShape;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What operators make of forms, by the specification's formulas; empty where a result is no affine
/// form, so that it is an atom.
final class AffineRules {
  private final Region region;
  private final Linear linear;
  private final Moving moving;
  private final Clamping clamping;

  AffineRules(Region region) {
    this.region = region;
    this.linear = new Linear(region);
    this.moving = new Moving(region);
    this.clamping = new Clamping(region);
  }

  /// Whether a dropout may do anything.
  static boolean mayTrain(Graph graph, Node node) {
    return node.hasInput(2)
        && graph.constant(node.input(2)).filter(mode -> mode.longs()[0] == 0).isEmpty();
  }

  Optional<Affine> apply(Operation operation) {
    TensorType type = operation.type();
    List<@Nullable Form> operands = operation.operands();
    if (operation.node().op() instanceof ConstantOfShape splat && type.element().isFloating()) {
      Coefficients value = Coefficients.given(splat.value()).shaped();
      return Optional.of(new Affine(type, value, List.of()));
    }
    boolean floating =
        type.element().isFloating() && !operands.isEmpty() && operands.getFirst() instanceof Affine;
    if (!floating) {
      return Optional.empty();
    }
    return switch (operation.name()) {
      case "Identity", "Dropout" -> Optional.of(operation.form(0));
      case "Cast" -> cast(operation);
      case "Neg" -> operation.form(0).times(Coefficients.scalar(-1));
      case "Add", "Sum" -> sum(operation, false);
      case "Mean" -> mean(operation);
      case "Sub" -> sum(operation, true);
      case "Mul" -> product(operation);
      case "Div" -> quotient(operation);
      case "Sqrt" -> power(operation, 0.5);
      case "Reciprocal" -> power(operation, -1);
      case "Pow" -> exponent(operation).flatMap(exponent -> power(operation, exponent));
      case "BatchNormalization" -> normalization(operation);
      case "Conv", "ConvTranspose" -> convolution(operation);
      case "crease.FusedConv" -> fused(operation);
      case "Relu", "Clip", "crease.ChannelClamp" -> clamping.apply(operation);
      case "MaxPool", "GlobalMaxPool", "ReduceMax", "ReduceMin", "LeakyRelu", "PRelu" ->
          Ordered.of(operation, region);
      case "ReduceSum" -> summed(operation);
      case "Concat" -> joined(operation);
      case "Pad" -> Margins.pad(operation, region).or(() -> moving.apply(operation));
      case "crease.ChannelPad" -> Margins.byChannel(operation, region);
      case "Gemm" -> gemm(operation);
      case "MatMul" -> matMul(operation);
      default -> moving.apply(operation);
    };
  }

  private Optional<Affine> joined(Operation operation) {
    boolean floating = operation.operands().stream().allMatch(form -> form instanceof Affine);
    return floating ? new Joining(region, operation).form() : Optional.empty();
  }

  /// Exact where each number of the type is one of the new type.
  private static Optional<Affine> cast(Operation operation) {
    ElementType from = operation.form(0).type().element();
    ElementType to = operation.type().element();
    boolean widens =
        switch (to) {
          case FLOAT64 -> true;
          case FLOAT32 -> from != ElementType.FLOAT64;
          default -> from == to;
        };
    return widens ? Optional.of(operation.typed(operation.form(0))) : Optional.empty();
  }

  private Optional<Affine> sum(Operation operation, boolean negateSecond) {
    Affine sum = new Affine(operation.type(), Coefficients.ZERO, List.of());
    for (int i = 0; i < operation.operands().size(); i++) {
      Affine next = operation.form(i);
      if (!next.isConstant() && !operation.keepsShape(i)) {
        Optional<Affine> expanded = moving.expanded(next, operation.type());
        if (expanded.isEmpty()) {
          return Optional.empty();
        }
        next = expanded.get();
      }
      if (negateSecond && i == 1) {
        Optional<Affine> negated = next.times(Coefficients.scalar(-1));
        next = negated.orElseThrow();
      }
      sum = sum.plus(next);
    }
    return Optional.of(sum);
  }

  /// `sum(w x + t) = w sum(x) + n t` for `n` numbers, if it is known how many.
  private Optional<Affine> summed(Operation operation) {
    Affine x = operation.form(0);
    Optional<Coefficients> added =
        Movements.reduced(operation, true)
            .filter(movement -> movement.ratio().isPresent())
            .flatMap(
                movement ->
                    movement
                        .of(x.bias())
                        .map(t -> t.times(Coefficients.scalar(movement.ratio().getAsLong()))));
    if (x.bias().isZero() || added.isEmpty()) {
      return moving.apply(operation);
    }
    List<@Nullable Form> operands = new ArrayList<>(operation.operands());
    operands.set(0, new Affine(x.type(), Coefficients.ZERO, x.terms()));
    return moving
        .apply(new Operation(operation.graph(), operation.node(), operands))
        .map(y -> y.plus(added.get()));
  }

  private Optional<Affine> mean(Operation operation) {
    Coefficients count = Coefficients.scalar(operation.operands().size());
    return sum(operation, false).flatMap(sum -> sum.times(count.reciprocal()));
  }

  private static Optional<Affine> product(Operation operation) {
    int constant = operation.isConstant(0) ? 0 : 1;
    return operation.isConstant(constant)
        ? scaled(operation, 1 - constant, operation.constant(constant))
        : Optional.empty();
  }

  private static Optional<Affine> quotient(Operation operation) {
    boolean known =
        operation.isConstant(1)
            && !operation.constant(1).hasZero()
            && operation.constant(1).slack() == null;
    return known ? scaled(operation, 0, operation.constant(1).reciprocal()) : Optional.empty();
  }

  private static Optional<Affine> scaled(Operation operation, int of, Coefficients factor) {
    Affine x = operation.form(of);
    return x.isConstant() || operation.keepsShape(of)
        ? x.times(factor).map(operation::typed)
        : Optional.empty();
  }

  private static Optional<Double> exponent(Operation operation) {
    Constant exponents = operation.graph().constant(operation.node().input(1)).orElse(null);
    return exponents != null && exponents.elements() == 1 && !exponents.isDerived()
        ? Optional.of(exponents.doubles()[0])
        : Optional.empty();
  }

  /// What normalizations written as arithmetic raise their constants to.
  private static Optional<Affine> power(Operation operation, double exponent) {
    boolean known =
        operation.isConstant(0)
            && operation.constant(0).slack() == null
            && operation.constant(0).isPositive();
    if (!known) {
      return Optional.empty();
    }
    Coefficients x = operation.constant(0);
    Coefficients base = Math.abs(exponent) == 0.5 ? x.root() : x;
    Coefficients power = Math.abs(exponent) == 2 ? base.times(base) : base;
    return List.of(0.5, 1.0, 2.0).contains(Math.abs(exponent))
        ? Optional.of(
            new Affine(operation.type(), exponent < 0 ? power.reciprocal() : power, List.of()))
        : Optional.empty();
  }

  /// `scale / sqrt(variance + epsilon) (x - mean) + bias`. A variance that a rewrite made, of
  /// numbers and not by a formula, is meant as it is.
  private static Optional<Affine> normalization(Operation operation) {
    if (operation.attributes().flag("training_mode")) {
      return Optional.empty();
    }
    for (int i = 1; i < 5; i++) {
      if (!operation.isConstant(i)) {
        return Optional.empty();
      }
    }
    Affine x = operation.form(0);
    int rank = x.type().rank();
    Coefficients epsilon = Coefficients.scalar(operation.attributes().real("epsilon"));
    Coefficients variance = operation.constant(4);
    boolean asItIs =
        operation
            .graph()
            .constant(operation.node().input(4))
            .filter(constant -> !constant.isDerived())
            .isPresent();
    Coefficients exact =
        variance.isAll(1) ? Coefficients.ONE : asItIs ? variance.unrounded() : variance;
    Coefficients root = exact.plus(epsilon).root();
    Coefficients slope = operation.constant(1).times(root.reciprocal()).along(1, rank);
    Coefficients mean = operation.constant(3).along(1, rank);
    Coefficients shift = operation.constant(2).along(1, rank).plus(slope.times(mean).negated());
    return x.times(slope).map(y -> operation.typed(y.plus(shift)));
  }

  private Optional<Affine> convolution(Operation operation) {
    if (!operation.isConstant(1) || (operation.has(2) && !operation.isConstant(2))) {
      return ofComputedWeights(operation);
    }
    Coefficients weights = operation.constant(1);
    boolean transposed = operation.name().equals("ConvTranspose");
    Geometry geometry =
        transposed
            ? Linear.transposed(operation.attributes(), weights.dims())
            : Linear.convolution(operation.attributes(), weights.dims());
    Optional<Coefficients> padding =
        !transposed && operation.has(4) ? Optional.of(operation.constant(4)) : Optional.empty();
    Affine y = linear.apply(geometry, weights, operation.form(0), padding, operation.type());
    return Optional.of(
        operation.has(2) ? y.plus(operation.constant(2).along(1, y.type().rank())) : y);
  }

  /// A function of data and weights, in which the margins of the data are padding.
  private Optional<Affine> ofComputedWeights(Operation operation) {
    Affine x = operation.form(0);
    boolean isAtom =
        x.bias().isZero()
            && x.terms().size() == 1
            && x.terms().getFirst().geometry().isDiagonal()
            && x.terms().getFirst().weights().isAll(1);
    if (!isAtom) {
      return Optional.empty();
    }
    Atom atom = x.terms().getFirst().atom();
    List<Form> arguments = new ArrayList<>(operation.present(0));
    return Margins.of(atom)
        .flatMap(margins -> margins.around(operation.node().op()))
        .map(
            wider -> {
              arguments.set(0, Margins.inside(atom).unit());
              return region.opaque(wider, arguments, operation.type());
            });
  }

  private Optional<Affine> fused(Operation operation) {
    boolean constant =
        operation.isConstant(1)
            && (!operation.has(2) || operation.isConstant(2))
            && (!operation.has(4) || operation.isConstant(4));
    Optional<Affine> y = constant ? convolution(operation) : Optional.empty();
    if (y.isEmpty()) {
      throw new NotCoveredException("a fused convolution with weights that are not constant");
    }
    Affine sum = operation.has(3) ? y.get().plus(operation.form(3)) : y.get();
    return Optional.of(activation(operation, sum));
  }

  /// The function that a fused operator ends with, as the operator of its name would compute it.
  private Affine activation(Operation operation, Affine x) {
    Attributes given = operation.attributes();
    String name = given.text("activation");
    if (name.equals("Identity")) {
      return x;
    }
    if (name.equals("Neg")) {
      return x.times(Coefficients.scalar(-1))
          .orElseThrow(() -> new NotCoveredException("a negated convolution"));
    }
    if (name.equals("Clip")) {
      return region.opaque(
          List.of("Clip", (double) given.real("alpha"), (double) given.real("beta")),
          List.of(x),
          operation.type());
    }
    var schema =
        Operators.find(name).orElseThrow(() -> new NotCoveredException("the function " + name));
    Attributes attributes = Attributes.NONE;
    for (String parameter : List.of("alpha", "beta")) {
      if (schema.attribute(parameter).isPresent()) {
        attributes = attributes.with(parameter, given.real(parameter));
      }
    }
    return region.opaque(schema.create(attributes), List.of(x), operation.type());
  }

  private Optional<Affine> gemm(Operation operation) {
    if (!operation.isConstant(1)) {
      return Optional.empty();
    }
    Attributes given = operation.attributes();
    boolean transposed = given.flag("transB");
    boolean columns = given.flag("transA");
    Coefficients weights = operation.constant(1).times(Coefficients.scalar(given.real("alpha")));
    Geometry geometry = Linear.product(columns ? 0 : 1, 1, weights.dims(), transposed);
    Affine y =
        linear.apply(geometry, weights, operation.form(0), Optional.empty(), operation.type());
    if (!operation.has(2)) {
      return Optional.of(y);
    }
    Affine addend = operation.form(2);
    if (!addend.isConstant() && !operation.keepsShape(2)) {
      return Optional.empty();
    }
    return addend.times(Coefficients.scalar(given.real("beta"))).map(y::plus);
  }

  private Optional<Affine> matMul(Operation operation) {
    int constant = operation.isConstant(1) ? 1 : 0;
    if (!operation.isConstant(constant) || operation.isConstant(1 - constant)) {
      return Optional.empty();
    }
    Coefficients weights = operation.constant(constant);
    Affine x = operation.form(1 - constant);
    int rank = x.type().rank();
    if (weights.rank() < 2 || rank < 2) {
      return Optional.empty();
    }
    int fromLast = constant == 1 ? 1 : 2;
    Geometry geometry =
        Linear.product(
            rank - fromLast, operation.type().rank() - fromLast, weights.dims(), constant == 0);
    return Optional.of(linear.apply(geometry, weights, x, Optional.empty(), operation.type()));
  }
}
