package dev.crease.compiler.cli;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command `crease`: parses the command line, runs one command, and reports what it threw.
@Command(
    name = "crease",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Crease.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Compiles neural networks for the JVM, proves the result, and runs it.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a check failed",
      "2:the command line is wrong",
      "3:a file is invalid, or cannot be read or written",
      "4:a valid model that Crease cannot compile yet",
      "5:a defect of Crease"
    })
public final class Crease implements Runnable {
  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "When something fails, print the Java stack trace too.")
  private boolean stacktrace;

  @Spec private CommandSpec spec;

  private Crease() {}

  /// Runs the command line and ends the process with its exit code.
  public static void main(String... arguments) {
    PrintStream errors = standardError();
    System.setErr(errors);
    Terminal terminal =
        new Terminal(
            new PrintWriter(System.out, false, StandardCharsets.UTF_8),
            new PrintWriter(errors, true, StandardCharsets.UTF_8),
            System.getenv("CREASE_INTERACTIVE") != null);
    int code = run(terminal, arguments);
    System.exit(code);
  }

  /// The launcher filters a warning of the JVM out of standard error, and hands the unfiltered
  /// stream over here.
  private static PrintStream standardError() {
    String path = System.getenv("CREASE_STDERR");
    if (path == null) {
      return System.err;
    }
    try {
      return new PrintStream(new FileOutputStream(path, true), true, StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      // Sockets cannot be opened by path; the filtered stream carries the same lines.
      return System.err;
    }
  }

  /// Runs one command line; returns the exit code.
  static int run(Terminal terminal, String... arguments) {
    Crease crease = new Crease();
    CommandLine line = new CommandLine(crease);
    line.setOut(terminal.out());
    line.setErr(terminal.err());
    int code = line.execute(arguments);
    terminal.out().flush();
    terminal.err().flush();
    return code;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command");
  }

  /// The version of this build.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "crease " + dev.crease.compiler.Version.current(), "Java " + Runtime.version()
      };
    }
  }
}
