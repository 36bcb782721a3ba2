package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.Instruction.Gemm;
import dev.crease.runtime.plan.Instruction.Pool;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.List;

/// Which instructions have the same results, bit for bit, on plain loops and on vectors, so that it
/// cannot be seen which of them ran: heavy ones of which each element is one chain of roundings in
/// a fixed order. Sums of whole spans and transcendental functions are not like that.
final class Exactness {
  private Exactness() {}

  static boolean isExact(Instruction instruction) {
    return switch (instruction) {
      case Conv conv -> areExact(conv.postOps());
      case DepthwiseConv conv -> areExact(conv.postOps());
      case Gemm gemm -> isExact(gemm.activation());
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
    return function == UnaryFunction.IDENTITY
        || function == UnaryFunction.RELU
        || function == UnaryFunction.CLIP;
  }
}
