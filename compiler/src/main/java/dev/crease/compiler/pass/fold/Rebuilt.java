package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.pass.Rewriter;
import java.util.List;
import java.util.function.Function;

/// A value as it will be computed, if all that must hold does: nothing is emitted before.
sealed interface Rebuilt {
  /// Emits what computes it, under fresh names.
  Value emit(Rewriter out);

  /// Emits what computes it, in the place of `node`.
  void replace(Rewriter out, Node node);

  /// A value that is there.
  record Existing(Value value) implements Rebuilt {
    @Override
    public Value emit(Rewriter out) {
      return value;
    }

    @Override
    public void replace(Rewriter out, Node node) {
      out.replaceBy(node, List.of(value));
    }
  }

  /// A new constant.
  ///
  /// @param stem what its name is made of
  record Stored(String stem, Constant constant) implements Rebuilt {
    @Override
    public Value emit(Rewriter out) {
      return out.constant(stem, constant);
    }

    @Override
    public void replace(Rewriter out, Node node) {
      out.replaceByConstants(node, List.of(constant));
    }
  }

  /// A node for what another one did.
  ///
  /// @param origin the node whose work it does, with others'; it gives its name
  /// @param operands emits what the node reads
  record Computed(Node origin, Op op, Function<Rewriter, List<Value>> operands) implements Rebuilt {
    @Override
    public Value emit(Rewriter out) {
      return out.emit(origin, op, () -> operands.apply(out));
    }

    @Override
    public void replace(Rewriter out, Node node) {
      out.replace(node, origin.name(), op, operands.apply(out));
    }
  }

  /// A node like another one, which stays for those who read it: each is one of its own.
  ///
  /// @param origin the node that it is like; it gives the name of a result
  /// @param operands emits what the node reads
  record Copied(Node origin, Op op, Function<Rewriter, List<Value>> operands) implements Rebuilt {
    @Override
    public Value emit(Rewriter out) {
      Value[] values = operands.apply(out).toArray(Value[]::new);
      return out.emit(origin.output().name(), op, values);
    }

    @Override
    public void replace(Rewriter out, Node node) {
      out.replace(node, op, operands.apply(out));
    }
  }
}
