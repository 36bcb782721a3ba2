package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Concatenations: `concat(s x + t, u z + v) = [s, u] concat(x, z) + [t, v]`, with zeros for an
/// operand that is constant.
///
/// If an operand is anything but one scaled atom, then as a sum: each operand is put among zeros,
/// which is linear. So it is along an axis of unknown length, if coefficients are the same all
/// along it: what is added to an operand is then that to the last one, and the difference times
/// ones among zeros.
final class Joining {
  private final Region region;
  private final Operation operation;
  private final List<Affine> parts;
  private final int axis;

  Joining(Region region, Operation operation) {
    this.region = region;
    this.operation = operation;
    this.parts = IntStream.range(0, operation.operands().size()).mapToObj(operation::form).toList();
    long given = operation.attributes().integer("axis");
    this.axis = Math.toIntExact(given < 0 ? given + operation.type().rank() : given);
  }

  Optional<Affine> form() {
    if (parts.size() == 1) {
      return Optional.of(operation.typed(parts.getFirst()));
    }
    boolean known = parts.stream().allMatch(part -> part.type().dim(axis).isKnown());
    if (!known) {
      return isJoinedAnywhere() ? Optional.of(summedAnywhere()) : Optional.empty();
    }
    boolean simple =
        parts.stream()
            .allMatch(
                part ->
                    part.isConstant()
                        || (part.terms().size() == 1
                            && part.terms().getFirst().geometry().isDiagonal()));
    return Optional.of(simple ? scaled() : summed());
  }

  private int length(int part) {
    return Math.toIntExact(parts.get(part).type().dim(axis).known().orElseThrow());
  }

  private int offset(int part) {
    return IntStream.range(0, part).map(this::length).sum();
  }

  /// The coefficients of a part among zeros.
  private Coefficients placed(Coefficients c, int part) {
    if (c.isZero()) {
      return Coefficients.ZERO;
    }
    int[] from = new int[operation.type().rank()];
    Arrays.fill(from, 1);
    System.arraycopy(c.dims(), 0, from, from.length - c.rank(), c.rank());
    Coefficients shaped = c.shaped(from.clone());
    from[axis] = length(part);
    int[] to = from.clone();
    to[axis] = offset(parts.size());
    int[] targets = new int[Indexes.count(from)];
    int block = Indexes.strides(from)[axis];
    for (int i = 0; i < targets.length; i++) {
      int outer = i / block / from[axis];
      int along = i / block % from[axis] + offset(part);
      targets[i] = (outer * to[axis] + along) * block + i % block;
    }
    return shaped.over(from).summed(targets, Indexes.count(to)).shaped(to);
  }

  private Coefficients bias() {
    Coefficients bias = Coefficients.ZERO;
    for (int i = 0; i < parts.size(); i++) {
      bias = bias.plus(placed(parts.get(i).bias(), i));
    }
    return bias;
  }

  private Affine scaled() {
    Coefficients weights = Coefficients.ZERO;
    List<Form> atoms = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Affine part = parts.get(i);
      if (part.isConstant()) {
        atoms.add(region.zero(part.type()));
      } else {
        Term term = part.terms().getFirst();
        atoms.add(term.atom().unit());
        weights = weights.plus(placed(term.weights(), i));
      }
    }
    boolean constant = parts.stream().allMatch(Affine::isConstant);
    TensorType type = operation.type();
    List<Term> terms =
        constant
            ? List.of()
            : List.of(
                new Term(
                    region.linear(List.of("Concat", axis), atoms, type),
                    Geometry.DIAGONAL,
                    weights));
    return new Affine(type, bias(), terms);
  }

  private Affine summed() {
    TensorType type = operation.type();
    Affine sum = new Affine(type, bias(), List.of());
    for (int i = 0; i < parts.size(); i++) {
      List<Object> place = List.of("among zeros", axis, offset(i), Dim.of(offset(parts.size())));
      for (Term term : parts.get(i).terms()) {
        sum = sum.plus(new Affine(type, Coefficients.ZERO, List.of(placed(term, i, place))));
      }
    }
    return sum;
  }

  private Term placed(Term term, int part, List<Object> place) {
    Geometry geometry = term.geometry();
    if (geometry.isDiagonal()) {
      return new Term(
          region.linear(place, List.of(term.atom().unit()), operation.type()),
          geometry,
          placed(term.weights(), part));
    }
    Geometry behind = geometry.then(place, geometry.outAxis());
    return new Term(
        term.atom(),
        geometry.outAxis() == axis ? behind.among(offset(part), offset(parts.size())) : behind,
        term.weights());
  }

  /// Whether lengths need not be known, since nothing differs along the axis; a plain Concat of
  /// atoms is left one atom.
  private boolean isJoinedAnywhere() {
    boolean same =
        parts.stream()
            .allMatch(
                part ->
                    !part.type().dim(axis).dependsOnData()
                        && isUniform(part.bias())
                        && part.terms().stream().allMatch(this::isUniform));
    return same && !parts.stream().allMatch(Joining::isAtom);
  }

  private static boolean isAtom(Affine part) {
    return part.bias().isZero()
        && part.terms().size() == 1
        && part.terms().getFirst().geometry().isDiagonal()
        && part.terms().getFirst().weights().isAll(1);
  }

  private boolean isUniform(Term term) {
    return term.geometry().isDiagonal()
        ? isUniform(term.weights())
        : term.geometry().outAxis() != axis;
  }

  private boolean isUniform(Coefficients c) {
    int at = axis - operation.type().rank() + c.rank();
    return at < 0 || c.dims()[at] == 1;
  }

  private Affine summedAnywhere() {
    TensorType type = operation.type();
    Coefficients last = parts.getLast().bias();
    Affine sum = new Affine(type, last, List.of());
    Dim length = parts.stream().map(part -> part.type().dim(axis)).reduce(Dim.ZERO, Dim::plus);
    Dim offset = Dim.ZERO;
    for (Affine part : parts) {
      List<Object> place = List.of("among zeros", axis, offset, length);
      for (Term term : part.terms()) {
        Term placed =
            term.geometry().isDiagonal()
                ? among(place, term.atom(), term.weights())
                : new Term(
                    term.atom(),
                    term.geometry().then(place, term.geometry().outAxis()),
                    term.weights());
        sum = sum.plus(new Affine(type, Coefficients.ZERO, List.of(placed)));
      }
      Coefficients difference =
          part.bias() == last ? Coefficients.ZERO : part.bias().plus(last.negated());
      if (!difference.isZero()) {
        Term ones = among(place, region.ones(part.type()), difference);
        sum = sum.plus(new Affine(type, Coefficients.ZERO, List.of(ones)));
      }
      offset = offset.plus(part.type().dim(axis));
    }
    return sum;
  }

  private Term among(List<Object> place, Atom atom, Coefficients weights) {
    return new Term(
        region.linear(place, List.of(atom.unit()), operation.type()), Geometry.DIAGONAL, weights);
  }
}
