package dev.crease.runtime.kernel;

/// A set of microkernels and why it was chosen.
///
/// @param reason one sentence for users
public record MicrokernelSelection(Microkernels microkernels, String reason) {
  /// The best set for this machine; its channel block is the machine's vector width.
  public static MicrokernelSelection best() {
    return scalar(16);
  }

  /// Plain loops for a channel block of any size.
  public static MicrokernelSelection scalar(int lanes) {
    return new MicrokernelSelection(
        new ScalarMicrokernels(lanes), "scalar kernels, as asked for, " + lanes + " lanes");
  }
}
