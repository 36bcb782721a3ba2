package dev.crease.runtime.exec;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.StepInfo;
import dev.crease.runtime.kernel.Arguments;
import dev.crease.runtime.kernel.Blocked;
import dev.crease.runtime.kernel.CopyKernel;
import dev.crease.runtime.kernel.FedKernel;
import dev.crease.runtime.kernel.FillKernel;
import dev.crease.runtime.kernel.GatherKernel;
import dev.crease.runtime.kernel.GemmKernel;
import dev.crease.runtime.kernel.HaloKernel;
import dev.crease.runtime.kernel.InterleaveKernel;
import dev.crease.runtime.kernel.Kernel;
import dev.crease.runtime.kernel.Microkernels;
import dev.crease.runtime.kernel.MisfitKernel;
import dev.crease.runtime.kernel.PackConvKernel;
import dev.crease.runtime.kernel.PackDepthwiseKernel;
import dev.crease.runtime.kernel.PackGemmKernel;
import dev.crease.runtime.kernel.PadKernel;
import dev.crease.runtime.kernel.RangeKernel;
import dev.crease.runtime.kernel.Routines;
import dev.crease.runtime.kernel.ScatterNdKernel;
import dev.crease.runtime.kernel.Scratch;
import dev.crease.runtime.kernel.SelectChannelsKernel;
import dev.crease.runtime.kernel.Strided;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Border;
import dev.crease.runtime.plan.Instruction.Call;
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
import dev.crease.runtime.plan.Instruction.Lrn;
import dev.crease.runtime.plan.Instruction.Pack;
import dev.crease.runtime.plan.Instruction.Pad;
import dev.crease.runtime.plan.Instruction.Pool;
import dev.crease.runtime.plan.Instruction.Range;
import dev.crease.runtime.plan.Instruction.Recurrent;
import dev.crease.runtime.plan.Instruction.Reduce;
import dev.crease.runtime.plan.Instruction.Reorder;
import dev.crease.runtime.plan.Instruction.Reshape;
import dev.crease.runtime.plan.Instruction.Resize;
import dev.crease.runtime.plan.Instruction.ScatterNd;
import dev.crease.runtime.plan.Instruction.Select;
import dev.crease.runtime.plan.Instruction.SelectChannels;
import dev.crease.runtime.plan.Instruction.Slice;
import dev.crease.runtime.plan.Instruction.Softmax;
import dev.crease.runtime.plan.Instruction.Transpose;
import dev.crease.runtime.plan.Instruction.Unary;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Operands;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// Makes the steps of a program for one set of shapes and one memory plan: the switch over
/// instructions.
final class Binder {
  private final Microkernels microkernels;
  private final BoundShapes shapes;
  private final MemoryPlan memory;
  private final Views views;
  private final WindowedKernels windowed;
  private final ElementwiseKernels elementwise;
  private final Rearrangements rearranged;
  private final StepInfos infos;
  private final DirectInputs direct;
  private List<Step> steps = new ArrayList<>();
  private int index;

  /// @param scratch what kernels of the session work in
  /// @param direct gets the kernels that read the inputs it names
  Binder(
      Microkernels microkernels,
      Scratch scratch,
      BoundShapes shapes,
      MemoryPlan memory,
      Views views,
      DirectInputs direct) {
    this.microkernels = microkernels;
    this.shapes = shapes;
    this.memory = memory;
    this.views = views;
    this.windowed = new WindowedKernels(microkernels, scratch, shapes, views);
    this.elementwise = new ElementwiseKernels(microkernels, shapes, views);
    this.rearranged = new Rearrangements(shapes, views);
    this.direct = direct;
    this.infos = new StepInfos(shapes, microkernels.plain() == microkernels);
  }

  /// @throws IllegalArgumentException if an instruction does not fit the shapes
  List<Step> bind(Block block) {
    List<Step> outer = steps;
    steps = new ArrayList<>();
    for (Instruction instruction : block.instructions()) {
      boolean empty = writesNothing(instruction);
      try {
        requireShapes(instruction);
        if (empty) {
          windowed.requireFit(instruction);
        } else {
          add(instruction);
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            infos.name(instruction) + " does not fit these input shapes: " + e.getMessage(), e);
      } catch (InvalidDataException e) {
        throw new InvalidDataException(
            "computing %s: %s".formatted(infos.name(instruction), e.getMessage()), e);
      }
      // A picture without pixels has padding all the same.
      writeHalos(instruction);
    }
    List<Step> bound = List.copyOf(steps);
    steps = outer;
    return bound;
  }

  /// Whether all results are empty, so that there is nothing to do.
  private boolean writesNothing(Instruction instruction) {
    List<Integer> writes = Operands.of(instruction).writes();
    return !(instruction instanceof If)
        && writes.stream().allMatch(slot -> shapes.elements(slot) == 0);
  }

