package dev.crease.runtime.plan;

import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Border;
import dev.crease.runtime.plan.Instruction.Branch;
import dev.crease.runtime.plan.Instruction.Call;
import dev.crease.runtime.plan.Instruction.Carried;
import dev.crease.runtime.plan.Instruction.Cast;
import dev.crease.runtime.plan.Instruction.Channelwise;
import dev.crease.runtime.plan.Instruction.Compare;
import dev.crease.runtime.plan.Instruction.Concat;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.Instruction.Expand;
import dev.crease.runtime.plan.Instruction.Extents;
import dev.crease.runtime.plan.Instruction.Fill;
import dev.crease.runtime.plan.Instruction.Gather;
import dev.crease.runtime.plan.Instruction.Gemm;
import dev.crease.runtime.plan.Instruction.GlobalPool;
import dev.crease.runtime.plan.Instruction.If;
import dev.crease.runtime.plan.Instruction.Interleave;
import dev.crease.runtime.plan.Instruction.Loop;
import dev.crease.runtime.plan.Instruction.Lrn;
import dev.crease.runtime.plan.Instruction.Measure;
import dev.crease.runtime.plan.Instruction.Pack;
import dev.crease.runtime.plan.Instruction.Pad;
import dev.crease.runtime.plan.Instruction.Pool;
import dev.crease.runtime.plan.Instruction.Produce;
import dev.crease.runtime.plan.Instruction.Range;
import dev.crease.runtime.plan.Instruction.Recurrent;
import dev.crease.runtime.plan.Instruction.Reduce;
import dev.crease.runtime.plan.Instruction.Reorder;
import dev.crease.runtime.plan.Instruction.Reshape;
import dev.crease.runtime.plan.Instruction.Resize;
import dev.crease.runtime.plan.Instruction.Scanned;
import dev.crease.runtime.plan.Instruction.ScatterNd;
import dev.crease.runtime.plan.Instruction.Select;
import dev.crease.runtime.plan.Instruction.SelectChannels;
import dev.crease.runtime.plan.Instruction.Slice;
import dev.crease.runtime.plan.Instruction.Softmax;
import dev.crease.runtime.plan.Instruction.Stacked;
import dev.crease.runtime.plan.Instruction.Transpose;
import dev.crease.runtime.plan.Instruction.Unary;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Decodes what [InstructionWriter] encodes.
final class InstructionReader {
  private final StructureReader in;
  private int depth;

  InstructionReader(StructureReader in) {
    this.in = in;
  }

  Block block() {
    if (++depth > Block.MAX_DEPTH) {
      throw in.invalid("blocks nested at most " + Block.MAX_DEPTH + " deep", "more");
    }
    var block = new Block(in.list("instructions", 5, this::instruction));
    depth--;
    return block;
  }

  /// Java evaluates arguments from left to right, so each constructor reads its components in the
  /// order in which they were written.
  private Instruction instruction() {
    int code = in.u8("instruction");
    return switch (code) {
      case 1 ->
          new Conv(slot(), slot(), slot(), slot(), slot(), window(), in.i32("group"), postOps());
      case 2 -> new DepthwiseConv(slot(), slot(), slot(), slot(), slot(), window(), postOps());
      case 3 -> new Gemm(slot(), slot(), slot(), slot(), activation());
      case 4 -> new Pack(slot(), slot(), in.i32("group"));
      case 5 -> new Pool(poolKind(), slot(), slot(), window(), postOps());
      case 6 -> new GlobalPool(poolKind(), slot(), slot());
      case 7 -> new Unary(slot(), slot(), activation());
      case 8 -> new Binary(binaryFunction(), slot(), slot(), slot(), postOps());
      case 9 -> new Cast(slot(), slot());
      case 10 -> new Softmax(slot(), slot(), in.i32("axis"), flag());
      case 11 -> new Reorder(slot(), slot());
      case 12 -> new Reshape(slot(), slot());
      case 13 -> new Transpose(slot(), slot(), integers("permutation"));
      case 14 -> new Slice(slot(), slot(), extents("starts"), extents("steps"));
      case 15 -> new Concat(integers("operands"), slot(), in.i32("axis"));
      case 16 -> new Expand(slot(), slot());
      case 17 -> new Gather(slot(), slot(), slot(), in.i32("axis"));
      case 18 -> new Fill(slot(), slot());
      case 19 -> new Extents(extents("values"), slot());
      case 20 ->
          new If(slot(), block(), integers("results"), block(), integers("results"), integers("y"));
      case 21 ->
          new Lrn(slot(), slot(), in.i32("size"), in.f32("alpha"), in.f32("beta"), in.f32("bias"));
      case 22 -> new Compare(comparison(), slot(), slot(), slot());
      case 23 -> new Select(slot(), slot(), slot(), slot());
      case 24 -> new Pad(padMode(), slot(), slot(), slot(), extents("begins"));
      case 25 -> new Range(slot(), slot(), slot());
      case 26 -> new Interleave(integers("operands"), slot(), slot(), integers("strides"));
      case 27 -> new Reduce(reduceFunction(), slot(), slot());
      case 29 -> new Resize(slot(), slot(), resampling(), extents("scales"), extents("roi"));
      case 30 ->
          new Recurrent(
              in.constant(Cell.values(), PlanFormat::code, "recurrent cell"),
              slot(),
              slot(),
              slot(),
              slot(),
              slot(),
              slot(),
              slot(),
              slot(),
              slot(),
              slot(),
              slot(),
              flag(),
              flag(),
              in.f32("clip"),
              in.list("activations", 9, this::activation));
      case 31 -> new ScatterNd(scatterFunction(), slot(), slot(), slot(), slot());
      case 33 -> new Border(slot(), slot(), slot());
      case 36 -> new Measure(slot(), integers("symbols"));
      case 37 ->
          new Produce(
              named(Production.values(), "production"),
              integers("operands"),
              integers("results"),
              extents("integers"),
              doubles("numbers"),
              integers("symbols"));
      case 38 ->
          new Branch(
              slot(),
              block(),
              integers("results"),
              block(),
              integers("results"),
              integers("y"),
              integers("symbols"));
      case 39 ->
          new Loop(
              slot(),
              slot(),
              slot(),
              slot(),
              slot(),
              in.list("carried", 16, () -> new Carried(slot(), slot(), slot(), slot())),
              in.list("scanned", 13, () -> new Scanned(slot(), slot(), in.i32("axis"), flag())),
              in.list("stacked", 13, () -> new Stacked(slot(), slot(), in.i32("axis"), flag())),
              block(),
              integers("symbols"),
              integers("symbols"));
      case 35 ->
          new Call(
              named(Routine.values(), "routine"),
              integers("operands"),
              integers("results"),
              extents("integers"),
              doubles("numbers"));
      case 34 -> new Channelwise(slot(), slot(), postOps());
      case 40 -> winograd();
      case 41 -> new SelectChannels(slot(), slot(), integers("channels"));
      default -> throw in.invalid("a known instruction", "code " + code);
    };
  }

