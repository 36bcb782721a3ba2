package dev.crease.runtime;

import java.util.List;
import java.util.OptionalLong;

/// A step of a run and what it costs, for those who listen to it. All of it is known once shapes
/// are bound.
///
/// Operations are counted as the result needs them, however the kernel comes to it:
///
/// - Convolutions, matrix products, recurrent cells and linear attention: 2 for each multiply-add,
///   those with padding included; nothing for the bias, a residual, and functions that are applied
///   before the result is stored, so that the counts are those that others publish. A convolution
///   in Winograd's form counts as a direct one: its rate can be above what the machine multiplies.
/// - Pooling and reductions: 1 for each element that is taken in.
/// - What goes element by element: 1 for each element and elementary function, such as a sum, a
///   comparison, an exponential, a sigmoid.
/// - What moves elements only: none.
///
/// Bytes are those of all operands, constants included, and results, each once and as they lie in
/// memory: packed, channels filled up to whole blocks, without padding around pictures. Of an
/// operand that elements are picked from, only as many as the result has.
///
/// @param index counts the steps in their order, from 0; in a plan that decides by data those of
///   each section that is bound as a whole
/// @param slot the plan's slot that is written, the first of several; -1 if there is none
/// @param name of that slot in the model; empty for an intermediate result
/// @param operation the instruction and, if it has one, its function: `Conv`, `Binary ADD`, `Call
///   TOP_K`
/// @param kernel how it is computed: `direct 3x3`, `winograd F4`, `vector`, `plain`, `copy`
/// @param shape of the result; empty if there is none
/// @param operations on floating-point numbers (and what is one on integers); empty if they are not
///   counted
/// @param bytes that are read and written
public record StepInfo(
    int index,
    int slot,
    String name,
    String operation,
    String kernel,
    List<Integer> shape,
    OptionalLong operations,
    long bytes) {
  public StepInfo {
    shape = List.copyOf(shape);
  }

  /// The name in the model in backticks, or the slot's number as the plan's text has it.
  public String label() {
    return name.isEmpty() ? "%" + slot : "`" + name + "`";
  }

  /// As in `Conv `fire2`[1, 16, 55, 55]`.
  @Override
  public String toString() {
    return slot < 0 ? operation : operation + " " + label() + shape;
  }
}
