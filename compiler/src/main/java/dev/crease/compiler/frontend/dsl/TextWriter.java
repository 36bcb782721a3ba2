package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.Model;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Writes models as files: the text, and beside it a weights file if there are large constants.
public final class TextWriter {
  /// Constants of more elements go to the weights file.
  public static final int MAX_LISTED_ELEMENTS = 16;

  private static final int ALIGNMENT = 64;
  private static final int CHUNK = 1 << 14;

  private final Map<Constant, Long> offsets = new IdentityHashMap<>();
  private final List<Constant> placed = new ArrayList<>();
  private long size;

  private TextWriter() {}

  /// Writes `model` to `file`, with weights in a file of the same name ending in `.weights`. Each
  /// is replaced at once, so neither is seen half written; the text last.
  ///
  /// @throws UnsupportedModelException if the text is too long to be read again
  public static void write(Model model, Path file) throws IOException {
    Path fileName = file.getFileName();
    if (fileName == null) {
      throw new IOException(file + " is a folder");
    }
    TextWriter writer = new TextWriter();
    String header = TextPrinter.header(model);
    String body = TextPrinter.body(model.graph(), writer::place);
    String name = fileName.toString();
    int dot = name.lastIndexOf('.');
    String weights = (dot > 0 ? name.substring(0, dot) : name) + ".weights";
    if (writer.size > 0) {
      header += "@weights(%s, bytes = %d)\n".formatted(Spelling.text(weights), writer.size);
    }
    String text = header + body;
    requireReadable(text, file);
    if (writer.size > 0) {
      AtomicFile.write(file.resolveSibling(weights), writer::writeWeights);
    }
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void requireReadable(String text, Path file) {
    if (text.length() > SyntaxParser.MAX_CHARACTERS) {
      throw new UnsupportedModelException(
          List.of(
              "%s: the text would have %d characters, but no more than %d are read; keep the model as ONNX"
                  .formatted(file, text.length(), SyntaxParser.MAX_CHARACTERS)));
    }
  }

  /// Where a large constant will lie.
  private OptionalLong place(Constant constant) {
    if (constant.elements() <= MAX_LISTED_ELEMENTS || constant.element() == ElementType.STRING) {
      return OptionalLong.empty();
    }
    Long known = offsets.get(constant);
    if (known != null) {
      return OptionalLong.of(known);
    }
    long offset = aligned(size);
    size = offset + (long) constant.elements() * constant.element().bytes();
    offsets.put(constant, offset);
    placed.add(constant);
    return OptionalLong.of(offset);
  }

  private static long aligned(long offset) {
    return Math.ceilDiv(offset, ALIGNMENT) * (long) ALIGNMENT;
  }

  private void writeWeights(OutputStream out) throws IOException {
    long written = 0;
    for (Constant constant : placed) {
      out.write(new byte[(int) (aligned(written) - written)]);
      write(constant, out);
      written = aligned(written) + (long) constant.elements() * constant.element().bytes();
    }
  }

  private static void write(Constant constant, OutputStream out) throws IOException {
    Object array = constant.array();
    for (int start = 0; start < constant.elements(); start += CHUNK) {
      int count = Math.min(CHUNK, constant.elements() - start);
      out.write(Elements.bytes(constant.element(), array, start, count));
    }
  }
}
