package dev.crease.runtime.exec;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import dev.crease.runtime.kernel.Slabs;
import dev.crease.runtime.plan.Instruction;
import java.util.ArrayList;
import java.util.List;

/// The turns of one [Instruction.Loop].
final class Turns {
  /// What a tensor takes besides its elements.
  private static final int ROW_BYTES = 80;

  private final FlowRunner runner;
  private final Instruction.Loop loop;
  private final Flow body;
  private final List<Value> carried = new ArrayList<>();
  private final List<List<Tensor>> rows = new ArrayList<>();

  Turns(FlowRunner runner, Instruction.Loop loop, Flow body) {
    this.runner = runner;
    this.loop = loop;
    this.body = body;
    loop.carried().forEach(each -> carried.add(runner.value(each.initial())));
    loop.stacked().forEach(_ -> rows.add(new ArrayList<>()));
  }

  void run() {
    long trips = trips();
    boolean all = nothingEndsIt();
    requireFinite(all, trips, 1);
    boolean going = loop.condition() == Instruction.ABSENT || runner.truth(loop.condition());
    for (long turn = 0; turn < trips && going; turn++) {
      find(turn, trips);
      runner.run(body);
      for (int i = 0; i < carried.size(); i++) {
        carried.set(i, runner.value(loop.carried().get(i).next()));
      }
      for (int i = 0; i < rows.size(); i++) {
        Tensor row = runner.tensor(loop.stacked().get(i).row());
        requireFinite(all, trips, row.elements());
        rows.get(i).add(row);
        requireRoom(i, row, trips);
      }
      going = loop.again() == Instruction.ABSENT || runner.truth(loop.again());
    }
    leave();
  }

  /// @param all whether all turns will be taken
  /// @param elements that each turn adds to a result
  private static void requireFinite(boolean all, long trips, int elements) {
    if (all && trips > Integer.MAX_VALUE / Math.max(1, elements)) {
      throw new InvalidDataException(
          "a loop would take %d turns, which nothing in it ends, with %d elements each; at most 2^31 - 1 can be had"
              .formatted(trips, elements));
    }
  }

  /// @param i the number of the result that `row` is part of; all its rows are of one shape
  private void requireRoom(int i, Tensor row, long trips) {
    long turns = rows.get(i).size();
    // The rows and, in the end, the result.
    double bytes = turns * (ROW_BYTES + 2.0 * row.elements() * row.type().bytes());
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most || (double) turns * row.elements() > Integer.MAX_VALUE) {
      throw new InvalidDataException(
          "a loop has taken %d of at most %d turns, each leaving a `%s` of %d elements; expected 2^31 - 1 elements and %d bytes at most"
              .formatted(
                  turns, trips, runner.name(loop.stacked().get(i).row()), row.elements(), most));
    }
  }

  /// Whether the condition is the same after each turn.
  private boolean nothingEndsIt() {
    boolean goes = loop.condition() == Instruction.ABSENT || runner.truth(loop.condition());
    boolean goesOn = loop.again() == Instruction.ABSENT || loop.again() == loop.going();
    return goes && (goesOn || runner.isConstant(loop.again()) && runner.truth(loop.again()));
  }

  /// The bound of turns: as many as slices, which are as many in all scanned tensors.
  private long trips() {
    long trips = Long.MAX_VALUE;
    if (loop.trips() != Instruction.ABSENT) {
      Tensor bound = runner.tensor(loop.trips());
      if (bound.elements() != 1) {
        throw new InvalidDataException("the number of turns is " + bound + ", not one number");
      }
      trips = bound.longs()[0];
    }
    for (Instruction.Scanned each : loop.scanned()) {
      long slices = runner.tensor(each.x()).dim(each.axis());
      if (trips != Long.MAX_VALUE && trips != slices) {
        throw new InvalidDataException(
            "`%s` has %d slices in this run, another tensor %d"
                .formatted(runner.name(each.x()), slices, trips));
      }
      trips = slices;
    }
    return trips;
  }

  private void find(long turn, long trips) {
    runner.forget(loop.insideBinds());
    if (loop.turn() != Instruction.ABSENT) {
      runner.put(loop.turn(), Tensor.of(new long[] {turn}, runner.expectedShape(loop.turn())));
    }
    if (loop.going() != Instruction.ABSENT) {
      runner.put(loop.going(), Tensor.of(new boolean[] {true}, runner.expectedShape(loop.going())));
    }
    for (int i = 0; i < carried.size(); i++) {
      runner.put(loop.carried().get(i).inside(), carried.get(i));
    }
    for (Instruction.Scanned each : loop.scanned()) {
      long slice = each.reverse() ? trips - 1 - turn : turn;
      runner.put(each.inside(), Slabs.slice(runner.tensor(each.x()), each.axis(), (int) slice));
    }
  }

  private void leave() {
    runner.forget(loop.binds());
    for (int i = 0; i < carried.size(); i++) {
      int y = loop.carried().get(i).y();
      if (y != Instruction.ABSENT) {
        runner.put(y, carried.get(i));
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      Instruction.Stacked each = loop.stacked().get(i);
      if (each.y() != Instruction.ABSENT) {
        List<Tensor> tensors = each.reverse() ? rows.get(i).reversed() : rows.get(i);
        runner.put(each.y(), stack(each, tensors));
      }
    }
  }

  private Tensor stack(Instruction.Stacked each, List<Tensor> tensors) {
    if (tensors.isEmpty()) {
      int[] shape = runner.expectedShape(each.y());
      shape[each.axis()] = 0;
      return Tensor.zeros(runner.type(each.y()), shape);
    }
    return Slabs.stack(tensors, each.axis());
  }
}
