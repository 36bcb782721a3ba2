package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Resampling;
import dev.crease.runtime.plan.ResizeMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
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
    if (operands.has(SCALES) == operands.has(SIZES)) {
      throw new InvalidOperandException("Resize needs scales or sizes, and not both");
    }
    List<Integer> resized = resized(x.rank());
    List<Dim> dims = new ArrayList<>(x.dims());
    Optional<List<Dim>> sizes =
        operands.has(SIZES)
            ? operands.elements(SIZES).map(list -> fromSizes(x, resized, list, operands))
            : operands.constant(SCALES).map(c -> fromScales(x, resized, c.doubles()));
    for (int i = 0; i < resized.size(); i++) {
      dims.set(resized.get(i), sizes.isPresent() ? sizes.get().get(i) : operands.freshSymbol());
    }
    return List.of(x.withDims(dims));
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
    double[] scales = new double[resized.size()];
    long[] sizes = new long[resized.size()];
    double[] given = inputs.get(inputs.has(SCALES) ? SCALES : SIZES).data();
    requireOneEach(inputs.has(SCALES) ? "scales" : "sizes", resized, given.length);
    for (int i = 0; i < given.length; i++) {
      int size = x.dim(resized.get(i));
      scales[i] = inputs.has(SCALES) ? given[i] : given[i] / size;
      sizes[i] = inputs.has(SCALES) ? ResizeScale.of(given[i]).applied(size) : (long) given[i];
    }
    if (inputs.has(SIZES) && policy != AspectPolicy.STRETCH) {
      long[] from = resized.stream().mapToLong(x::dim).toArray();
      Arrays.fill(scales, policy.scale(from, sizes));
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = AspectPolicy.resized(from[i], scales[i]);
      }
    }
    DoubleTensor y = x;
    double[] roi = inputs.has(ROI) ? inputs.get(ROI).data() : new double[0];
    var reference = new ResizeReference(how, x);
    for (int i = 0; i < scales.length; i++) {
      double begin = roi.length == 0 ? 0 : roi[i];
      double end = roi.length == 0 ? 1 : roi[scales.length + i];
      reference.along(resized.get(i), Math.toIntExact(sizes[i]), scales[i], begin, end);
    }
    return List.of(reference.result());
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    Set<ElementType> types =
        how.mode() == ResizeMode.NEAREST ? TypeSets.ALL : EnumSet.copyOf(Supported.ARITHMETIC);
    Supported.type(node, node.input(0), types);
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
    List<Float> scales = scales(node, resized, to);
    if (picture && scales.subList(0, 2).stream().allMatch(scale -> scale == 0 || scale == 1)) {
      emit(node, Layout.BLOCKED, scales, roi(node, resized, to), to);
    } else {
      emit(node, Layout.PLAIN, scales, roi(node, resized, to), to);
    }
  }

  private void emit(Node node, Layout layout, List<Float> scales, List<Float> roi, Lowering to) {
    int x = to.read(node.input(0), layout);
    int y = to.write(node.output(), layout);
    to.emit(new Instruction.Resize(x, y, how, scales, roi));
  }

  /// For each axis of `X`; 0 where sizes are given.
  private List<Float> scales(Node node, List<Integer> resized, Lowering to) {
    int rank = node.input(0).type().rank();
    List<Float> scales = new ArrayList<>(Collections.nCopies(rank, 0f));
    if (node.hasInput(SCALES)) {
      double[] given = constant(node, SCALES, to).doubles();
      for (int i = 0; i < given.length; i++) {
        scales.set(resized.get(i), (float) given[i]);
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
      float scale = (float) policy.scale(numbers(from), numbers(sizes));
      resized.forEach(axis -> scales.set(axis, scale));
    }
    return scales;
  }

  private List<Float> roi(Node node, List<Integer> resized, Lowering to) {
    boolean crops = how.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE;
    if (!crops || !node.hasInput(ROI)) {
      return List.of();
    }
    int rank = node.input(0).type().rank();
    List<Float> roi = new ArrayList<>(Collections.nCopies(rank, 0f));
    roi.addAll(Collections.nCopies(rank, 1f));
    double[] given = constant(node, ROI, to).doubles();
    for (int i = 0; i < resized.size(); i++) {
      roi.set(resized.get(i), (float) given[i]);
      roi.set(rank + resized.get(i), (float) given[resized.size() + i]);
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
