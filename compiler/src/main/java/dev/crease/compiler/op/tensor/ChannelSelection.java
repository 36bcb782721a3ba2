package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.Arrays;
import java.util.Optional;

/// Lowering of operators that take whole channels of their first operand and nothing else.
final class ChannelSelection {
  private ChannelSelection() {}

  /// Emits it where the operand is BLOCKED: no reorder is needed then.
  ///
  /// @param channels those of the result, if they are known; -1 is the last one of the operand
  /// @return whether it was emitted
  static boolean lower(Node node, Lowering to, Optional<int[]> channels) {
    if (channels.isEmpty() || to.layoutOf(node.input(0)) != Layout.BLOCKED) {
      return false;
    }
    long count = node.input(0).type().dim(1).known().orElse(0);
    boolean areThere = Arrays.stream(channels.get()).allMatch(c -> -count <= c && c < count);
    if (!areThere || channels.get().length == 0) {
      return false;
    }
    int x = to.read(node.input(0), Layout.BLOCKED);
    int y = to.write(node.output(), Layout.BLOCKED);
    to.emit(
        new Instruction.SelectChannels(
            x,
            y,
            Arrays.stream(channels.get())
                .map(channel -> channel < 0 ? (int) (channel + count) : channel)
                .boxed()
                .toList()));
    return true;
  }
}
