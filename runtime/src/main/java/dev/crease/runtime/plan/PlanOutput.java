package dev.crease.runtime.plan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;

/// A channel written in little-endian chunks, with a running checksum and position.
final class PlanOutput {
  private static final int CHUNK_BYTES = 1 << 20;

  private final WritableByteChannel channel;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C checksum = new CRC32C();
  private long flushed;

  PlanOutput(WritableByteChannel channel) {
    this.channel = channel;
  }

  void i32(int value) throws IOException {
    room(Integer.BYTES).putInt(value);
  }

  void i64(long value) throws IOException {
    room(Long.BYTES).putLong(value);
  }

  void zeros(int count) throws IOException {
    room(count).put(new byte[count]);
  }

  void bytes(byte[] bytes) throws IOException {
    for (int from = 0; from < bytes.length; ) {
      int count = Math.min(bytes.length - from, room(1).remaining());
      chunk.put(bytes, from, count);
      from += count;
    }
  }

  /// The chunk, with room for at least `bytes`; what is put there is written.
  ByteBuffer room(int bytes) throws IOException {
    if (chunk.remaining() < bytes) {
      flush();
    }
    return chunk;
  }

  /// Writes the CRC32C of everything since the last checksum.
  void checksum() throws IOException {
    flush();
    int value = (int) checksum.getValue();
    i32(value);
    flush();
    checksum.reset();
  }

  /// Writes zeros up to the next multiple of the alignment; no checksum covers them.
  void align() throws IOException {
    flush();
    zeros((int) (-flushed & (PlanFormat.ALIGNMENT - 1)));
    flush();
    checksum.reset();
  }

  void flush() throws IOException {
    chunk.flip();
    checksum.update(chunk.duplicate());
    flushed += chunk.remaining();
    while (chunk.hasRemaining()) {
      channel.write(chunk);
    }
    chunk.clear();
  }
}
