package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/// What becomes of text on its way out of the process.
class OutputTest {
  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  @Test
  void lostOutputIsAFailureButAReaderWhoLeftIsNot() {
    StandardOutput full = new StandardOutput(failing("No space left on device"));
    assertThat(full.failure()).isNull();
    assertThatCode(() -> full.write(new byte[] {1, 2})).doesNotThrowAnyException();
    full.write(3);
    assertThat(full.failure()).hasMessage("No space left on device");

    StandardOutput left = new StandardOutput(failing("Broken pipe"));
    left.write(1);
    assertThat(left.failure()).isNull();
  }

  @Test
  void textArrivesAsItIs() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (StandardOutput out = new StandardOutput(bytes)) {
      out.write("text".getBytes(), 1, 2);
      out.write('!');
    }
    assertThat(bytes).hasToString("ex!");
  }

  @Test
  void controlCharactersAreSpelledOut() {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(new PlainWriter(text));
    out.print("a\tb\n\u001b[2Jc\u009b");
    out.print('\u0007');
    out.flush();
    assertThat(text).hasToString("a\tb\n\\u001b[2Jc\\u009b\\u0007");
  }
}
