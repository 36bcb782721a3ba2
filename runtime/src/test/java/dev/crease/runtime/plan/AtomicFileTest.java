package dev.crease.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever goes wrong: nothing is left behind, the old file stays, and the file that was asked for
/// is named.
class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void fullDisk() throws IOException {
    Path file = Files.writeString(folder.resolve("a.plan"), "old");
    expect(
        file,
        "No space left on device",
        out -> {
          out.write(new byte[1 << 17]);
          throw new IOException("No space left on device");
        });
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("a.plan");
  }

  @Test
  void placesThatTakeNoFile() throws IOException {
    expect(folder.resolve("a".repeat(300)), "File name too long", out -> out.write(1));
    expect(folder.resolve("none/a.plan"), "its folder takes no files", out -> out.write(1));
    expect(folder, "it is a folder", out -> out.write(1));
    assertThat(folder).isEmptyDirectory();
  }

  private static void expect(Path file, String reason, AtomicFile.Content content) {
    assertThatThrownBy(() -> AtomicFile.write(file, content))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(file + ": " + reason);
  }
}
