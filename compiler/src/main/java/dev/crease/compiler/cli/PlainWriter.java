package dev.crease.compiler.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/// Writes control characters as `\\u001b`: names come out of models, and none may move the cursor
/// of a terminal or change its colours.
final class PlainWriter extends FilterWriter {
  PlainWriter(Writer out) {
    super(out);
  }

  @Override
  public void write(int c) throws IOException {
    if (Character.isISOControl(c) && c != '\t' && System.lineSeparator().indexOf(c) < 0) {
      out.write("\\u%04x".formatted(c));
    } else {
      out.write(c);
    }
  }

  @Override
  public void write(char[] text, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      write(text[i]);
    }
  }

  @Override
  public void write(String text, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      write(text.charAt(i));
    }
  }
}
