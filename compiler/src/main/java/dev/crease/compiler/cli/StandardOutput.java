package dev.crease.compiler.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// The process's standard output. Printing goes on when it fails, since writers swallow that; the
/// first failure is kept for the end.
final class StandardOutput extends FilterOutputStream {
  private @Nullable IOException failure;

  StandardOutput(OutputStream out) {
    super(out);
  }

  static StandardOutput ofProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (failure != null) {
      return;
    }
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
    }
  }

  /// What kept text from being printed, if anything did. A reader that has seen enough, as `head`
  /// has, is no failure.
  @Nullable IOException failure() {
    IOException e = failure;
    return e != null && "Broken pipe".equals(e.getMessage()) ? null : e;
  }
}