  /// Of what is empty too.
  private void requireShapes(Instruction instruction) {
    if (instruction instanceof Binary i) {
      shapes.requireBroadcast(i.a(), i.y());
      shapes.requireBroadcast(i.b(), i.y());
    } else if (instruction instanceof Compare i) {
      shapes.requireBroadcast(i.a(), i.y());
      shapes.requireBroadcast(i.b(), i.y());
    } else if (instruction instanceof Select i) {
      shapes.requireBroadcast(i.condition(), i.y());
      shapes.requireBroadcast(i.a(), i.y());
      shapes.requireBroadcast(i.b(), i.y());
    } else if (instruction instanceof Expand i) {
      shapes.requireBroadcast(i.x(), i.y());
    } else if (instruction instanceof Reduce i) {
      shapes.requireBroadcast(i.y(), i.x());
    } else if (instruction instanceof Border i) {
      shapes.requireSame(i.x(), i.y());
      shapes.requireVector("values", i.values(), shapes.of(i.y())[1]);
    }
  }

  private void add(Instruction instruction) {
    switch (instruction) {
      case Conv i -> emit(i, windowed.conv(i));
      case DepthwiseConv i -> emit(i, windowed.depthwise(i));
      case Gemm i -> emit(i, gemm(i));
      case Pack i -> emit(i, pack(i));
      case Pool i -> emit(i, windowed.pool(i));
      case GlobalPool i -> emit(i, windowed.globalPool(i));
      case Lrn i -> emit(i, elementwise.lrn(i));
      case Channelwise i -> emit(i, elementwise.channelwise(i));
      case Border i -> {
        if (!memory.shared().coincide(i.x(), i.y())) {
          emit(i, elementwise.unary(i.x(), i.y(), Activation.NONE));
        }
      }
      case Unary i -> emit(i, elementwise.unary(i.x(), i.y(), i.activation()));
      case Binary i -> emit(i, elementwise.binary(i));
      case Compare i -> emit(i, elementwise.compare(i));
      case Select i -> emit(i, elementwise.select(i));
      case Cast i -> emit(i, elementwise.cast(i));
      case Softmax i -> emit(i, elementwise.softmax(i));
      case Reorder i -> emit(i, reorder(i));
      case Reshape i -> reshape(i);
      case Transpose i -> emit(i, new CopyKernel(rearranged.transposed(i), plain(i.y())));
      case Slice i -> emit(i, new CopyKernel(rearranged.sliced(i), plain(i.y())));
      case Concat i -> concat(i);
      case Interleave i -> emit(i, interleave(i));
      case SelectChannels i ->
          emit(
              i,
              new SelectChannelsKernel(
                  microkernels,
                  blocked(i.x()),
                  blocked(i.y()),
                  i.channels().stream().mapToInt(c -> c).toArray()));
      case Reduce i -> emit(i, elementwise.reduce(i));
      case Expand i -> emit(i, new CopyKernel(plain(i.x()), plain(i.y())));
      case Gather i ->
          emit(
              i,
              new GatherKernel(
                  plain(i.x()),
                  plain(i.indices()),
                  plain(i.y()),
                  i.axis(),
                  views.isConstant(i.indices())));
      case Pad i -> emit(i, pad(i));
      case Resize i -> emit(i, windowed.resize(i));
      case Recurrent i -> emit(i, new RecurrentKernels(microkernels, shapes, views).bind(i));
      case ScatterNd i -> {
        shapes.requireSame(i.x(), i.y());
        emit(
            i,
            new ScatterNdKernel(
                type(i.y()),
                i.function(),
                plain(i.x()),
                plain(i.indices()),
                plain(i.updates()),
                plain(i.y()),
                views.isConstant(i.indices())));
      }
      case Call i -> emit(i, Routines.kernel(i.routine(), arguments(i), microkernels));
      case Range i -> emit(i, range(i));
      case Fill i -> emit(i, fill(i));
      case Extents i -> emit(i, new CopyKernel(rearranged.values(i), plain(i.y())));
      case If i -> branch(i);
      case Instruction.Deciding i ->
          throw new IllegalStateException(infos.name(i) + " is between sections");
    }
  }

  private void emit(Instruction instruction, Kernel kernel) {
    LazyInfo info = new LazyInfo(index++, at -> infos.of(at, instruction));
    steps.add(new Step.Compute(info, kernel, Exactness.isExact(instruction)));
  }

  private Step step(Kernel kernel, IntFunction<StepInfo> info) {
    return new Step.Compute(new LazyInfo(index++, info), kernel, false);
  }

