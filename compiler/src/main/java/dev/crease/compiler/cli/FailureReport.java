package dev.crease.compiler.cli;

import dev.crease.compiler.CompilerBugException;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.InvalidPlanException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.stream.Stream;

/// What a command threw, as an exit code and a paragraph.
record FailureReport(int exitCode, String paragraph) {
  static FailureReport of(Throwable failure) {
    Throwable cause =
        causes(failure).filter(OutOfMemoryError.class::isInstance).findFirst().orElse(failure);
    return switch (cause) {
      case UsageException e -> new FailureReport(ExitCode.USAGE, String.valueOf(e.getMessage()));
      case InputException e -> invalid(String.valueOf(e.getMessage()));
      case InvalidModelException e -> invalid(String.valueOf(e.getMessage()));
      case InvalidDataException e -> invalid(String.valueOf(e.getMessage()));
      case InvalidPlanException e -> invalid(String.valueOf(e.getMessage()));
      case NoSuchFileException e -> invalid("there is no file " + e.getFile());
      case AccessDeniedException e -> invalid(e.getFile() + ": permission denied");
      case FileSystemException e -> invalid(String.valueOf(e.getMessage()));
      case UncheckedIOException e -> of(Objects.requireNonNull(e.getCause()));
      case IOException e -> invalid("reading or writing failed: " + e.getMessage());
      case UnsupportedModelException e ->
          new FailureReport(ExitCode.UNSUPPORTED, "not supported yet: " + unsupported(e));
      case CompilerBugException e -> bug(String.valueOf(e.getMessage()));
      case OutOfMemoryError e ->
          invalid(
              "the model or its inputs need more memory than there is: %s; give more, as by"
                      .formatted(e.getMessage())
                  + " CREASE_JAVA_OPTIONS=-Xmx8g");
      default -> bug(failure.toString());
    };
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
  }

  private static FailureReport invalid(String message) {
    return new FailureReport(ExitCode.INVALID_INPUT, message);
  }

  private static FailureReport bug(String message) {
    return new FailureReport(
        ExitCode.BUG,
        "this is a defect of Crease, not of your files: %s%nRun it again with --stacktrace and report"
                .formatted(message)
            + " what that prints.");
  }

  private static String unsupported(UnsupportedModelException e) {
    return e.findings().size() == 1
        ? e.findings().getFirst()
        : e.findings().size() + " things\n  " + String.join("\n  ", e.findings());
  }
}
