package dev.crease.runtime.plan;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;

/// Writes programs as plan files, in the format that the package's documentation specifies. The
/// same program gives the same bytes.
///
/// Weights are asked for one tensor at a time and dropped once written.
public final class PlanWriter {
  private PlanWriter() {}

  /// Writes as [AtomicFile] does: a reader sees the old file or the whole new one.
  ///
  /// @throws dev.crease.runtime.InvalidPlanException if the program contradicts itself
  public static void write(Program program, Path path) throws IOException {
    ProgramVerifier.verify(program);
    AtomicFile.write(path, out -> write(program, new PlanOutput(Channels.newChannel(out))));
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
