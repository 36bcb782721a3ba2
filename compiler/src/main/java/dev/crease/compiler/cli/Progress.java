package dev.crease.compiler.cli;

import java.time.Duration;
import me.tongfei.progressbar.InteractiveConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Shows how far a command is, once its work has taken a second and if a person is watching.
final class Progress implements AutoCloseable {
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

  private final Terminal terminal;
  private final String task;
  private final long steps;
  private final long start = System.nanoTime();
  private long done;
  private @Nullable ProgressBar bar;

  Progress(Terminal terminal, String task, long steps) {
    this.terminal = terminal;
    this.task = task;
    this.steps = steps;
  }

  /// One more step is done; the next is `message`. What repeats, as a loop does, may take more
  /// steps than were told.
  synchronized void step(String message) {
    done = Math.min(done + 1, steps);
    ProgressBar shown = bar;
    if (shown == null && terminal.interactive() && System.nanoTime() - start > PATIENCE) {
      shown =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(steps)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new InteractiveConsoleProgressBarConsumer(System.err))
              .clearDisplayOnFinish()
              .build();
      bar = shown;
    }
    if (shown != null) {
      shown.stepTo(done);
      shown.setExtraMessage(message);
    }
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
