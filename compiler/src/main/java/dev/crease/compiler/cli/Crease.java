package dev.crease.compiler.cli;

import dev.crease.compiler.Version;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command `crease`: parses the command line, runs one command, and reports what it threw.
@Command(
    name = "crease",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Crease.VersionLines.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Compiles neural networks for the JVM, proves the result, and runs it.",
    description = {
      "%nA model is an ONNX file (.onnx) or Crease text (.crease); a plan (.plan) is what it is"
          + " compiled to.",
      "%nFirst steps:",
      "  crease demo                         see all of it on a trained model",
      "  crease inspect model.onnx           what a model takes, gives, and holds",
      "  crease compile model.onnx -o model.plan",
      "  crease run model.plan --input image=photo.png",
      "  crease COMMAND --help               examples and all options of a command%n"
    },
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a check failed",
      "2:the command line is wrong",
      "3:a file or an input is invalid, cannot be read or written, or is too large",
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

  /// For help, which may be coloured.
  private final Terminal raw;

  private final Terminal terminal;

  private Crease(Terminal raw) {
    this.raw = raw;
    this.terminal = raw.plain();
  }

  /// Runs the command line and ends the process with its exit code.
  public static void main(String... arguments) {
    Locale.setDefault(Locale.ROOT);
    // What the runtime logs stands in one line, as all else that goes to standard error.
    System.setProperty("java.util.logging.SimpleFormatter.format", "crease: %5$s%n");
    PrintStream errors = standardError();
    System.setErr(errors);
    StandardOutput out = StandardOutput.ofProcess();
    Terminal terminal =
        new Terminal(
            new PrintWriter(out, false, StandardCharsets.UTF_8),
            new PrintWriter(errors, true, StandardCharsets.UTF_8),
            System.getenv("CREASE_INTERACTIVE") != null);
    int code = run(terminal, arguments);
    IOException lost = out.failure();
    if (lost != null) {
      errors.println("crease: standard output cannot be written: " + lost.getMessage());
      code = ExitCode.INVALID_INPUT;
    }
    System.exit(code);
  }

  /// The launcher filters a warning of the JVM out of standard error, and hands the unfiltered
  /// stream over as file 0, from which nothing is read.
  private static PrintStream standardError() {
    return System.getenv("CREASE_ERRORS_ON_FILE_0") == null
        ? System.err
        : new PrintStream(new FileOutputStream(FileDescriptor.in), true, StandardCharsets.UTF_8);
  }

  /// Runs one command line; returns the exit code.
  static int run(Terminal terminal, String... arguments) {
    Crease crease = new Crease(terminal);
    int code;
    try {
      code = crease.commandLine().execute(arguments);
    } catch (StackOverflowError | OutOfMemoryError e) {
      code = crease.report(e);
    }
    crease.terminal.flush();
    terminal.flush();
    return code;
  }

  private CommandLine commandLine() {
    CommandLine line = new CommandLine(this);
    line.addSubcommand(new CompileCommand(terminal))
        .addSubcommand(new RunCommand(terminal))
        .addSubcommand(new InspectCommand(terminal))
        .addSubcommand(new ExplainCommand(terminal))
        .addSubcommand(new VerifyCommand(terminal))
        .addSubcommand(new LintCommand(terminal))
        .addSubcommand(new BenchCommand(terminal))
        .addSubcommand(new ProfileCommand(terminal))
        .addSubcommand(new PackageCommand(terminal))
        .addSubcommand(new ConformanceCommand(terminal))
        .addSubcommand(new ConvertCommand(terminal))
        .addSubcommand(new DemoCommand(terminal))
        .addSubcommand(new CommandLine.HelpCommand());
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    }
    OptionTypes.register(line);
    return line.setOut(raw.out())
        .setErr(raw.err())
        .setParameterExceptionHandler((e, _) -> usage(e))
        .setExecutionExceptionHandler((e, _, _) -> report(e));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command");
  }

  private int usage(ParameterException e) {
    CommandLine line = e.getCommandLine();
    terminal.err().println("crease: " + e.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(e, terminal.err())) {
      String name = line.getCommandSpec().qualifiedName();
      terminal.err().println("See `" + name + " --help`.");
    }
    return ExitCode.USAGE;
  }

  private int report(Throwable failure) {
    terminal.flush();
    FailureReport report = FailureReport.of(failure);
    terminal.err().println("crease: " + report.paragraph());
    if (stacktrace) {
      failure.printStackTrace(terminal.err());
    }
    return report.exitCode();
  }

  /// The version of this build.
  static final class VersionLines implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"crease " + Version.current(), "Java " + Runtime.version()};
    }
  }
}
