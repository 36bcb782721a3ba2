package dev.crease.compiler.frontend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.grammar.onnx.OptionalProto;
import dev.crease.grammar.onnx.SequenceProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.runtime.Absence;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.Sequence;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void writesWhatItReads(ElementType element) throws IOException {
    Path file = folder.resolve("t.pb");
    Object array = element.storage().allocate(6);
    switch (array) {
      case float[] values -> values[3] = Float.MIN_VALUE;
      case double[] values -> values[3] = Math.PI;
      case long[] values -> values[3] = Long.MIN_VALUE;
      case int[] values -> values[3] = -70_000;
      case short[] values -> values[3] = -300;
      case byte[] values -> values[3] = 1;
      default -> ((String[]) array)[3] = "größer";
    }
    Tensor tensor = Tensor.of(element, array, 2, 3);
    TensorFile.write(file, "t", tensor);
    assertThat(TensorFile.read(file)).isEqualTo(tensor);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void scalarsHaveNoDimensions() throws IOException {
    Path file = folder.resolve("t.pb");
    TensorFile.write(file, "", Tensor.of(new long[] {3}));
    assertThat(TensorFile.read(file).rank()).isZero();
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path file = folder.resolve("t.pb");
    assertThatThrownBy(() -> TensorFile.read(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("does not exist");
    Files.writeString(file, "no tensor at all");
    assertThatThrownBy(() -> TensorFile.read(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("t.pb");
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> TensorFile.read(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("no element type");
    SequenceProto sequence =
        SequenceProto.newBuilder()
            .setName("s")
            .setElemType(SequenceProto.DataType.TENSOR.getNumber())
            .addTensorValues(OnnxBuilders.floats("a", 1))
            .build();
    Files.write(file, sequence.toByteArray());
    assertThatThrownBy(() -> TensorFile.read(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("t.pb");
    Files.write(file, OnnxBuilders.tensor("a", DataType.INT4, 1).build().toByteArray());
    assertThatThrownBy(() -> TensorFile.read(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("INT4");
  }

  private static TensorProto tensor(float... values) {
    return OnnxBuilders.floats("", values).build();
  }

  @Test
  void sequencesAndOptionals() throws IOException {
    Path file = folder.resolve("v.pb");
    SequenceProto sequence =
        SequenceProto.newBuilder()
            .setElemType(SequenceProto.DataType.TENSOR.getNumber())
            .addTensorValues(tensor(1, 2))
            .addTensorValues(tensor().toBuilder().setRawData(ByteString.EMPTY))
            .build();
    Sequence read =
        new Sequence(
            ElementType.FLOAT32,
            List.of(Tensor.of(new float[] {1, 2}, 2), Tensor.of(new float[0], 0)));
    Files.write(file, sequence.toByteArray());
    assertThat(TensorFile.read(file, Holder.SEQUENCE, ElementType.FLOAT32)).isEqualTo(read);
    assertThatThrownBy(() -> TensorFile.read(file, Holder.SEQUENCE, ElementType.INT64))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("a sequence of i64 cannot hold f32[2]");
    Files.write(file, OptionalProto.newBuilder().setSequenceValue(sequence).build().toByteArray());
    assertThat(TensorFile.read(file, Holder.OPTIONAL_SEQUENCE, ElementType.FLOAT32))
        .isEqualTo(read);
    assertThatThrownBy(() -> TensorFile.read(file, Holder.OPTIONAL, ElementType.FLOAT32))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("expected optional(f32)");
    Files.write(file, OptionalProto.newBuilder().setTensorValue(tensor(3)).build().toByteArray());
    assertThat(TensorFile.read(file, Holder.OPTIONAL, ElementType.FLOAT32))
        .isEqualTo(Tensor.of(new float[] {3}, 1));
    Files.write(file, OptionalProto.newBuilder().setName("o").build().toByteArray());
    assertThat(TensorFile.read(file, Holder.OPTIONAL, ElementType.FLOAT32))
        .isEqualTo(Absence.NOTHING);
  }
}
