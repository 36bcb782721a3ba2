package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;

/// Asks the Vector API for the machine's width. Apart from [MicrokernelSelection] because it links
/// classes that may be absent.
final class VectorProbe {
  private VectorProbe() {}

  /// Vector kernels, or scalar ones with `scalarLanes` where vectors are too short to pay.
  static MicrokernelSelection select(int scalarLanes) {
    int lanes = Math.min(16, FloatVector.SPECIES_PREFERRED.length());
    if (lanes < 4) {
      return new MicrokernelSelection(
          new ScalarMicrokernels(scalarLanes),
          false,
          "scalar kernels, because this machine's vectors hold " + lanes + " floats");
    }
    return new MicrokernelSelection(
        new VectorMicrokernels(lanes),
        true,
        "vector kernels, " + lanes + " lanes: the machine's preferred width");
  }

  static BriefMicrokernels brief(int lanes) {
    return VectorMicrokernels.brief(lanes);
  }
}
