package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/// What one command line printed and returned, in this process.
public record CommandLineRun(int exitCode, String out, String err) {
  public static CommandLineRun of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false);
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    int code = Crease.run(terminal, words);
    return new CommandLineRun(code, out.toString(), err.toString());
  }

  /// A run that must fail with this code and a message for users that holds both strings.
  static CommandLineRun failing(int code, String message, String more, Object... words) {
    CommandLineRun run = of(words);
    assertThat(run.err()).startsWith("crease: ").contains(message).contains(more);
    assertThat(run.err()).doesNotContain("\tat ").doesNotContain("defect");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(code);
    return run;
  }
}
