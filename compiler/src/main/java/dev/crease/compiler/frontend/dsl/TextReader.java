package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.dsl.Document.Annotation;
import dev.crease.compiler.frontend.dsl.Document.BlockSyntax;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.op.Operators;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Reads a model from Crease text.
public final class TextReader {
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private static final List<String> ANNOTATIONS =
      List.of("producer", "documentation", "metadata", "weights");

  private final @Nullable Path folder;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private Optional<WeightsFile> weights = Optional.empty();

  private TextReader(@Nullable Path folder) {
    this.folder = folder;
  }

  /// Reads a file. Its weights file, if it names one, is mapped for as long as the model is used.
  ///
  /// @throws InvalidModelException if the text is not a valid model; the message gives file, line
  ///   and column
  /// @throws UnsupportedModelException if it holds something that cannot be compiled yet
  /// @throws IOException if the file cannot be read
  public static Model read(Path file) throws IOException {
    if (Files.size(file) > 4L * SyntaxParser.MAX_CHARACTERS) {
      throw new InvalidModelException(
          "%s: a text of %d bytes is too large; put large tensors into a weights file"
              .formatted(file, Files.size(file)));
    }
    String text;
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new InvalidModelException(file + ": this is not a text in UTF-8", e);
    }
    Path folder = file.toAbsolutePath().getParent();
    return new TextReader(folder).read(new Source(file.toString(), text));
  }

  /// Reads a text that names no weights file.
  ///
  /// @param name what messages call the text
  /// @throws InvalidModelException if the text is not a valid model
  /// @throws UnsupportedModelException if it holds something that cannot be compiled yet
  public static Model read(String text, String name) {
    return new TextReader(null).read(new Source(name, text));
  }

  private Model read(Source source) {
    try {
      Document document = SyntaxParser.parse(source);
      document.annotations().forEach(this::annotate);
      ModelSyntax model =
          document
              .model()
              .orElseThrow(
                  () ->
                      source
                          .at(1, 0)
                          .fault("the text defines no model: model Name(...) -> (...) { ... }"));
      Expander expander = new Expander(blocks(document), model.name().text(), weights);
      Graph graph = expander.model(model);
      return new Model(
          graph,
          texts.getOrDefault("producer", ""),
          texts.getOrDefault("documentation", ""),
          metadata);
    } catch (Fault fault) {
      throw fault.toException();
    }
  }

  private static Map<String, BlockSyntax> blocks(Document document) {
    Map<String, BlockSyntax> blocks = new LinkedHashMap<>();
    for (BlockSyntax block : document.blocks()) {
      Position position = block.name().position();
      String name = block.name().text();
      if (Operators.find(name).isPresent()) {
        throw position.fault("`" + name + "` is an operator; give the block another name");
      }
      if (blocks.put(name, block) != null) {
        throw position.fault("the block `" + name + "` is defined twice");
      }
    }
    return blocks;
  }

  private void annotate(Annotation annotation) {
    String name = annotation.name().text();
    Position position = annotation.name().position();
    switch (name) {
      case "producer", "documentation" -> {
        Map<String, Expression> given =
            Arguments.bind(name, List.of("text"), annotation.arguments());
        if (texts.put(name, text(given, "text", annotation)) != null) {
          throw position.fault("@" + name + " is given twice");
        }
      }
      case "metadata" -> {
        Map<String, Expression> given =
            Arguments.bind(name, List.of("key", "value"), annotation.arguments());
        String key = text(given, "key", annotation);
        if (metadata.put(key, text(given, "value", annotation)) != null) {
          throw position.fault("the metadata \"" + key + "\" is given twice");
        }
      }
      case "weights" -> openWeights(annotation);
      default ->
          throw position.fault(
              "no annotation is called `%s`%s"
                  .formatted(name, Arguments.suggestion(name, ANNOTATIONS)));
    }
  }

  private void openWeights(Annotation annotation) {
    Position position = annotation.name().position();
    if (weights.isPresent()) {
      throw position.fault("a text has one weights file; this is the second");
    }
    if (folder == null) {
      throw position.fault("only a text in a file can name a weights file");
    }
    Map<String, Expression> given =
        Arguments.bind("weights", List.of("file", "bytes"), annotation.arguments());
    OptionalLong bytes = OptionalLong.empty();
    try {
      if (given.containsKey("bytes")) {
        if (!(given.get("bytes") instanceof Expression.Number(var digits, _))) {
          throw position.fault("`bytes` is the size of the weights file");
        }
        bytes = OptionalLong.of(Long.parseLong(digits));
      }
      weights = Optional.of(WeightsFile.open(folder, text(given, "file", annotation), bytes));
    } catch (IllegalArgumentException e) {
      throw new Fault(position, e);
    }
  }

  private static String text(
      Map<String, Expression> given, String parameter, Annotation annotation) {
    Expression value = given.get(parameter);
    if (value instanceof Expression.Text(var text, _)) {
      return text;
    }
    throw annotation
        .name()
        .position()
        .fault("@%s needs a string as its %s".formatted(annotation.name().text(), parameter));
  }
}
