package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Resampling;
import dev.crease.runtime.plan.ResizeMode;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// ONNX `Resize`: `Y`'s sizes along `axes` (all, if left out) are `floor(size scale)`, or `sizes`;
/// its elements are interpolated among those of `X` along each axis by itself.
///
/// A policy other than STRETCH makes all scales the least or the greatest of those that `sizes`
/// asks for.
public record Resize(Resampling how, List<Long> axes, AspectPolicy policy) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Resize")
          .since(19)
          .attribute("antialias", 0)
          .optional("axes", Attribute.Kind.INTS)
          .attribute("coordinate_transformation_mode", "half_pixel")
          .attribute("cubic_coeff_a", -0.75f)
          .attribute("exclude_outside", 0)
          .attribute("extrapolation_value", 0f)
          .attribute("keep_aspect_ratio_policy", "stretch")
          .attribute("mode", "nearest")
          .attribute("nearest_mode", "round_prefer_floor")
          .input("X", "T1", TypeSets.ALL)
          .optionalInput("roi", "T2", TypeSets.FLOATS)
          .optionalInput("scales", "tensor(float)", Supported.FLOAT32)
          .optionalInput("sizes", "tensor(int64)", TypeSets.SHAPES)
          .output("Y", "T1", TypeSets.ALL)
          .build(ResizeAttributes::read);

  private static final int ROI = 1;
  private static final int SCALES = 2;
  private static final int SIZES = 3;

  public Resize {
    axes = List.copyOf(axes);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return ResizeAttributes.write(this);
  }

  /// The axes in the order in which scales and sizes name them.
  private List<Integer> resized(int rank) {
    if (axes.isEmpty()) {
      return IntStream.range(0, rank).boxed().toList();
    }
    Axes.normalize("Resize", axes, rank);
    return axes.stream().map(axis -> Axes.normalize("Resize", axis, rank)).toList();
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (has(operands, SCALES) == has(operands, SIZES)) {
      throw new InvalidOperandException("Resize needs scales or sizes, and not both");
    }
    List<Integer> resized = resized(x.rank());
    if (how.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE) {
      requireRoi(operands, resized.size());
    }
    List<Dim> dims = new ArrayList<>(x.dims());
    Optional<List<Dim>> sizes =
        has(operands, SIZES)
            ? operands.elements(SIZES).map(list -> fromSizes(x, resized, list, operands))
            : operands.constant(SCALES).map(c -> fromScales(x, resized, c.doubles()));
    for (int i = 0; i < resized.size(); i++) {
      dims.set(resized.get(i), sizes.isPresent() ? sizes.get().get(i) : operands.freshSymbol());
    }
    return List.of(x.withDims(dims));
  }

  private static void requireRoi(Operands operands, int axes) {
    if (!has(operands, ROI)) {
      throw new InvalidOperandException("Resize by tf_crop_and_resize needs roi");
    }
    Dim length = operands.type(ROI).elements();
    if (length.isKnown() && !length.is(2L * axes)) {
      throw new InvalidOperandException(
          "Resize needs roi of %d numbers for %d axes, got %s"
              .formatted(2 * axes, axes, operands.type(ROI)));
    }
  }

  private static List<Dim> fromScales(TensorType x, List<Integer> resized, double[] scales) {
    requireOneEach("scales", resized, scales.length);
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < scales.length; i++) {
      dims.add(ResizeScale.of(scales[i]).applied(x.dim(resized.get(i))));
    }
    return dims;
  }

  private List<Dim> fromSizes(
      TensorType x, List<Integer> resized, List<Dim> sizes, Operands operands) {
    requireOneEach("sizes", resized, sizes.size());
    if (policy == AspectPolicy.STRETCH) {
      return sizes;
    }
    List<Dim> from = resized.stream().map(x::dim).toList();
    if (!from.stream().allMatch(Dim::isKnown) || !sizes.stream().allMatch(Dim::isKnown)) {
      return from.stream().map(_ -> operands.freshSymbol()).toList();
    }
    double scale = policy.scale(numbers(from), numbers(sizes));
    return LongStream.of(numbers(from))
        .mapToObj(n -> Dim.of(AspectPolicy.resized(n, scale)))
        .toList();
  }

  private static long[] numbers(List<Dim> dims) {
    return dims.stream().mapToLong(dim -> dim.known().orElseThrow()).toArray();
  }

  private static void requireOneEach(String what, List<Integer> resized, int count) {
    if (count != resized.size()) {
      throw new InvalidOperandException(
          "Resize needs %s for each of %d axes, got %d".formatted(what, resized.size(), count));
    }
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    List<Integer> resized = resized(x.rank());
    boolean byScales = has(inputs, SCALES);
    double[] given = inputs.get(byScales ? SCALES : SIZES).data();
    requireOneEach(byScales ? "scales" : "sizes", resized, given.length);
    double[] roi = has(inputs, ROI) ? inputs.get(ROI).data() : new double[0];
    long[] from = resized.stream().mapToLong(x::dim).toArray();
    double common =
        byScales || policy == AspectPolicy.STRETCH
            ? 0
            : policy.scale(from, Arrays.stream(given).mapToLong(size -> (long) size).toArray());
    var reference = new ResizeReference(how, x);
    for (int i = 0; i < given.length; i++) {
      long size = common == 0 ? (long) given[i] : AspectPolicy.resized(from[i], common);
      if (byScales) {
        size = ResizeScale.of(given[i]).applied(from[i]);
      }
      double scale = byScales ? given[i] : common;
      double begin = roi.length == 0 ? 0 : roi[i];
      double end = roi.length == 0 ? 1 : roi[given.length + i];
      reference.along(resized.get(i), Math.toIntExact(size), scale, begin, end);
    }
    return List.of(reference.result());
  }

  /// Operands that do not count may also be given empty. Whether a node of this operator is known
  /// to leave `axis` as it is.
  public boolean leaves(Node node, Graph graph, int axis) {
    int rank = node.input(0).type().rank();
    int at = resized(rank).indexOf(axis);
    if (at < 0) {
      return true;
    }
    if (how.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE || policy != AspectPolicy.STRETCH) {
      return false;
    }
    return has(node, SCALES)
        ? graph.constant(node.input(SCALES)).filter(c -> c.doubles()[at] == 1).isPresent()
        : node.input(0).type().dim(axis).equals(node.output().type().dim(axis));
  }

  private static boolean has(EvaluationInputs inputs, int operand) {
    return inputs.has(operand) && inputs.get(operand).data().length > 0;
  }

  private static boolean has(Operands operands, int operand) {
    return operands.has(operand) && !operands.type(operand).elements().is(0);
  }

  private static boolean has(Node node, int operand) {
    return node.hasInput(operand) && !node.input(operand).type().elements().is(0);
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    boolean nearest = how.mode() == ResizeMode.NEAREST;
    boolean copies = nearest && how.coordinates() != CoordinateMode.TF_CROP_AND_RESIZE;
    Set<ElementType> types = nearest ? Supported.NUMERIC : Supported.ARITHMETIC;
    Supported.type(node, node.input(0), copies ? TypeSets.ALL : types);
    if (x.rank() == 0) {
      to.emit(
          new Instruction.Reshape(
              to.read(node.input(0), Layout.PLAIN), to.write(node.output(), Layout.PLAIN)));
      return;
    }
    List<Integer> resized = resized(x.rank());
    boolean picture =
        x.element() == ElementType.FLOAT32
            && x.rank() >= 3
            && x.rank() <= 5
            && resized.stream()
                .allMatch(axis -> axis >= 2 || x.dim(axis).equals(node.output().type().dim(axis)));
    if (!isKnown(node, to)) {
      lowerByData(node, resized, to);
      return;
    }
    List<Double> scales = scales(node, resized, to);
    List<Double> roi = roi(node, resized, to);
    boolean whole = roi.isEmpty() || isWhole(roi, 0) && isWhole(roi, 1);
    boolean given =
        scales.subList(0, Math.min(2, x.rank())).stream().anyMatch(s -> s != 0 && s != 1);
    Layout layout = picture && whole && !given ? Layout.BLOCKED : Layout.PLAIN;
    emit(node, layout, Extent.bits(scales), Extent.bits(roi), to);
  }

  private boolean isKnown(Node node, Lowering to) {
    boolean crops = how.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE && has(node, ROI);
    boolean keepsAspect = has(node, SIZES) && policy != AspectPolicy.STRETCH;
    return to.isBound(node.output().type())
        && (!crops || to.graph().constant(node.input(ROI)).isPresent())
        && (!has(node, SCALES) || to.graph().constant(node.input(SCALES)).isPresent())
        && (!keepsAspect || node.output().type().knownDims().isPresent());
  }

  private void lowerByData(Node node, List<Integer> resized, Lowering to) {
    TensorType x = node.input(0).type();
    int rank = x.rank();
    boolean crops = how.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE;
    List<Value> operands =
        List.of(crops ? node.input(ROI) : Value.ABSENT, node.input(SCALES), node.input(SIZES));
    List<Dim> integers = new ArrayList<>(List.of(Dim.of(policy.ordinal()), Dim.of(rank)));
    integers.addAll(x.dims());
    resized.forEach(axis -> integers.add(Dim.of(axis)));
    List<Extent> numbers =
        DataShape.numbers(to, Routine.RESIZED_SHAPE, operands, integers, 4 * rank);
    DataShape.define(node.output().type(), numbers.subList(0, rank), to);
    emit(
        node,
        Layout.PLAIN,
        numbers.subList(rank, 2 * rank),
        numbers.subList(2 * rank, 4 * rank),
        to);
  }

  private static boolean isWhole(List<Double> roi, int axis) {
    return roi.get(axis) == 0 && roi.get(roi.size() / 2 + axis) == 1;
  }

  private void emit(Node node, Layout layout, List<Extent> scales, List<Extent> roi, Lowering to) {
    int x = to.read(node.input(0), layout);
    int y = to.write(node.output(), layout);
    to.emit(new Instruction.Resize(x, y, how, scales, roi));
  }

  /// For each axis of `X`; 0 where sizes are given.
  private List<Double> scales(Node node, List<Integer> resized, Lowering to) {
    int rank = node.input(0).type().rank();
    List<Double> scales = new ArrayList<>(Collections.nCopies(rank, 0d));
    if (has(node, SCALES)) {
      double[] given = constant(node, SCALES, to).doubles();
      for (int i = 0; i < given.length; i++) {
        scales.set(resized.get(i), given[i]);
      }
    } else if (policy != AspectPolicy.STRETCH) {
      List<Dim> from = resized.stream().map(axis -> node.input(0).type().dim(axis)).toList();
      List<Dim> sizes = to.graph().elements(node.input(SIZES)).orElse(List.of());
      boolean known =
          sizes.size() == from.size()
              && sizes.stream().allMatch(Dim::isKnown)
              && from.stream().allMatch(Dim::isKnown);
      if (!known) {
        throw new UnsupportedNodeException(
            "Resize that keeps the aspect ratio of unknown sizes is not supported, give scales");
      }
      double scale = policy.scale(numbers(from), numbers(sizes));
      resized.forEach(axis -> scales.set(axis, scale));
    }
    return scales;
  }

  private List<Double> roi(Node node, List<Integer> resized, Lowering to) {
    boolean crops = how.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE;
    if (!crops || !has(node, ROI)) {
      return List.of();
    }
    int rank = node.input(0).type().rank();
    List<Double> roi = new ArrayList<>(Collections.nCopies(rank, 0d));
    roi.addAll(Collections.nCopies(rank, 1d));
    double[] given = constant(node, ROI, to).doubles();
    for (int i = 0; i < resized.size(); i++) {
      roi.set(resized.get(i), (double) (float) given[i]);
      roi.set(rank + resized.get(i), (double) (float) given[resized.size() + i]);
    }
    return roi;
  }

  private static Constant constant(Node node, int operand, Lowering to) {
    return to.graph()
        .constant(node.input(operand))
        .orElseThrow(
            () ->
                new UnsupportedNodeException(
                    "Resize by %s that depend on data is not supported, only by constants or sizes"
                        .formatted(SCHEMA.inputs().get(operand).name())));
  }
}
