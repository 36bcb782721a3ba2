package dev.crease.compiler.cli;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One run of a plan, in a recording of the JDK Flight Recorder.
@Name("dev.crease.Run")
@Label("Run")
@Category("Crease")
@Description("A run of a plan, all its steps included")
@StackTrace(false)
final class RunEvent extends Event {
  @Label("Run")
  int run;
}
