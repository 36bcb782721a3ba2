package dev.crease.runtime.exec;

import dev.crease.runtime.Absence;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.MemoryUse;
import dev.crease.runtime.Sequence;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import dev.crease.runtime.kernel.Microkernels;
import dev.crease.runtime.kernel.Productions;
import dev.crease.runtime.kernel.Scratch;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Runs the parts of a program that decides by data. What crosses the borders of sections stands in
/// tensors of its own; inside a section everything is bound, planned and cached as in a program
/// that does not decide.
final class FlowRunner {
  private static final long UNBOUND = Long.MIN_VALUE;

  private final LoadedProgram loaded;
  private final Flow flow;
  private final Microkernels microkernels;
  private final Scratch scratch;
  private final StepRunner steps;
  private final Map<Flow.Section, Bindings> bindings = new IdentityHashMap<>();
  private final @Nullable Value[] values;
  private final long[] symbols;

  FlowRunner(
      LoadedProgram loaded,
      Flow flow,
      Microkernels microkernels,
      Scratch scratch,
      StepRunner steps) {
    this.loaded = loaded;
    this.flow = flow;
    this.microkernels = microkernels;
    this.scratch = scratch;
    this.steps = steps;
    this.values = new @Nullable Value[loaded.program().slots().size()];
    this.symbols = new long[loaded.program().symbols().size()];
  }

  /// @param inputs in the order of the program's
  /// @return its outputs, in order, which share no memory with the inputs
  List<Value> run(Value[] inputs) {
    try {
      begin(shapes(inputs));
      for (int i = 0; i < inputs.length; i++) {
        values[loaded.program().inputs().get(i).slot()] = inputs[i];
      }
      run(flow);
      return outputs(inputs);
    } finally {
      Arrays.fill(values, null);
    }
  }

  /// What is no tensor has no shape to bind.
  private int[][] shapes(Value[] inputs) {
    int[][] shapes = new int[inputs.length][];
    for (int i = 0; i < inputs.length; i++) {
      int slot = loaded.program().inputs().get(i).slot();
      boolean plain = loaded.program().slots().get(slot).layout() == Layout.PLAIN;
      shapes[i] = plain ? ((Tensor) inputs[i]).shape() : new int[0];
    }
    return shapes;
  }

  private void begin(int[][] shapes) {
    Arrays.fill(symbols, UNBOUND);
    long[] known = InputShapes.symbols(loaded.program(), shapes);
    for (int symbol = 0; symbol < known.length; symbol++) {
      symbols[symbol] = known[symbol] < 0 ? UNBOUND : known[symbol];
    }
  }

  private List<Value> outputs(Value[] inputs) {
    Set<Object> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    Stream.of(inputs).flatMap(FlowRunner::arrays).forEach(taken::add);
    Stream.of(loaded.constants()).filter(Objects::nonNull).forEach(taken::add);
    List<Value> outputs = new ArrayList<>();
    for (Port port : loaded.program().outputs()) {
      outputs.add(own(value(port.slot()), taken));
    }
    return outputs;
  }

  private static Stream<Object> arrays(Value value) {
    return switch (value) {
      case Tensor tensor -> Stream.of(tensor.array());
      case Sequence sequence -> sequence.tensors().stream().map(Tensor::array);
      case Absence _ -> Stream.empty();
    };
  }

  /// The value, copied where its memory is somebody else's.
  private static Value own(Value value, Set<Object> taken) {
    return switch (value) {
      case Tensor tensor -> own(tensor, taken);
      case Sequence(var type, var tensors) ->
          new Sequence(type, tensors.stream().map(tensor -> own(tensor, taken)).toList());
      case Absence nothing -> nothing;
    };
  }

  private static Tensor own(Tensor tensor, Set<Object> taken) {
    return taken.add(tensor.array()) ? tensor : copy(tensor);
  }

  private static Tensor copy(Tensor tensor) {
    Tensor copy = Tensor.zeros(tensor.type(), tensor.shape());
    System.arraycopy(tensor.array(), 0, copy.array(), 0, tensor.elements());
    return copy;
  }

  /// Binds the sections whose shapes follow from the inputs' shapes alone.
  MemoryUse bind(int[][] shapes) {
    begin(shapes);
    bind(flow);
    return use();
  }

  /// Lets go of all memory.
  void clear() {
    bindings.clear();
  }

  private void bind(Flow part) {
    for (Flow.Part each : part.parts()) {
      switch (each) {
        case Flow.Section section -> {
          if (Arrays.stream(section.symbols()).allMatch(symbol -> symbols[symbol] != UNBOUND)) {
            binding(section);
          }
        }
        case Flow.Decision decision -> decision.blocks().forEach(this::bind);
      }
    }
  }

