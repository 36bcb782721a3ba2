package dev.crease.runtime.kernel;

import java.util.Optional;

/// A set of microkernels and why it was chosen.
///
/// @param vector whether they are vector kernels
/// @param reason one sentence for users
public record MicrokernelSelection(Microkernels microkernels, boolean vector, String reason) {
  /// Lanes of the scalar kernels: enough for the compiler to vectorize a pixel's loop.
  private static final int SCALAR_LANES = 16;

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /// The best set for this process: vector kernels of the machine's width, or scalar ones where the
  /// Vector API is absent, which is also logged once.
  public static MicrokernelSelection best() {
    return Best.SELECTION;
  }

  /// Has the choice made by another thread while this one has something else to do, for loading the
  /// Vector API takes as long as reading a small plan.
  public static void prepare() {
    Thread.ofPlatform().daemon().name("crease-kernels").start(MicrokernelSelection::best);
  }

  /// Plain loops for a channel block of any size.
  public static MicrokernelSelection scalar(int lanes) {
    return new MicrokernelSelection(
        new ScalarMicrokernels(lanes), false, "scalar kernels as asked for, " + lanes + " lanes");
  }

  /// The same loops for a rehearsal; none where they are plain, which need no rehearsal.
  public Optional<BriefMicrokernels> brief() {
    return vector ? Optional.of(VectorProbe.brief(microkernels.lanes())) : Optional.empty();
  }

  /// Holds the choice, which the first call makes.
  private static final class Best {
    static final MicrokernelSelection SELECTION = choose();
  }

  private static MicrokernelSelection choose() {
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent()) {
      return VectorProbe.select(SCALAR_LANES);
    }
    String reason =
        "scalar kernels, because the module "
            + VECTOR_MODULE
            + " is not resolved; start java with --add-modules "
            + VECTOR_MODULE
            + " to run several times faster";
    System.getLogger("dev.crease.runtime").log(System.Logger.Level.WARNING, reason);
    return new MicrokernelSelection(new ScalarMicrokernels(SCALAR_LANES), false, reason);
  }
}
