package dev.crease.runtime.plan;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Encodes everything of a program but its weights: little-endian integers, counted lists, tagged
/// unions.
final class StructureWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  static byte[] encode(Program program) {
    var out = new StructureWriter();
    out.i32(program.lanes());
    out.list(program.symbols(), out::string);
    out.list(program.slots(), out::slot);
    out.list(program.inputs(), out::port);
    out.list(program.outputs(), out::port);
    out.metadata(program.metadata());
    out.list(program.weights(), weights -> out.i32(weights.slot()));
    new InstructionWriter(out).block(program.main());
    return out.bytes.toByteArray();
  }

  void u8(int value) {
    bytes.write(value);
  }

  void i32(int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      bytes.write(value >>> shift);
    }
  }

  void i64(long value) {
    i32((int) value);
    i32((int) (value >>> 32));
  }

  void f32(float value) {
    i32(Float.floatToRawIntBits(value));
  }

  void string(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    i32(utf8.length);
    bytes.writeBytes(utf8);
  }

  <T> void list(List<T> items, Consumer<T> item) {
    i32(items.size());
    items.forEach(item);
  }

  void extent(Extent extent) {
    extent(extent, 0);
  }

  private void extent(Extent extent, int depth) {
    if (depth > PlanFormat.MAX_EXTENT_DEPTH) {
      throw new IllegalArgumentException(
          "a dimension's expression is nested more than "
              + PlanFormat.MAX_EXTENT_DEPTH
              + " deep; simplify it, or give it a symbol of its own");
    }
    switch (extent) {
      case Extent.Fixed(long value) -> {
        u8(1);
        i64(value);
      }
      case Extent.Symbol(int index) -> {
        u8(2);
        i32(index);
      }
      case Extent.Sum(var left, var right) -> pair(3, left, right, depth);
      case Extent.Product(var left, var right) -> pair(4, left, right, depth);
      case Extent.FloorDiv(var left, var right) -> pair(5, left, right, depth);
      case Extent.CeilDiv(var left, var right) -> pair(6, left, right, depth);
      case Extent.Min(var left, var right) -> pair(7, left, right, depth);
      case Extent.Max(var left, var right) -> pair(8, left, right, depth);
      case Extent.Broadcast(var left, var right) -> pair(9, left, right, depth);
    }
  }

  private void pair(int tag, Extent left, Extent right, int depth) {
    u8(tag);
    extent(left, depth + 1);
    extent(right, depth + 1);
  }

  private void slot(Slot slot) {
    string(slot.name());
    u8(PlanFormat.code(slot.type()));
    u8(PlanFormat.code(slot.layout()));
    list(slot.shape(), this::extent);
  }

  private void port(Port port) {
    string(port.name());
    i32(port.slot());
    list(port.dimensions(), this::string);
  }

  /// Sorted by key: the same program gives the same bytes.
  private void metadata(Map<String, String> metadata) {
    i32(metadata.size());
    new TreeMap<>(metadata)
        .forEach(
            (key, value) -> {
              string(key);
              string(value);
            });
  }
}
