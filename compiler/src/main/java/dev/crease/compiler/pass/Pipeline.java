package dev.crease.compiler.pass;

import dev.crease.compiler.pass.fold.ComposeConvolutions;
import dev.crease.compiler.pass.fold.FlushSubnormals;
import dev.crease.compiler.pass.fold.FoldBatchNormalization;
import dev.crease.compiler.pass.fold.FoldChannelAffine;
import dev.crease.compiler.pass.fold.FoldForward;
import dev.crease.compiler.pass.fold.FoldParts;
import dev.crease.compiler.pass.fold.MergeAffine;
import dev.crease.compiler.pass.fold.MergeBranches;
import dev.crease.compiler.pass.fold.MergePad;
import dev.crease.compiler.pass.recognize.RecognizeChannelShuffle;
import dev.crease.compiler.pass.recognize.RecognizeGate;
import dev.crease.compiler.pass.recognize.RecognizeGelu;
import dev.crease.compiler.pass.recognize.RecognizeHardSwish;
import dev.crease.compiler.pass.recognize.RecognizeRowNormalization;
import dev.crease.compiler.plan.KernelEvaluator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The one ordered table of passes. The runner repeats it until nothing changes, so an order
/// constraint is about which of two rewrites gets a node first, not about which exist. Passes that
/// choose how something is computed come after all that.
public final class Pipeline {
  private static final List<Constraint> CONSTRAINTS =
      List.of(
          new Constraint(
              "eliminate-shape-computation", "fold-constants", "what shapes tell needs no kernel"),
          new Constraint(
              "shape-of-operand",
              "fold-batch-norm",
              "who asks for a convolution's shape is no reader of it"),
          new Constraint(
              "shape-of-operand", "fold-forward", "it would keep what is folded for its shape"),
          new Constraint(
              "remove-identity", "fold-batch-norm", "a copy hides the convolution behind it"),
          new Constraint(
              "merge-equal-nodes",
              "fold-batch-norm",
              "two equal consumers of a convolution look like several"),
          new Constraint(
              "fold-constants", "inline-branch", "a computed condition is known only then"),
          new Constraint(
              "inline-branch", "fold-batch-norm", "a branch that is never taken is no consumer"),
          new Constraint(
              "fold-constants", "fold-batch-norm", "computed parameters are constants only then"),
          new Constraint("split-into-slices", "fold-parts", "parts of a Split are slices"),
          new Constraint("fold-constants", "fold-parts", "computed parameters are constants then"),
          new Constraint(
              "fold-parts", "fold-batch-norm", "a copy of the convolution is left for less"),
          new Constraint(
              "fold-batch-norm",
              "fuse-convolution-residual",
              "a fused convolution takes no scale any more"),
          new Constraint(
              "fold-channel-affine",
              "fuse-convolution-residual",
              "a constant is better in the bias than in a residual"),
          new Constraint(
              "fold-channel-affine",
              "fuse-convolution-activation",
              "a fused convolution takes no scale any more"),
          new Constraint(
              "fold-batch-norm",
              "fold-forward",
              "a linear operator before a normalization takes it without a clamp or padding"),
          new Constraint(
              "fold-channel-affine", "merge-affine", "what goes into weights needs no merging"),
          new Constraint("merge-affine", "fold-forward", "one fold does for both"),
          new Constraint(
              "fold-batch-norm",
              "merge-branches",
              "a normalization behind one branch hides its convolution"),
          new Constraint(
              "fold-constants", "merge-pad", "how much is added is often computed from constants"),
          new Constraint(
              "merge-pad",
              "merge-branches",
              "a Pad before one branch hides that both read one picture"),
          new Constraint(
              "merge-pad",
              "fold-forward",
              "what a convolution pads itself needs no numbers around"),
          new Constraint(
              "merge-affine",
              "merge-branches",
              "two scales and shifts of a picture are one branch"),
          new Constraint(
              "merge-branches",
              "fold-forward",
              "branches read one picture until one of them takes its scale and shift"),
          new Constraint(
              "merge-branches",
              "fuse-convolution-residual",
              "a branch that is a residual is computed apart"),
          new Constraint(
              "fold-forward",
              "fuse-convolution-activation",
              "a Relu that is to be a clamp must still be there"),
          new Constraint(
              "fold-batch-norm",
              "compose-convolutions",
              "a normalization stands between two convolutions"),
          new Constraint(
              "merge-branches",
              "compose-convolutions",
              "the one behind a branch is cheaper to compose with what both become"),
          new Constraint(
              "fold-forward", "compose-convolutions", "a shift stands between two products"),
          new Constraint(
              "compose-convolutions",
              "fuse-convolution-residual",
              "a residual is added to the second one's result"),
          new Constraint(
              "compose-convolutions",
              "flush-subnormals",
              "folds leave the weights that are stored"),
          new Constraint(
              "recognize-hard-swish",
              "fold-channel-affine",
              "its constants are no scale or shift of their own"),
          new Constraint(
              "recognize-hard-swish",
              "fuse-convolution-activation",
              "what is recognized can be fused"),
          new Constraint(
              "recognize-gate", "fuse-convolution-activation", "what is recognized can be fused"),
          new Constraint(
              "recognize-gelu",
              "fold-channel-affine",
              "the half of the formula would go into weights behind it"),
          new Constraint(
              "recognize-row-normalization",
              "merge-affine",
              "the scale and bias of rows are theirs"),
          new Constraint(
              "fuse-convolution-residual",
              "fuse-convolution-activation",
              "the residual is added before the activation"));