  /// Writes the halo around a result that convolutions read: the values of a border, else zeros,
  /// unless those are there already because it overwrote an operand that has them.
  private void writeHalos(Instruction instruction) {
    Operands operands = Operands.of(instruction);
    for (int y : operands.writes()) {
      if (!memory.halos().needs(y)) {
        continue;
      }
      if (instruction instanceof Border border) {
        writeHalo(y, new HaloKernel(blocked(y), blocked(border.values())));
      } else if (operands.reads().stream().noneMatch(x -> keepsHalo(x, y))) {
        writeHalo(y, new HaloKernel(blocked(y)));
      }
    }
  }

  /// Whether `y` lies where `x` has zeros around it. Where a border was ever written, nothing is
  /// taken to be there.
  private boolean keepsHalo(int x, int y) {
    return memory.halos().needs(x)
        && memory.shared().coincide(x, y)
        && !memory.shared().isBordered(y);
  }

  private void writeHalo(int y, HaloKernel kernel) {
    steps.add(step(kernel, at -> infos.halo(at, y, kernel)));
  }

  private Kernel reorder(Reorder i) {
    if (!direct.contains(i.x())) {
      return elementwise.reorder(i);
    }
    FedKernel kernel = elementwise.reorderInput(i);
    direct.add(i.x(), kernel);
    return kernel;
  }

  private Kernel gemm(Gemm gemm) {
    int[] a = shapes.of(gemm.a());
    int[] b = shapes.of(gemm.b());
    int[] y = shapes.of(gemm.y());
    boolean fits =
        a[a.length - 1] == b[b.length - 2]
            && y[y.length - 1] == b[b.length - 1]
            && y[y.length - 2] == a[a.length - 2];
    BoundShapes.require(
        fits,
        "a " + Arrays.toString(a) + ", b " + Arrays.toString(b) + ", y " + Arrays.toString(y));
    BoundShapes.require(
        gemm.bias() == Instruction.ABSENT || shapes.of(gemm.bias())[0] == y[y.length - 1],
        "bias of another length than y's rows");
    return new GemmKernel(
        microkernels,
        plain(gemm.a()),
        views.floats(gemm.b()),
        views.offset(gemm.b()),
        Arrays.copyOf(b, b.length - 2),
        views.vector(gemm.bias()),
        views.vectorOffset(gemm.bias()),
        plain(gemm.y()),
        gemm.activation());
  }

  private Kernel pack(Pack pack) {
    shapes.requireSame(pack.x(), pack.y());
    Strided x = plain(pack.x());
    float[] y = views.floats(pack.y());
    int offset = views.offset(pack.y());
    return switch (shapes.slot(pack.y()).layout()) {
      case GEMM_WEIGHTS -> new PackGemmKernel(microkernels, x, y, offset);
      case CONV_WEIGHTS -> new PackConvKernel(x, y, offset, pack.group(), shapes.lanes());
      case DEPTHWISE_WEIGHTS -> new PackDepthwiseKernel(x, y, offset, shapes.lanes());
      case PLAIN, BLOCKED, PLANES, SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE ->
          throw new IllegalArgumentException("y is not packed");
    };
  }

  private Kernel interleave(Interleave i) {
    int[] strides = {1, 1, 1};
    for (int axis = 0; axis < i.strides().size(); axis++) {
      strides[3 - i.strides().size() + axis] = i.strides().get(axis);
    }
    if (i.fill() != Instruction.ABSENT) {
      shapes.requireVector("fill", i.fill(), shapes.of(i.y())[1]);
    }
    return new InterleaveKernel(
        i.x().stream()
            .map(x -> Optional.of(x).filter(s -> s != Instruction.ABSENT).map(this::blocked))
            .toList(),
        views.vector(i.fill()),
        views.vectorOffset(i.fill()),
        blocked(i.y()),
        strides);
  }

  private Kernel pad(Pad i) {
    int[] begins = i.begins().stream().mapToInt(shapes::evaluateInt).toArray();
    Strided x = plain(i.x());
    if (i.value() == Instruction.ABSENT) {
      return new PadKernel(i.mode(), x, begins, plain(i.y()));
    }
    boolean byChannel = shapes.elements(i.value()) != 1;
    if (byChannel) {
      shapes.requireOneForEachChannel("value", i.value(), i.x());
      shapes.requireOneForEachChannel("value", i.value(), i.y());
    }
    return new PadKernel(
        x, begins, views.array(i.value()), views.offset(i.value()), byChannel, plain(i.y()));
  }

  private Kernel fill(Fill i) {
    shapes.requireOne("value", i.value());
    return new FillKernel(views.array(i.value()), views.offset(i.value()), plain(i.y()));
  }

