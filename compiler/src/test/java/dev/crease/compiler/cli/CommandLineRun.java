package dev.crease.compiler.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/// What one command line printed and returned, in this process.
record CommandLineRun(int exitCode, String out, String err) {
  static CommandLineRun of(Object... arguments) {
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
}