  private int slot() {
    return in.i32("slot");
  }

  private List<Integer> integers(String what) {
    return in.list(what, 4, () -> in.i32(what));
  }

  private List<Long> longs(String what) {
    return in.list(what, 8, () -> in.i64(what));
  }

  private List<Extent> extents(String what) {
    return in.list(what, 5, in::extent);
  }

  private boolean flag() {
    int value = in.u8("flag");
    if (value > 1) {
      throw in.invalid("0 or 1", value + "");
    }
    return value == 1;
  }

  private Conv winograd() {
    return new Conv(
        slot(), slot(), slot(), slot(), slot(), window(), 1, Optional.of(form()), postOps());
  }

  private Winograd form() {
    return in.constant(Winograd.values(), PlanFormat::code, "form of a convolution");
  }

  private PoolKind poolKind() {
    return in.constant(PoolKind.values(), PlanFormat::code, "kind of pooling");
  }

  private BinaryFunction binaryFunction() {
    return in.constant(BinaryFunction.values(), PlanFormat::code, "function of two operands");
  }

  private ComparisonFunction comparison() {
    return in.constant(ComparisonFunction.values(), PlanFormat::code, "relation");
  }

  private ReduceFunction reduceFunction() {
    return in.constant(ReduceFunction.values(), PlanFormat::code, "function of many operands");
  }

  private List<Double> doubles(String what) {
    return in.list(what, 8, () -> Double.longBitsToDouble(in.i64(what)));
  }

  private List<Float> reals(String what) {
    return in.list(what, 4, () -> in.f32(what));
  }

  private Resampling resampling() {
    return new Resampling(
        in.constant(ResizeMode.values(), PlanFormat::code, "mode of resizing"),
        in.constant(CoordinateMode.values(), PlanFormat::code, "mode of coordinates"),
        in.constant(NearestMode.values(), PlanFormat::code, "mode of rounding"),
        in.f32("cubic coefficient"),
        flag(),
        flag(),
        in.f32("extrapolation"));
  }

  private <E extends Enum<E>> E named(E[] constants, String what) {
    String name = in.string(what);
    return Arrays.stream(constants)
        .filter(constant -> constant.name().equals(name))
        .findFirst()
        .orElseThrow(() -> in.invalid("a known " + what, "'" + name + "'"));
  }

  private ScatterFunction scatterFunction() {
    return in.constant(ScatterFunction.values(), PlanFormat::code, "function of updates");
  }

  private PadMode padMode() {
    return in.constant(PadMode.values(), PlanFormat::code, "mode of padding");
  }

  private Activation activation() {
    UnaryFunction function =
        in.constant(UnaryFunction.values(), PlanFormat::code, "function of one operand");
    return new Activation(function, in.f32("alpha"), in.f32("beta"));
  }

  private List<PostOp> postOps() {
    return in.list("post-ops", 9, this::postOp);
  }

  private PostOp postOp() {
    int code = in.u8("post-op");
    return switch (code) {
      case 1 -> activation();
      case 2 -> new PostOp.Normalize(slot(), slot(), slot());
      case 3 -> new PostOp.Clamp(slot(), slot());
      default -> throw in.invalid("a known post-op", "code " + code);
    };
  }

  private Window window() {
    return new Window(
        integers("kernel"),
        integers("strides"),
        integers("dilations"),
        extents("pads at the beginning"),
        extents("pads at the end"));
  }
}