  private Arguments arguments(Call i) {
    return new Arguments(
        i.x().stream().map(this::argument).toList(),
        i.y().stream().map(this::argument).toList(),
        i.integers().stream().mapToLong(shapes::evaluate).toArray(),
        i.numbers().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private Optional<Arguments.Tensor> argument(int slot) {
    return slot == Instruction.ABSENT
        ? Optional.empty()
        : Optional.of(
            new Arguments.Tensor(
                type(slot), views.array(slot), views.offset(slot), shapes.of(slot)));
  }

  private Kernel range(Range i) {
    shapes.requireOne("start", i.start());
    shapes.requireOne("delta", i.delta());
    return new RangeKernel(type(i.y()), plain(i.start()), plain(i.delta()), plain(i.y()));
  }

  private void reshape(Reshape i) {
    BoundShapes.require(
        shapes.elements(i.x()) == shapes.elements(i.y()),
        Arrays.toString(shapes.of(i.x())) + " cannot become " + Arrays.toString(shapes.of(i.y())));
    if (!memory.shared().coincide(i.x(), i.y())) {
      int[] flat = {shapes.elements(i.x())};
      emit(i, new CopyKernel(flat(i.x(), flat), flat(i.y(), flat)));
    }
  }

  private Strided flat(int slot, int[] shape) {
    return new Strided(views.array(slot), views.offset(slot), shape, new int[] {1});
  }

  private void concat(Concat i) {
    int before = 0;
    for (int x : i.x()) {
      requireJoins(x, i);
      if (!isInPlace(x, i, before) && shapes.elements(x) > 0) {
        steps.add(step(rearranged.joining(x, i, before), at -> infos.joining(at, i, x)));
      }
      before += shapes.of(x)[i.axis()];
    }
    BoundShapes.require(
        before == shapes.of(i.y())[i.axis()],
        "the operands have " + before + " entries along axis " + i.axis());
  }

  private void requireJoins(int x, Concat concat) {
    int[] shape = shapes.of(concat.y()).clone();
    shape[concat.axis()] = shapes.of(x)[concat.axis()];
    BoundShapes.require(
        Arrays.equals(shape, shapes.of(x)),
        "operands of shapes %s and %s cannot be joined along axis %d"
            .formatted(
                Arrays.toString(shapes.of(concat.x().getFirst())),
                Arrays.toString(shapes.of(x)),
                concat.axis()));
  }

  /// Whether an operand lies where the result wants it.
  private boolean isInPlace(int x, Concat concat, int before) {
    if (views.isConstant(x) || memory.shared().root(x) != memory.shared().root(concat.y())) {
      return false;
    }
    int inner = BoundShapes.product(shapes.of(x), concat.axis() + 1, shapes.of(x).length);
    int within = isBlocked(x) ? before / shapes.lanes() : before * inner;
    return memory.shared().offset(x) == memory.shared().offset(concat.y()) + within;
  }

  private void branch(If i) {
    shapes.requireOne("the condition", i.condition());
    steps.add(
        new Step.Branch(
            views.array(i.condition()),
            views.offset(i.condition()),
            branch(i, i.then(), i.thenResults()),
            branch(i, i.otherwise(), i.otherwiseResults())));
  }

  /// The steps of a branch; if it does not fit the shapes, one that ends a run that takes it.
  private List<Step> branch(If i, Block block, List<Integer> results) {
    String misfit = shapes.misfit(block);
    if (misfit != null) {
      return misfit(i, misfit);
    }
    List<Step> outer = steps;
    try {
      return fittingBranch(i, block, results);
    } catch (IllegalArgumentException e) {
      return misfit(i, String.valueOf(e.getMessage()));
    } finally {
      steps = outer;
    }
  }

  private List<Step> misfit(If i, String reason) {
    return List.of(step(new MisfitKernel(reason), at -> infos.misfit(at, i)));
  }

  /// A block, then its results copied to where the `If` leaves them.
  private List<Step> fittingBranch(If i, Block block, List<Integer> results) {
    steps = new ArrayList<>(bind(block));
    for (int n = 0; n < results.size(); n++) {
      int y = i.y().get(n);
      shapes.requireSame(results.get(n), y);
      Kernel kernel = new CopyKernel(plain(results.get(n)), plain(y));
      steps.add(step(kernel, at -> infos.leaving(at, i, y)));
    }
    return List.copyOf(steps);
  }

  private Strided plain(int slot) {
    return views.plain(slot);
  }

  private Blocked blocked(int slot) {
    return views.blocked(slot);
  }

  private ElementType type(int slot) {
    return shapes.slot(slot).type();
  }

  private boolean isBlocked(int slot) {
    return shapes.slot(slot).layout() == Layout.BLOCKED;
  }
}
