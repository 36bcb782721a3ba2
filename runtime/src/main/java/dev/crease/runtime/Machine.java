package dev.crease.runtime;

import dev.crease.runtime.kernel.MicrokernelSelection;

/// The machine as the runtime sees it.
public final class Machine {
  private static final MicrokernelSelection SELECTION = MicrokernelSelection.best();

  private Machine() {}

  /// How many float32 numbers the machine's vector registers hold, as far as plans go: 4, 8 or 16.
  public static int lanes() {
    return SELECTION.microkernels().lanes();
  }

  /// Which kernels run here, and why, in one sentence.
  public static String kernels() {
    return SELECTION.reason();
  }
}
