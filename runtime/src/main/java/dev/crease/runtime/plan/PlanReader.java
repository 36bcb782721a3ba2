package dev.crease.runtime.plan;

import dev.crease.runtime.InvalidPlanException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads plan files, in the format that the package's documentation specifies, and verifies the
/// program before handing it out. The weights are read into arrays, once.
///
/// Every method throws [InvalidPlanException] if the plan is damaged, truncated, foreign, of a
/// newer major version, or contradicts itself, and [IllegalStateException] if the heap is too small
/// for its constants. No bytes, however hostile, make a reader allocate more than a small multiple
/// of what is there.
public final class PlanReader {
  static final String ADVICE = "Compile the model again, or copy the plan file again.";

  private PlanReader() {}

  /// @throws IOException if the file is missing or cannot be read
  public static Program read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      return read(channel, channel.size());
    } catch (InvalidPlanException e) {
      throw new InvalidPlanException(path + ": " + e.getMessage(), e);
    }
  }

  /// Reads one plan and leaves the stream open after it, up to a chunk further.
  public static Program read(InputStream stream) throws IOException {
    return read(Channels.newChannel(stream), Long.MAX_VALUE);
  }

  /// Reads the plan that is all of the buffer's remaining bytes; the buffer's position stays.
  public static Program read(ByteBuffer bytes) {
    try {
      return read(new BufferChannel(bytes.duplicate()), bytes.remaining());
    } catch (IOException e) {
      throw new AssertionError("a buffer in memory cannot fail", e);
    }
  }

  private static Program read(ReadableByteChannel channel, long length) throws IOException {
    var in = new PlanInput(channel, length);
    byte[] encoded = in.bytes(readHeader(in), "structure");
    in.checksum("structure");
    in.align();
    var structure = StructureReader.decode(encoded);
    Program program = structure.program();
    ProgramVerifier.verify(program, structure.weights());
    List<Weights> weights = new ArrayList<>();
    for (int slot : structure.weights()) {
      Object elements = readTensor(in, slot, program.slots().get(slot));
      weights.add(new Weights(slot, () -> elements));
    }
    in.end();
    program = program.withWeights(weights);
    ProgramVerifier.verifyElements(program);
    return program;
  }

  /// Reads the header and returns the length of the structure in bytes.
  private static int readHeader(PlanInput in) throws IOException {
    int versions = Long.BYTES + 2 * Integer.BYTES;
    ByteBuffer header = in.next(versions, "header");
    if (header.getLong() != PlanFormat.MAGIC) {
      throw new InvalidPlanException(
          "not a plan: the first 8 bytes are not a plan file's. Give a file that `crease compile`"
              + " wrote.");
    }
    int major = header.getInt();
    int minor = header.getInt();
    if (major != PlanFormat.MAJOR) {
      throw new InvalidPlanException(
          "plan of version %d.%d, but this runtime reads version %d. %s"
              .formatted(
                  major,
                  minor,
                  PlanFormat.MAJOR,
                  "Use the runtime that belongs to the compiler, or compile the model again."));
    }
    int structureBytes = in.next(Integer.BYTES, "header").getInt();
    in.zeros(PlanFormat.HEADER_BYTES - versions - 2 * Integer.BYTES);
    in.checksum("header");
    if (structureBytes < 0) {
      throw new InvalidPlanException(
          "invalid plan: its structure cannot have " + structureBytes + " bytes. " + ADVICE);
    }
    return structureBytes;
  }

  private static Object readTensor(PlanInput in, int slot, Slot description) throws IOException {
    ByteBuffer prefix = in.next(Long.BYTES + 2 * Integer.BYTES, "constant of slot " + slot);
    int got = prefix.getInt();
    int reserved = prefix.getInt();
    long bytes = prefix.getLong();
    if (got != slot || reserved != 0) {
      throw new InvalidPlanException(
          "damaged plan: before byte %d expected the constant of slot %d, got %s. %s"
              .formatted(
                  in.position(),
                  slot,
                  got == slot ? "it with a reserved field of " + reserved : "slot " + got,
                  ADVICE));
    }
    in.zeros(PlanFormat.TENSOR_PREFIX_BYTES - Long.BYTES - 2 * Integer.BYTES);
    Object elements = readElements(in, description, bytes);
    in.checksum("constant of slot " + slot);
    in.align();
    return elements;
  }

  private static Object readElements(PlanInput in, Slot slot, long bytes) throws IOException {
    try {
      return ElementBytes.read(slot.type(), bytes, in);
    } catch (OutOfMemoryError e) {
      throw new IllegalStateException(
          "not enough memory for the plan: its constants from byte %d on do not fit; give the JVM a larger heap (-Xmx), at least the plan's size beside what the application needs"
              .formatted(in.position()),
          e);
    }
  }

  /// A buffer read as a channel.
  private record BufferChannel(ByteBuffer bytes) implements ReadableByteChannel {
    @Override
    public int read(ByteBuffer target) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      int count = Math.min(target.remaining(), bytes.remaining());
      target.put(target.position(), bytes, bytes.position(), count);
      target.position(target.position() + count);
      bytes.position(bytes.position() + count);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
