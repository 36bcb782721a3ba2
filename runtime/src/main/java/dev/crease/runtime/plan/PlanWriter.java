package dev.crease.runtime.plan;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes programs as plan files, in the format that the package's documentation specifies. The
/// same program gives the same bytes.
///
/// Weights are asked for one tensor at a time and dropped once written.
public final class PlanWriter {
  private PlanWriter() {}

  /// Writes to a temporary file beside `path`, then moves it there: a reader sees the old file or
  /// the whole new one.
  ///
  /// @throws dev.crease.runtime.InvalidPlanException if the program contradicts itself
  public static void write(Program program, Path path) throws IOException {
    ProgramVerifier.verify(program);
    Path folder = path.toAbsolutePath().getParent();
    Path temporary = Files.createTempFile(folder, ".", ".plan.part");
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        write(program, new PlanOutput(channel));
        channel.force(true);
      }
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /// Writes to a stream and leaves it open.
  ///
  /// @throws dev.crease.runtime.InvalidPlanException if the program contradicts itself
  public static void write(Program program, OutputStream stream) throws IOException {
    ProgramVerifier.verify(program);
    write(program, new PlanOutput(Channels.newChannel(stream)));
  }

  private static void write(Program program, PlanOutput out) throws IOException {
    byte[] structure = StructureWriter.encode(program);
    writeHeader(out, structure.length);
    out.bytes(structure);
    out.checksum();
    out.align();
    for (Weights weights : program.weights()) {
      writeTensor(out, program.slots().get(weights.slot()), weights);
    }
    out.flush();
  }

  private static void writeHeader(PlanOutput out, int structureBytes) throws IOException {
    out.i64(PlanFormat.MAGIC);
    out.i32(PlanFormat.MAJOR);
    out.i32(PlanFormat.MINOR);
    out.i32(structureBytes);
    out.zeros(PlanFormat.HEADER_BYTES - Long.BYTES - 4 * Integer.BYTES);
    out.checksum();
  }

  private static void writeTensor(PlanOutput out, Slot slot, Weights weights) throws IOException {
    Object elements = weights.elements().get();
    out.i32(weights.slot());
    out.i32(0);
    out.i64(ElementBytes.count(slot.type(), elements));
    out.zeros(PlanFormat.TENSOR_PREFIX_BYTES - Long.BYTES - 2 * Integer.BYTES);
    ElementBytes.write(slot.type(), elements, out);
    out.checksum();
    out.align();
  }
}
