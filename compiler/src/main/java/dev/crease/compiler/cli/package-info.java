/// The command line: one class per command, and what they share.
///
/// Files come in here and reports go out; everything between is another room's work. A command says
/// what to do and prints what came of it: it computes nothing about models itself. This is the one
/// room that may use other JDK modules (pictures, the Flight Recorder), the terminal, and JSON.
///
/// Law: a command throws; [dev.crease.compiler.cli.Crease] turns what is thrown into one paragraph
/// on standard error and an exit code of [dev.crease.compiler.cli.ExitCode]. Output files are
/// written beside their place and moved into it, so a failed command leaves no half file.
package dev.crease.compiler.cli;
