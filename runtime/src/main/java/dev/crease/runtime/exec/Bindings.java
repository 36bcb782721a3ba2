package dev.crease.runtime.exec;

import dev.crease.runtime.MemoryUse;
import dev.crease.runtime.Storage;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.kernel.Kernel;
import dev.crease.runtime.kernel.Microkernels;
import dev.crease.runtime.kernel.Scratch;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Slot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The bindings of a session, most recently used first, and the arenas that they share: only one of
/// them runs at a time.
final class Bindings {
  private static final int KEPT = 8;

  private final LoadedProgram loaded;
  private final Microkernels microkernels;
  private final Scratch scratch;
  private final boolean warms;
  private final List<Integer> directInputs;
  private final List<Binding> kept = new ArrayList<>(KEPT + 1);
  private final Map<Storage, Object> arenas = new EnumMap<>(Storage.class);

  /// @param scratch what kernels of the session work in
  /// @param warms whether steps run on plain loops until their vector code is compiled
  Bindings(LoadedProgram loaded, Microkernels microkernels, Scratch scratch, boolean warms) {
    this.loaded = loaded;
    this.microkernels = microkernels;
    this.scratch = scratch;
    this.warms = warms;
    directInputs = DirectInputs.among(loaded.program(), loaded.timeline());
  }

  /// The binding for inputs of these shapes, made if need be.
  ///
  /// @throws IllegalArgumentException if the shapes do not fit the program
  Binding of(Tensor[] given) {
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i).fits(given)) {
        return toFront(i);
      }
    }
    int[][] shapes = new int[given.length][];
    for (int i = 0; i < given.length; i++) {
      shapes[i] = given[i].shape();
    }
    return create(InputShapes.symbols(loaded.program(), shapes));
  }

  /// The binding of a section.
  ///
  /// @param symbols the value of each
  /// @param used those that the section depends on
  /// @throws IllegalArgumentException if an instruction does not fit the shapes
  Binding of(long[] symbols, int[] used) {
    for (int i = 0; i < kept.size(); i++) {
      if (agree(kept.get(i).symbols(), symbols, used)) {
        return toFront(i);
      }
    }
    return create(symbols.clone());
  }

  private static boolean agree(long[] a, long[] b, int[] used) {
    for (int symbol : used) {
      if (a[symbol] != b[symbol]) {
        return false;
      }
    }
    return true;
  }

  Binding of(int[][] shapes) {
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i).fits(shapes)) {
        return toFront(i);
      }
    }
    return create(InputShapes.symbols(loaded.program(), shapes));
  }

  /// The binding that was used last.
  Optional<Binding> latest() {
    return kept.stream().findFirst();
  }

  /// What the binding that was used last needs.
  Optional<MemoryUse> latestUse() {
    return latest().map(Binding::memory);
  }

  void clear() {
    kept.clear();
    arenas.clear();
  }

  private Binding toFront(int index) {
    Binding binding = kept.get(index);
    if (index > 0) {
      kept.remove(index);
      kept.addFirst(binding);
    }
    return binding;
  }

  private Binding create(long[] symbols) {
    BoundShapes shapes = loaded.bind(symbols);
    var memory = new MemoryPlan(loaded.timeline(), shapes, loaded.constantSlots());
    MemoryUse use = memory.use(loaded.constantSizes());
    allocate(memory, use);
    var views = new Views(shapes, memory, arenas, loaded.constants());
    DirectInputs direct = new DirectInputs(directInputs);
    Block main = loaded.program().main();
    List<Step> steps = new Binder(microkernels, scratch, shapes, memory, views, direct).bind(main);
    if (microkernels.plain() != microkernels) {
      List<Step> plain =
          new Binder(microkernels.plain(), scratch, shapes, memory, views, direct).bind(main);
      List<Step> chosen = RareWork.choose(steps, plain);
      steps = warms && !loaded.warmth().areAllWarm() ? warming(chosen, plain) : chosen;
    }
    if (warms) {
      loaded.warmth().rehearse(loaded, symbols);
    }
    var binding =
        new Binding(
            places(loaded.program().inputs(), shapes, views, direct),
            places(loaded.program().outputs(), shapes, views, DirectInputs.none()),
            steps,
            MemoryPlan.with(use, scratch.bytes()),
            symbols);
    kept.addFirst(binding);
    if (kept.size() > KEPT) {
      kept.removeLast();
    }
    return binding;
  }

  private List<Step> warming(List<Step> chosen, List<Step> plain) {
    List<Step> warming = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      warming.add(warming(chosen.get(i), plain.get(i)));
    }
    return List.copyOf(warming);
  }

  private Step warming(Step chosen, Step plain) {
    return switch (chosen) {
      case Step.Compute compute -> {
        Kernel loops = ((Step.Compute) plain).kernel();
        yield compute.exact() && compute.kernel() != loops
            ? compute.with(
                new WarmingKernel(compute.index(), loaded.warmth(), loops, compute.kernel()))
            : compute;
      }
      case Step.Branch(var condition, int offset, var then, var otherwise) -> {
        Step.Branch other = (Step.Branch) plain;
        yield new Step.Branch(
            condition, offset, warming(then, other.then()), warming(otherwise, other.otherwise()));
      }
    };
  }

  private static List<Binding.Place> places(
      List<Port> ports, BoundShapes shapes, Views views, DirectInputs direct) {
    return ports.stream().map(port -> place(port, shapes, views, direct)).toList();
  }

  private static Binding.Place place(
      Port port, BoundShapes shapes, Views views, DirectInputs direct) {
    Slot slot = shapes.slot(port.slot());
    return new Binding.Place(
        port.name(),
        slot.type(),
        shapes.of(port.slot()),
        views.array(port.slot()),
        views.offset(port.slot()),
        shapes.elements(port.slot()),
        direct.of(port.slot()));
  }

  /// Makes the arenas large enough. Bindings over an arena that grows are dropped, so that a
  /// session never holds two.
  private void allocate(MemoryPlan memory, MemoryUse use) {
    for (Storage storage : Storage.values()) {
      Object arena = arenas.get(storage);
      int length = memory.length(storage);
      if (arena == null || java.lang.reflect.Array.getLength(arena) < length) {
        kept.clear();
        arenas.remove(storage);
        arenas.put(storage, allocate(storage, length, use));
      }
    }
  }

  private static Object allocate(Storage storage, int length, MemoryUse use) {
    try {
      return storage.allocate(length);
    } catch (OutOfMemoryError e) {
      throw new IllegalStateException(
          "not enough memory: these input shapes need %d MiB of arenas beside %d MiB of constants;"
                  .formatted(use.arenaBytes() >> 20, use.constantBytes() >> 20)
              + " give the JVM about -Xmx%dm more than the application needs"
                  .formatted(use.heapBytes() >> 20),
          e);
    }
  }
}
