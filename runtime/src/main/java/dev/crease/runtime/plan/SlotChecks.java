package dev.crease.runtime.plan;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.util.BitSet;

/// What can be asked of the slots of an instruction: layouts, element types, ranks, axes. Slot
/// indexes are known to be in range here.
abstract sealed class SlotChecks permits InstructionVerifier {
  final Program program;
  private final BitSet bound;

  /// The instruction that is being checked, for messages.
  String where = "";

  SlotChecks(Program program, BitSet bound) {
    this.program = program;
    this.bound = bound;
  }

  /// Checks that an expression names symbols of the program that have a value here.
  final void symbols(String place, Extent extent) {
    symbolsInRange(place, extent);
    extent
        .symbols()
        .forEach(
            index ->
                ProgramVerifier.require(
                    bound.get(index),
                    "%s depends on symbol '%s', which nothing has bound",
                    place,
                    program.symbols().get(index)));
  }

  /// Checks that an expression names symbols of the program.
  final void symbolsInRange(String place, Extent extent) {
    int count = program.symbols().size();
    extent
        .symbols()
        .forEach(
            index ->
                ProgramVerifier.require(
                    index >= 0 && index < count, "%s names symbol %d of %d", place, index, count));
  }

  final void optional(String what, int x, int rank) {
    if (x != Instruction.ABSENT) {
      floats(what, x, rank);
    }
  }

  final void floats(String what, int x, int rank) {
    layout(Layout.PLAIN, x);
    check(
        slot(x).type() == ElementType.FLOAT32 && rank(x) == rank,
        what + " should be f32 of rank " + rank);
  }

  final Slot slot(int index) {
    int count = program.slots().size();
    check(index >= 0 && index < count, "names slot " + index + " of " + count);
    return program.slots().get(index);
  }

  final int rank(int index) {
    return slot(index).shape().size();
  }

  final void layout(Layout expected, int... slots) {
    for (int slot : slots) {
      Layout got = slot(slot).layout();
      check(got == expected, "slot " + slot + " should be " + expected + ", but is " + got);
    }
  }

  /// Checks that a slot can move between sections.
  final void whole(int slot) {
    Layout got = slot(slot).layout();
    check(
        got == Layout.PLAIN || got.holder() != Holder.TENSOR,
        "slot " + slot + " should be PLAIN or no tensor, but is " + got);
  }

  /// Checks that slots can move between sections, and hold the same but for being optional or not.
  final void sameHeld(int first, int... others) {
    for (int other : others) {
      whole(other);
      check(
          slot(first).layout().holder().held() == slot(other).layout().holder().held(),
          "slots " + first + " and " + other + " should hold the same");
    }
  }

  final void sameLayout(int first, int... others) {
    layout(slot(first).layout(), others);
  }

  final void sameType(int first, int... others) {
    for (int other : others) {
      check(
          slot(first).type() == slot(other).type(),
          ("slots " + first + " and " + other + " should have one type, but are ")
              + (slot(first).type() + " and " + slot(other).type()));
    }
  }

  final void sameTypeAndRank(int x, int y) {
    sameType(x, y);
    check(rank(x) == rank(y), "slots " + x + " and " + y + " should have one rank");
  }

  final void axis(int axis, int slot) {
    check(axis >= 0 && axis < rank(slot), "axis " + axis + " is not one of slot " + slot);
  }

  final boolean isNumber(int x) {
    return slot(x).type() != ElementType.STRING && !isBool(x);
  }

  final boolean isBool(int x) {
    return slot(x).type() == ElementType.BOOL;
  }

  final void bool(int slot) {
    ElementType type = slot(slot).type();
    check(type == ElementType.BOOL, "slot " + slot + " should be bool, but is " + type);
  }

  final void index(int slot) {
    ElementType type = slot(slot).type();
    check(
        type == ElementType.INT32 || type == ElementType.INT64,
        "slot " + slot + " should be i32 or i64, but is " + type);
  }

  final void check(boolean holds, String message) {
    ProgramVerifier.require(holds, "%s: %s", where, message);
  }
}
