package dev.crease.compiler.cli;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.StepListener;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import jdk.jfr.Recording;

/// Makes events of runs and their steps, and records them with the JDK Flight Recorder from
/// [#start] on. What it hears of steps it tells the next listener.
final class FlightRecording implements StepListener, AutoCloseable {
  private final StepListener next;
  private final Recording recording = new Recording();
  private StepEvent step = new StepEvent();
  private RunEvent run = new RunEvent();
  private int number;

  FlightRecording(StepListener next) {
    this.next = next;
    recording.setName("crease profile");
    recording.enable(StepEvent.class).withoutThreshold();
    recording.enable(RunEvent.class).withoutThreshold();
  }

  void start() {
    recording.start();
  }

  void beginRun() {
    run = new RunEvent();
    run.run = number;
    run.begin();
  }

  void endRun() {
    run.commit();
    number++;
  }

  @Override
  public void before(StepInfo info) {
    next.before(info);
    step = new StepEvent();
    step.begin();
  }

  @Override
  public void step(StepInfo info, long nanoseconds) {
    step.end();
    if (step.shouldCommit()) {
      step.run = number;
      step.index = info.index();
      step.name = info.name();
      step.operation = info.operation();
      step.kernel = info.kernel();
      step.shape = info.shape().toString();
      step.operations = info.operations().orElse(-1);
      step.bytes = info.bytes();
      step.commit();
    }
    next.step(info, nanoseconds);
  }

  /// Ends the recording.
  ///
  /// @throws InputException if the file cannot be written
  void write(Path file) {
    recording.stop();
    OutputFile.write(
        file,
        out -> {
          try (InputStream events = Objects.requireNonNull(recording.getStream(null, null))) {
            events.transferTo(out);
          }
        });
  }

  @Override
  public void close() {
    recording.close();
  }
}
