package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Model;
import dev.crease.runtime.ElementType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Writes models as files: the text, and beside it a weights file if there are large constants.
public final class TextWriter {
  /// Constants of more elements go to the weights file.
  public static final int MAX_LISTED_ELEMENTS = 64;

  private static final int ALIGNMENT = 64;
  private static final int CHUNK = 1 << 16;

  private final Map<Constant, Long> offsets = new IdentityHashMap<>();
  private final OutputStream weights;
  private long size;

  private TextWriter(OutputStream weights) {
    this.weights = weights;
  }

  /// Writes `model` to `file`, with weights in `file`'s name ending in `.weights`. Each file is
  /// replaced at once; neither is seen half written.
  public static void write(Model model, Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new IOException(file + " is a folder");
    }
    String name = target.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String weightsName = (dot > 0 ? name.substring(0, dot) : name) + ".weights";
    Path weightsPart = Files.createTempFile(folder, "." + weightsName, ".part");
    Path textPart = Files.createTempFile(folder, "." + name, ".part");
    try {
      String header = TextPrinter.header(model);
      String body;
      long size;
      try (OutputStream out = Files.newOutputStream(weightsPart)) {
        TextWriter writer = new TextWriter(out);
        body = TextPrinter.body(model.graph(), writer::place);
        size = writer.size;
      }
      if (size > 0) {
        header += "@weights(%s, bytes = %d)\n".formatted(Spelling.text(weightsName), size);
      }
      Files.writeString(textPart, header + body, StandardCharsets.UTF_8);
      if (size > 0) {
        replace(weightsPart, folder.resolve(weightsName));
      }
      replace(textPart, target);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      Files.deleteIfExists(weightsPart);
      Files.deleteIfExists(textPart);
    }
  }

  private static void replace(Path part, Path target) throws IOException {
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Writes a large constant, once, and tells where it lies.
  private OptionalLong place(Constant constant) {
    if (constant.elements() <= MAX_LISTED_ELEMENTS || constant.element() == ElementType.STRING) {
      return OptionalLong.empty();
    }
    Long known = offsets.get(constant);
    if (known != null) {
      return OptionalLong.of(known);
    }
    try {
      long offset = Math.ceilDiv(size, ALIGNMENT) * (long) ALIGNMENT;
      weights.write(new byte[(int) (offset - size)]);
      size = offset + append(constant);
      offsets.put(constant, offset);
      return OptionalLong.of(offset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long append(Constant constant) throws IOException {
    Object array = constant.array();
    int width = constant.element().bytes();
    int perChunk = CHUNK / width;
    byte[] chunk = new byte[CHUNK];
    for (int start = 0; start < constant.elements(); start += perChunk) {
      int count = Math.min(perChunk, constant.elements() - start);
      ByteBuffer bytes = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
      switch (array) {
        case float[] a -> bytes.asFloatBuffer().put(a, start, count);
        case double[] a -> bytes.asDoubleBuffer().put(a, start, count);
        case long[] a -> bytes.asLongBuffer().put(a, start, count);
        case int[] a -> bytes.asIntBuffer().put(a, start, count);
        case short[] a -> bytes.asShortBuffer().put(a, start, count);
        case byte[] a -> bytes.put(a, start, count);
        default -> throw new IllegalStateException("strings are listed in the text");
      }
      weights.write(chunk, 0, count * width);
    }
    return (long) constant.elements() * width;
  }
}
