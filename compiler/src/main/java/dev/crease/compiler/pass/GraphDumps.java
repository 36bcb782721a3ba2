package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Graphs as text files, numbered in the order of the passes: `03-fold-batch-norm.crease`.
final class GraphDumps {
  private final Optional<Path> folder;
  private int written;

  GraphDumps(Optional<Path> folder) {
    this.folder = folder;
  }

  /// Writes the graph after `pass`, if dumps were asked for.
  void write(String pass, Graph graph) {
    if (folder.isPresent()) {
      try {
        Files.createDirectories(folder.get());
        writeTo(folder.get(), pass, graph);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write graphs to " + folder.get(), e);
      }
    }
  }

  /// Writes the graph in any case, and returns the file's path; says so if it cannot be written,
  /// since a message about something else needs it.
  String writeForMessage(String pass, Graph graph) {
    try {
      Path target = folder.isPresent() ? folder.get() : Files.createTempDirectory("crease-");
      Files.createDirectories(target);
      return writeTo(target, "before-" + pass, graph).toString();
    } catch (IOException e) {
      return "could not be written (" + e + ")";
    }
  }

  private Path writeTo(Path target, String name, Graph graph) throws IOException {
    Path file = target.resolve("%02d-%s.txt".formatted(written++, name));
    StringBuilder text = new StringBuilder();
    graph.inputs().forEach(value -> text.append("input ").append(value).append('\n'));
    graph.constants().keySet().forEach(v -> text.append("constant ").append(v).append('\n'));
    graph
        .nodes()
        .forEach(
            node ->
                text.append(
                    "%s = %s%s %s%n"
                        .formatted(node.outputs(), node.label(), node.inputs(), node.op())));
    graph.outputs().forEach(value -> text.append("output ").append(value).append('\n'));
    return Files.writeString(file, text);
  }
}
