package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NpyFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"STRING", "BFLOAT16"})
  void whatIsWrittenIsReadBack(ElementType type) throws IOException {
    double[] values = {0, 1, 1, 0, 1, 0};
    Tensor tensor = Tensor.of(type, Elements.fromDoubles(type, values), 2, 3);
    Path file = folder.resolve("x.npy");
    NpyFile.write(tensor, file);
    assertThat(NpyFile.read(file)).isEqualTo(tensor);
  }

  @Test
  void scalarsAndVectorsAndEmptyTensorsHaveFiles() throws IOException {
    for (Tensor tensor :
        List.of(
            Tensor.of(new float[] {2.5f}),
            Tensor.of(new long[] {1, 2, 3}, 3),
            Tensor.of(new float[0], 0, 4))) {
      Path file = folder.resolve("x.npy");
      NpyFile.write(tensor, file);
      assertThat(NpyFile.read(file)).isEqualTo(tensor);
    }
  }

  @Test
  void headerIsAlignedAsNumPyDoes() throws IOException {
    Path file = folder.resolve("x.npy");
    NpyFile.write(Tensor.of(new float[] {1, 2}, 2), file);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(128 + 2 * Float.BYTES);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }")
        .endsWith("\n");
  }

  @Test
  void bfloat16IsWrittenAsFloat32() throws IOException {
    Object array = Elements.fromDoubles(ElementType.BFLOAT16, new double[] {1.5, -2});
    Path file = folder.resolve("x.npy");
    NpyFile.write(Tensor.of(ElementType.BFLOAT16, array, 2), file);
    assertThat(NpyFile.read(file)).isEqualTo(Tensor.of(new float[] {1.5f, -2}, 2));
  }

  @Test
  void columnsFirstAndBigEndianAreReadAsRowsFirst() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.BIG_ENDIAN);
    for (int value : new int[] {1, 4, 2, 5, 3, 6}) {
      data.putInt(value);
    }
    Path file = file("{'descr': '>i4', 'fortran_order': True, 'shape': (2, 3)}", data.array());
    assertThat(NpyFile.read(file)).isEqualTo(Tensor.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} | f32[3] takes 12 bytes",
        "{'descr': '<U4', 'fortran_order': False, 'shape': (2,)} | its elements are `U4`",
        "{'descr': '<f4', 'shape': (2,)}                         | no `fortran_order`",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,)} | its shape is",
      })
  void brokenHeadersAreNamed(String header, String message) throws IOException {
    Path file = file(header, new byte[8]);
    assertThatThrownBy(() -> NpyFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path whole = file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", new byte[8]);
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length < bytes.length; length++) {
      Path file = folder.resolve("cut.npy");
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> NpyFile.read(file)).isInstanceOf(InputException.class);
    }
  }

  private Path file(String header, byte[] data) throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(header.length());
    out.write(0);
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    out.write(data);
    return Files.write(folder.resolve("x.npy"), out.toByteArray());
  }
}