  /// What the sections that are bound need together.
  private MemoryUse use() {
    MemoryUse sum = MemoryPlan.constantsOnly(loaded.constantSizes());
    for (Bindings each : bindings.values()) {
      Optional<MemoryUse> latest = each.latestUse();
      if (latest.isPresent()) {
        sum = MemoryPlan.beside(sum, latest.get());
      }
    }
    return sum;
  }

  void run(Flow part) {
    for (Flow.Part each : part.parts()) {
      switch (each) {
        case Flow.Section section -> run(section);
        case Flow.Decision(Instruction.Measure measure, _) -> measure(measure);
        case Flow.Decision(Instruction.Produce produce, _) -> produce(produce);
        case Flow.Decision(Instruction.Branch branch, var blocks) -> branch(branch, blocks);
        case Flow.Decision(Instruction.Loop loop, var blocks) ->
            new Turns(this, loop, blocks.getFirst()).run();
      }
    }
  }

  private Binding binding(Flow.Section section) {
    return bindings
        .computeIfAbsent(
            section, _ -> new Bindings(section.program(), microkernels, scratch, false))
        .of(symbols, section.symbols());
  }

  private void run(Flow.Section section) {
    Binding binding;
    try {
      binding = binding(section);
    } catch (IllegalArgumentException e) {
      throw new InvalidDataException(
          "the values of this run give shapes that do not fit: " + e.getMessage(), e);
    }
    List<Port> inputs = section.program().program().inputs();
    for (int i = 0; i < inputs.size(); i++) {
      Binding.Place place = binding.inputs().get(i);
      Tensor tensor = tensor(inputs.get(i).slot());
      if (!place.hasShapeOf(tensor)) {
        throw new InvalidDataException(
            "`%s` is %s in this run, but its shape should be %s"
                .formatted(place.name(), tensor, Arrays.toString(place.shape())));
      }
      place.take(tensor);
    }
    steps.run(binding.steps());
    List<Port> outputs = section.program().program().outputs();
    for (int i = 0; i < outputs.size(); i++) {
      values[outputs.get(i).slot()] = binding.outputs().get(i).copy();
    }
  }

  private void measure(Instruction.Measure measure) {
    Tensor x = tensor(measure.x());
    if (x.elements() < measure.symbols().size()) {
      throw new InvalidDataException(
          "`%s` is %s in this run, but should have %d elements"
              .formatted(name(measure.x()), x, measure.symbols().size()));
    }
    for (int i = 0; i < measure.symbols().size(); i++) {
      int symbol = measure.symbols().get(i);
      if (symbol >= 0) {
        symbols[symbol] =
            size(measure.x(), x.array() instanceof int[] ints ? ints[i] : x.longs()[i]);
      }
    }
  }

  private long size(int slot, long number) {
    if (number == UNBOUND) {
      throw new InvalidDataException(
          "`%s` has %d in this run, which is no size and no position"
              .formatted(name(slot), number));
    }
    return number;
  }

  /// @param slot whose shape or function needs the number
  private long evaluate(Extent extent, int slot) {
    try {
      return extent.evaluate(symbols);
    } catch (ArithmeticException e) {
      throw new InvalidDataException(
          "with the values of this run, a size of `%s` cannot be computed: %s (%s = %s)"
              .formatted(
                  name(slot), e.getMessage(), loaded.program().symbols(), Arrays.toString(symbols)),
          e);
    }
  }

  private void produce(Instruction.Produce produce) {
    List<Optional<Value>> operands =
        produce.x().stream()
            .map(
                slot ->
                    slot == Instruction.ABSENT ? Optional.<Value>empty() : Optional.of(value(slot)))
            .toList();
    long[] integers =
        produce.integers().stream()
            .mapToLong(extent -> evaluate(extent, produce.y().getFirst()))
            .toArray();
    double[] numbers = produce.numbers().stream().mapToDouble(Double::doubleValue).toArray();
    List<? extends Value> results;
    try {
      results = Productions.of(produce.production(), integers, numbers).compute(operands);
    } catch (InvalidDataException e) {
      throw new InvalidDataException(
          "computing %s: %s".formatted(names(produce.y()), e.getMessage()), e);
    }
    forget(produce.binds());
    for (int i = 0; i < produce.y().size(); i++) {
      if (produce.y().get(i) != Instruction.ABSENT) {
        put(produce.y().get(i), results.get(i));
      }
    }
  }

