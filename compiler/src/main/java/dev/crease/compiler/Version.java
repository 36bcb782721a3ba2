package dev.crease.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The version of this build, as plans, exported models and the command line state it.
public final class Version {
  private static final String CURRENT = read();

  private Version() {}

  /// As in Maven: `0.1.0-SNAPSHOT`.
  public static String current() {
    return CURRENT;
  }

  private static String read() {
    try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
      if (in == null) {
        throw new IllegalStateException("this build of Crease has no version.txt; build it again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the version of this build", e);
    }
  }
}