  private final List<Pass> passes;

  private Pipeline(List<Pass> passes, List<Constraint> constraints) {
    this.passes = List.copyOf(passes);
    check(constraints);
  }

  /// The pass `before` must stand above the pass `after`.
  record Constraint(String before, String after, String reason) {}

  /// The passes of an inference plan, with constants folded in double, or by the runtime's kernels.
  public static Pipeline inference() {
    return inference(FoldOptions.defaults());
  }

  /// As [#inference], with folds as given.
  public static Pipeline inference(FoldOptions options) {
    return inference(new DoubleEvaluator(KernelEvaluator::evaluate), options);
  }

  /// The passes of an inference plan.
  ///
  /// @param evaluator what constant folding computes with
  public static Pipeline inference(NodeEvaluator evaluator, FoldOptions options) {
    return of(
        List.of(
            new Pass(
                "remove-identity", "nodes that change nothing cost a copy", new RemoveIdentity()),
            new Pass(
                "split-into-slices",
                "what moves through a slice moves through a split",
                new SplitIntoSlices()),
            new Pass(
                "eliminate-shape-computation",
                "shapes are known before any tensor is",
                new EliminateShapeComputation()),
            new Pass(
                "shape-of-operand",
                "what asks for a shape is no reader of elements",
                new ShapeOfOperand()),
            new Pass(
                "constant-target-shape",
                "a shape that is known needs no computation",
                new ConstantTargetShape()),
            new Pass(
                "fold-constants",
                "what is the same in every run is computed once",
                new FoldConstants(evaluator)),
            new Pass(
                "inline-branch",
                "a branch that every run takes needs no condition",
                new InlineBranch()),
            new Pass(
                "merge-equal-nodes",
                "what is computed twice is computed once",
                new MergeEqualNodes()),
            new Pass(
                "recognize-hard-swish",
                "one function instead of four sweeps over memory",
                new RecognizeHardSwish()),
            new Pass(
                "recognize-gate",
                "one function instead of two sweeps over memory",
                new RecognizeGate()),
            new Pass(
                "recognize-gelu",
                "one function instead of five sweeps over memory",
                new RecognizeGelu()),
            new Pass(
                "recognize-row-normalization",
                "one operator that reads a row twice, not nine that write it to memory",
                new RecognizeRowNormalization()),
            new Pass("merge-pad", "a window adds its border for nothing", new MergePad()),
            new Pass(
                "fold-parts",
                "parts of a result that are normalized apart need no copy of what computes it",
                new FoldParts()),
            new Pass(
                "fold-batch-norm",
                "at inference a normalization is a scale and a shift",
                new FoldBatchNormalization(options)),
            new Pass(
                "fold-channel-affine",
                "a scale or shift per channel is free inside weights",
                new FoldChannelAffine()),
            new Pass("merge-affine", "two scales and shifts are one", new MergeAffine()),
            new Pass(
                "merge-branches",
                "convolutions of one picture whose results are added are one",
                new MergeBranches()),
            new Pass(
                "fold-forward",
                "a scale or shift before a linear operator is free inside its weights",
                new FoldForward()),
            new Pass(
                "compose-convolutions",
                "two linear operators in a row are one, where that is cheaper",
                new ComposeConvolutions()),
            new Pass(
                "flush-subnormals",
                "a weight too small for the hardware costs many products",
                new FlushSubnormals(options)),
            new Pass(
                "fuse-convolution-residual",
                "a sum in the convolution's epilogue saves a sweep over memory",
                new FuseConvolutionResidual()),
            new Pass(
                "fuse-convolution-activation",
                "a function in the convolution's epilogue saves a sweep over memory",
                new FuseConvolutionActivation()),
            new Pass(
                "recognize-channel-shuffle",
                "channels are taken from where they stand, with one copy instead of three",
                new RecognizeChannelShuffle(),
                true),
            new Pass(
                "choose-winograd",
                "a tile of outputs needs fewer products than its outputs one by one",
                new ChooseWinograd(options),
                true)),
        CONSTRAINTS);
  }

  /// A table of one's own.
  ///
  /// @throws IllegalArgumentException if two passes have one name or a constraint is broken
  static Pipeline of(List<Pass> passes, List<Constraint> constraints) {
    return new Pipeline(passes, constraints);
  }

  private void check(List<Constraint> constraints) {
    Set<String> names = new HashSet<>();
    for (String name : names()) {
      if (!names.add(name)) {
        throw new IllegalArgumentException("the pass " + name + " is listed twice");
      }
    }
    for (Constraint constraint : constraints) {
      int before = names().indexOf(constraint.before());
      int after = names().indexOf(constraint.after());
      if (before < 0 || after < 0 || before > after) {
        throw new IllegalArgumentException(
            "%s must come before %s: %s; the table is %s"
                .formatted(constraint.before(), constraint.after(), constraint.reason(), names()));
      }
    }
  }

  public List<Pass> passes() {
    return passes;
  }

  public List<String> names() {
    return passes.stream().map(Pass::name).toList();
  }

  public Optional<Pass> find(String name) {
    return passes.stream().filter(pass -> pass.name().equals(name)).findFirst();
  }
}
