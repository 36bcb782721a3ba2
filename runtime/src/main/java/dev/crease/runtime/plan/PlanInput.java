package dev.crease.runtime.plan;

import dev.crease.runtime.InvalidPlanException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// A channel read in little-endian chunks, with a running checksum and position. The twin of
/// [PlanOutput].
final class PlanInput {
  private static final int CHUNK_BYTES = 1 << 20;

  private final ReadableByteChannel channel;
  private final ByteBuffer chunk;
  private final CRC32C checksum = new CRC32C();
  private final long length;
  private long position;

  /// @param length of the whole plan in bytes, or [Long#MAX_VALUE] where it is not known
  PlanInput(ReadableByteChannel channel, long length) {
    this.channel = channel;
    this.length = length;
    this.chunk =
        ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  long position() {
    return position;
  }

  /// How many bytes may be allocated at once for `wanted` bytes that the plan claims to hold: all
  /// of them if they are known to be there, else a chunk.
  long trusted(long wanted) {
    return length == Long.MAX_VALUE ? Math.min(wanted, CHUNK_BYTES) : wanted;
  }

  /// @throws InvalidPlanException if fewer than `bytes` are known to be left
  void require(long bytes, String what) {
    if (bytes > length - position) {
      throw truncated(what, bytes);
    }
  }

  /// The next `bytes` (at most a chunk), to be read at once.
  ByteBuffer next(int bytes, String what) throws IOException {
    require(bytes, what);
    chunk.clear().limit(bytes);
    while (chunk.hasRemaining()) {
      if (channel.read(chunk) < 0) {
        throw truncated(what, bytes);
      }
    }
    position += bytes;
    chunk.flip();
    checksum.update(chunk.duplicate());
    return chunk;
  }

  /// The next `count` bytes in an array, which grows only as bytes arrive.
  byte[] bytes(int count, String what) throws IOException {
    require(count, what);
    byte[] bytes = new byte[(int) trusted(count)];
    for (int filled = 0; filled < count; ) {
      if (filled == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(count, 2L * filled));
      }
      int part = Math.min(CHUNK_BYTES, bytes.length - filled);
      next(part, what).get(bytes, filled, part);
      filled += part;
    }
    return bytes;
  }

  /// Reads the CRC32C that follows what it covers.
  void checksum(String what) throws IOException {
    int expected = (int) checksum.getValue();
    long end = position;
    int got = next(Integer.BYTES, "checksum").getInt();
    checksum.reset();
    if (expected != got) {
      throw new InvalidPlanException(
          "damaged plan: the checksum of the %s that ends at byte %d should be %08x, but is %08x. %s"
              .formatted(what, end, expected, got, PlanReader.ADVICE));
    }
  }

  void align() throws IOException {
    zeros((int) (-position & (PlanFormat.ALIGNMENT - 1)));
    checksum.reset();
  }

  void zeros(int count) throws IOException {
    long begin = position;
    ByteBuffer zeros = next(count, "padding");
    for (int i = 0; i < count; i++) {
      if (zeros.get(i) != 0) {
        throw new InvalidPlanException(
            "damaged plan: byte %d is padding and should be 0, but is %d. %s"
                .formatted(begin + i, zeros.get(i), PlanReader.ADVICE));
      }
    }
  }

  /// @throws InvalidPlanException if the plan goes on, where its length is known
  void end() {
    if (length != Long.MAX_VALUE && position != length) {
      throw new InvalidPlanException(
          "damaged plan: it should end at byte %d, but has %d bytes. %s"
              .formatted(position, length, PlanReader.ADVICE));
    }
  }

  private InvalidPlanException truncated(String what, long bytes) {
    return new InvalidPlanException(
        "truncated plan: the %s at byte %d takes %d bytes, but the plan ends before. %s"
            .formatted(what, position, bytes, PlanReader.ADVICE));
  }
}
