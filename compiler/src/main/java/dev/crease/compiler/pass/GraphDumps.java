package dev.crease.compiler.pass;

import dev.crease.compiler.frontend.dsl.TextWriter;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
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
    Path file = target.resolve("%02d-%s.crease".formatted(written++, name));
    TextWriter.write(Model.of(graph), file);
    return file;
  }
}
