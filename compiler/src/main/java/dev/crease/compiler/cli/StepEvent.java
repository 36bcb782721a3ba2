package dev.crease.compiler.cli;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One step of one run, in a recording of the JDK Flight Recorder.
@Name("dev.crease.Step")
@Label("Step")
@Category("Crease")
@Description("A step of a run of a plan")
@StackTrace(false)
final class StepEvent extends Event {
  @Label("Run")
  int run;

  @Label("Index")
  int index;

  @Label("Name")
  String name = "";

  @Label("Operation")
  String operation = "";

  @Label("Kernel")
  String kernel = "";

  @Label("Shape")
  String shape = "";

  @Label("Operations")
  @Description("On floating-point numbers; -1 if they are not counted")
  long operations;

  @Label("Bytes")
  @Description("That are read and written")
  @DataAmount
  long bytes;
}
