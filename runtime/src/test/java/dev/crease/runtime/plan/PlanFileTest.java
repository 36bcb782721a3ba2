package dev.crease.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidPlanException;
import dev.crease.runtime.Machine;
import dev.crease.runtime.Plan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {
  private final Program program = SampleProgram.everyInstruction(4);

  @Test
  void sampleHoldsEveryInstruction() {
    Set<Class<?>> kinds = new HashSet<>();
    program.main().instructions().forEach(instruction -> kinds.add(instruction.getClass()));
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(records(Instruction.class));
    assertThat(kinds.size()).isGreaterThan(15);
  }

  private static List<Class<?>> records(Class<?> kind) {
    return kind.isInterface()
        ? Arrays.stream(kind.getPermittedSubclasses())
            .flatMap(each -> records(each).stream())
            .toList()
        : List.of(kind);
  }

  @Test
  void codesAreUnique() {
    assertThat(Arrays.stream(ElementType.values()).map(PlanFormat::code)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(Layout.values()).map(PlanFormat::code)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(ReduceFunction.values()).map(PlanFormat::code))
        .doesNotHaveDuplicates();
    assertThat(Arrays.stream(Cell.values()).map(PlanFormat::code)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(ScatterFunction.values()).map(PlanFormat::code))
        .doesNotHaveDuplicates();
    assertThat(Arrays.stream(PoolKind.values()).map(PlanFormat::code)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(BinaryFunction.values()).map(PlanFormat::code))
        .doesNotHaveDuplicates();
    assertThat(Arrays.stream(UnaryFunction.values()).map(PlanFormat::code)).doesNotHaveDuplicates();
  }

  @Test
  void readsWhatWasWritten(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("sample.plan");
    PlanWriter.write(program, path);
    assertThat(folder.toFile().list()).containsExactly("sample.plan");
    byte[] bytes = Files.readAllBytes(path);
    assertThat(bytes).isEqualTo(encode(program));

    assertSame(program, PlanReader.read(path));
    assertSame(program, PlanReader.read(new ByteArrayInputStream(bytes)));
    assertSame(program, PlanReader.read(ByteBuffer.wrap(bytes)));
  }

  @Test
  void sameProgramGivesSameBytes() throws IOException {
    byte[] bytes = encode(program);
    assertThat(encode(SampleProgram.everyInstruction(4))).isEqualTo(bytes);
    assertThat(encode(PlanReader.read(ByteBuffer.wrap(bytes)))).isEqualTo(bytes);
  }

  @Test
  void elementsAreAligned() throws IOException {
    float[] marker = {1.25f, -7.5f};
    ByteBuffer bytes = ByteBuffer.wrap(encode(constant(marker))).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (bytes.getFloat(at) != 1.25f || bytes.getFloat(at + 4) != -7.5f) {
      at++;
    }
    assertThat(at % 64).isZero();
    assertThat(bytes.capacity() % 64).isZero();
  }

  @Test
  void largeConstantsTravelInChunks() throws IOException {
    float[] large = new float[1_000_003];
    for (int i = 0; i < large.length; i++) {
      large[i] = i;
    }
    byte[] bytes = encode(constant(large));
    for (Program read :
        List.of(
            PlanReader.read(ByteBuffer.wrap(bytes)),
            PlanReader.read(new ByteArrayInputStream(bytes)))) {
      assertThat((float[]) read.weights().getFirst().elements().get()).isEqualTo(large);
    }
  }

  @Test
  void truncationIsNoticedAtEveryByte() throws IOException {
    byte[] bytes = encode(program);
    for (int length = 0; length < bytes.length; length++) {
      assertInvalid(Arrays.copyOf(bytes, length), "length " + length);
    }
    assertInvalid(Arrays.copyOf(bytes, bytes.length + 1), "one byte more");
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    byte[] bytes = encode(program);
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      assertInvalid(bytes, "bit " + bit);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  /// With the checksum made to fit again, the reader meets every kind of nonsense in the structure:
  /// it may find a program or refuse it, and does nothing else.
  @Test
  void hostileStructuresAreRefusedOrRead() throws IOException {
    byte[] bytes = encode(SampleProgram.everyInstruction(Machine.lanes()));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = PlanFormat.HEADER_BYTES + buffer.getInt(16);
    int refused = 0;
    for (int at = PlanFormat.HEADER_BYTES; at < end; at++) {
      byte before = bytes[at];
      for (int value : new int[] {0, 0x7f, 0xff, before + 1}) {
        bytes[at] = (byte) value;
        buffer.putInt(end, crc(bytes, PlanFormat.HEADER_BYTES, end));
        try {
          Plan.load(ByteBuffer.wrap(bytes));
        } catch (InvalidPlanException e) {
          refused++;
        }
      }
      bytes[at] = before;
    }
    assertThat(refused).isGreaterThan(end);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertThatThrownBy(
            () -> PlanReader.read(ByteBuffer.wrap("no plan at all, but a text".getBytes())))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining("not a plan");
    byte[] newer = encode(program);
    newer[8] = 2;
    assertThatThrownBy(() -> PlanReader.read(ByteBuffer.wrap(newer)))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining("version 2.0")
        .hasMessageContaining("reads version 1");
    byte[] damaged = encode(program);
    damaged[100] ^= 4;
    assertThatThrownBy(() -> PlanReader.read(ByteBuffer.wrap(damaged)))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining("checksum of the structure")
        .hasMessageContaining("copy the plan file again");
  }

  @Test
  void fileNameIsInTheMessage(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("short.plan");
    Files.write(path, Arrays.copyOf(encode(program), 1000));
    assertThatThrownBy(() -> PlanReader.read(path))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining("short.plan")
        .hasMessageContaining("truncated");
  }

  @Test
  void readingBeforeWritingIsRefused() {
    Slot scalar = new Slot("", ElementType.FLOAT32, List.of(), Layout.PLAIN);
    var copy = new Instruction.Unary(0, 1, Activation.NONE);
    var unwritten =
        new Program(
            8,
            List.of(),
            List.of(scalar, scalar),
            List.of(),
            new Block(List.of(copy)),
            List.of(),
            List.of(new Port("y", 1, List.of())),
            Map.of());
    assertThatThrownBy(() -> PlanWriter.write(unwritten, new ByteArrayOutputStream()))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining("instruction 0 (Unary) reads slot 0 before it is written");
  }

  @Test
  void negativeDimensionsAreRefused() {
    Slot negative = new Slot("", ElementType.FLOAT32, List.of(Extent.of(-3)), Layout.PLAIN);
    Port port = new Port("x", 0, List.of());
    var program =
        new Program(
            8,
            List.of(),
            List.of(negative),
            List.of(),
            new Block(List.of()),
            List.of(port),
            List.of(),
            Map.of());
    assertThatThrownBy(() -> PlanWriter.write(program, new ByteArrayOutputStream()))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining("slot 0: a dimension should be at least 0");
  }

  private static Program constant(float[] elements) {
    return new Program(
        16,
        List.of(),
        List.of(
            new Slot("", ElementType.FLOAT32, List.of(Extent.of(elements.length)), Layout.PLAIN)),
        List.of(new Weights(0, () -> elements)),
        new Block(List.of()),
        List.of(),
        List.of(new Port("y", 0, List.of())),
        Map.of());
  }

  private static byte[] encode(Program program) throws IOException {
    var bytes = new ByteArrayOutputStream();
    PlanWriter.write(program, bytes);
    return bytes.toByteArray();
  }

  private static int crc(byte[] bytes, int begin, int end) {
    var crc = new CRC32C();
    crc.update(bytes, begin, end - begin);
    return (int) crc.getValue();
  }

  private static void assertInvalid(byte[] bytes, String what) throws IOException {
    try {
      PlanReader.read(ByteBuffer.wrap(bytes));
    } catch (InvalidPlanException e) {
      assertThat(e).hasMessageContaining(".");
      return;
    }
    fail(what + " went unnoticed");
  }

  private static void assertSame(Program expected, Program got) {
    assertThat(got.withWeights(List.of())).isEqualTo(expected.withWeights(List.of()));
    assertThat(got.weights()).hasSameSizeAs(expected.weights());
    for (int i = 0; i < expected.weights().size(); i++) {
      Weights weights = expected.weights().get(i);
      assertThat(got.weights().get(i).slot()).isEqualTo(weights.slot());
      assertThat(got.weights().get(i).elements().get()).isEqualTo(weights.elements().get());
    }
  }
}
