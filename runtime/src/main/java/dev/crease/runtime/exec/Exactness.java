package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Channelwise;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.Instruction.Gemm;
import dev.crease.runtime.plan.Instruction.Pool;
import dev.crease.runtime.plan.Instruction.Softmax;
import dev.crease.runtime.plan.Instruction.Unary;
import dev.crease.runtime.plan.Loops;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.List;

/// Which instructions have the same results, bit for bit, on vectors and on the plain loops that
/// stand in for them, so that it cannot be seen which of them ran: those of which each element is
/// one chain of roundings in a fixed order. Of transcendental functions only the exponential has
/// such loops, and of sums only those of a softmax.
final class Exactness {
  private Exactness() {}

  static boolean isExact(Instruction instruction) {
    return switch (instruction) {
      case Conv conv -> areExact(conv.postOps());
      case DepthwiseConv conv -> areExact(conv.postOps());
      case Gemm gemm -> isExact(gemm.activation());
      case Binary binary -> Loops.has(binary.function()) && areExact(binary.postOps());
      case Unary unary -> isExact(unary.activation());
      case Softmax _ -> true;
      case Channelwise channelwise -> areExact(channelwise.postOps());
      case Pool pool -> pool.kind() == PoolKind.MAX && areExact(pool.postOps());
      default -> false;
    };
  }

  private static boolean areExact(List<PostOp> postOps) {
    return postOps.stream().allMatch(Exactness::isExact);
  }

  private static boolean isExact(PostOp postOp) {
    return switch (postOp) {
      case Activation(UnaryFunction function, _, _) -> isExact(function);
      case PostOp.Normalize _, PostOp.Clamp _ -> true;
    };
  }

  private static boolean isExact(UnaryFunction function) {
    return switch (function) {
      case IDENTITY, RELU, CLIP, EXP, SIGMOID -> true;
      default -> false;
    };
  }
}