  private void branch(Instruction.Branch branch, List<Flow> blocks) {
    boolean taken = truth(branch.condition());
    run(blocks.get(taken ? 0 : 1));
    List<Integer> results = taken ? branch.thenResults() : branch.otherwiseResults();
    forget(branch.binds());
    for (int i = 0; i < results.size(); i++) {
      put(branch.y().get(i), value(results.get(i)));
    }
  }

  /// Symbols that are about to be bound again.
  void forget(List<Integer> bound) {
    bound.forEach(symbol -> symbols[symbol] = UNBOUND);
  }

  /// Fills a slot, and binds the symbols that are its dimensions and have no value yet.
  ///
  /// @throws InvalidDataException if a dimension is not what the plan says
  void put(int slot, Value value) {
    Slot of = loaded.program().slots().get(slot);
    Holder holder = of.layout().holder();
    if (!holder.holds(value, of.type())) {
      throw new InvalidDataException(
          "`%s` is %s in this run, but should be %s"
              .formatted(name(slot), value, holder.text(of.type())));
    }
    values[slot] = value;
    if (holder != Holder.TENSOR) {
      return;
    }
    Tensor tensor = (Tensor) value;
    List<Extent> shape = of.shape();
    boolean fits = shape.size() == tensor.rank();
    for (int axis = 0; fits && axis < tensor.rank(); axis++) {
      if (shape.get(axis) instanceof Extent.Symbol(int index) && symbols[index] == UNBOUND) {
        symbols[index] = tensor.dim(axis);
      }
      fits = evaluate(shape.get(axis), slot) == tensor.dim(axis);
    }
    if (!fits) {
      throw new InvalidDataException(
          "`%s` is %s in this run, which does not fit its shape %s%s"
              .formatted(name(slot), tensor, shape.stream().map(this::text).toList(), known()));
    }
  }

  private String text(Extent extent) {
    return switch (extent) {
      case Extent.Fixed(long size) -> Long.toString(size);
      case Extent.Symbol(int index) -> loaded.program().symbols().get(index);
      default -> Long.toString(extent.evaluate(symbols));
    };
  }

  /// ` where N = 1, k = 3`: the symbols that have a value in this run.
  private String known() {
    String values =
        IntStream.range(0, symbols.length)
            .filter(symbol -> symbols[symbol] != UNBOUND)
            .mapToObj(symbol -> loaded.program().symbols().get(symbol) + " = " + symbols[symbol])
            .collect(Collectors.joining(", "));
    return values.isEmpty() ? "" : " where " + values;
  }

  Value value(int slot) {
    Value value = values[slot];
    if (value != null) {
      return value;
    }
    Object constant = loaded.constants()[slot];
    if (constant == null) {
      throw new IllegalStateException("slot " + slot + " is empty");
    }
    Slot of = loaded.program().slots().get(slot);
    int[] shape = of.shape().stream().mapToInt(dim -> (int) dim.evaluate(symbols)).toArray();
    Tensor tensor = Tensor.of(of.type(), constant, shape);
    values[slot] = tensor;
    return tensor;
  }

  Tensor tensor(int slot) {
    return value(slot) instanceof Tensor tensor ? tensor : fail(slot);
  }

  private Tensor fail(int slot) {
    throw new InvalidDataException(
        "`%s` is %s in this run, not a tensor".formatted(name(slot), value(slot)));
  }

  boolean isConstant(int slot) {
    return loaded.constants()[slot] != null;
  }

  boolean truth(int slot) {
    Tensor tensor = tensor(slot);
    if (tensor.type() != ElementType.BOOL || tensor.elements() != 1) {
      throw new InvalidDataException(
          "the condition `%s` is %s in this run, not one bool".formatted(name(slot), tensor));
    }
    return tensor.bytes()[0] != 0;
  }

  private String names(List<Integer> slots) {
    return slots.stream()
        .filter(slot -> slot != Instruction.ABSENT)
        .map(slot -> "`" + name(slot) + "`")
        .collect(Collectors.joining(", "));
  }

  String name(int slot) {
    String name = loaded.program().slots().get(slot).name();
    return name.isEmpty() ? "%" + slot : name;
  }

  int[] expectedShape(int slot) {
    return loaded.program().slots().get(slot).shape().stream()
        .mapToInt(
            dim ->
                dim.symbols().anyMatch(s -> symbols[s] == UNBOUND)
                    ? 0
                    : Math.clamp(evaluate(dim, slot), 0, Integer.MAX_VALUE))
        .toArray();
  }

  ElementType type(int slot) {
    return loaded.program().slots().get(slot).type();
  }
}
