package dev.crease.samples.embeddings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The files of the model, as the build unpacks them, and a hundred sentences to try it on.
final class Model {
  static final Path ONNX = Path.of("target", "model", "all-minilm-l6-v2.onnx");
  static final Path TOKENIZER = Path.of("target", "model", "all-minilm-l6-v2-tokenizer.json");

  private Model() {}

  static WordPieceTokenizer tokenizer() throws IOException {
    try (var reader = Files.newBufferedReader(TOKENIZER)) {
      return WordPieceTokenizer.read(reader);
    }
  }

  static List<String> sentences() throws IOException {
    return Files.readAllLines(Path.of("sentences.txt"));
  }
}
