package dev.crease.compiler.cli;

/// What the process tells its caller.
final class ExitCode {
  static final int DONE = 0;

  /// A check failed: a verdict is WRONG, a conformance case failed, a fold is missing, a finding is
  /// as severe as it must not be.
  static final int CHECK_FAILED = 1;

  /// The command line itself is wrong.
  static final int USAGE = 2;

  /// A file or an input is not what it must be, cannot be read or written, or is too large for the
  /// memory there is.
  static final int INVALID_INPUT = 3;

  /// A valid model that Crease cannot compile yet.
  static final int UNSUPPORTED = 4;

  /// A defect of Crease.
  static final int BUG = 5;

  private ExitCode() {}
}
