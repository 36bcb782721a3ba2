package dev.crease.runtime.plan;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidPlanException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/// Decodes what [StructureWriter] encodes. Trusts nothing: every count is checked against the bytes
/// that are left before anything is allocated for it.
final class StructureReader {
  private final ByteBuffer in;

  private StructureReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The program without the elements of its weights: their slots are listed in `weights`.
  record Structure(Program program, List<Integer> weights) {}

  static Structure decode(byte[] bytes) {
    var in = new StructureReader(bytes);
    int lanes = in.i32("lanes");
    List<String> symbols = in.list("symbols", 4, () -> in.string("symbol"));
    List<Slot> slots = in.list("slots", 10, in::slot);
    List<Port> inputs = in.list("inputs", 12, in::port);
    List<Port> outputs = in.list("outputs", 12, in::port);
    Map<String, String> metadata = in.metadata();
    List<Integer> weights = in.list("weights", 4, () -> in.i32("weights' slot"));
    Block main = new InstructionReader(in).block();
    if (in.in.hasRemaining()) {
      throw in.invalid("nothing after the main block", in.in.remaining() + " bytes more");
    }
    return new Structure(
        new Program(lanes, symbols, slots, List.of(), main, inputs, outputs, metadata), weights);
  }

  int u8(String what) {
    need(1, what);
    return in.get() & 0xff;
  }

  int i32(String what) {
    need(4, what);
    return in.getInt();
  }

  long i64(String what) {
    need(8, what);
    return in.getLong();
  }

  float f32(String what) {
    need(4, what);
    return Float.intBitsToFloat(in.getInt());
  }

  String string(String what) {
    int length = count(what, 1);
    ByteBuffer utf8 = in.slice(in.position(), length);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
      in.position(in.position() + length);
      return text;
    } catch (CharacterCodingException e) {
      throw new InvalidPlanException(where() + what + " is not UTF-8. " + PlanReader.ADVICE, e);
    }
  }

  /// A counted list of items that take at least `itemBytes` bytes each.
  <T> List<T> list(String what, int itemBytes, Supplier<T> item) {
    int count = count(what, itemBytes);
    List<T> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(item.get());
    }
    return items;
  }

  /// The constant of an enumeration by its code in the file.
  <E> E constant(E[] constants, ToIntFunction<E> codeOf, String what) {
    int code = u8(what);
    for (E constant : constants) {
      if (codeOf.applyAsInt(constant) == code) {
        return constant;
      }
    }
    throw invalid("a known " + what, "code " + code);
  }

  Extent extent() {
    return extent(0);
  }

  private Extent extent(int depth) {
    if (depth > PlanFormat.MAX_EXTENT_DEPTH) {
      throw invalid("expressions nested at most " + PlanFormat.MAX_EXTENT_DEPTH + " deep", "more");
    }
    int tag = u8("expression");
    return switch (tag) {
      case 1 -> new Extent.Fixed(i64("number"));
      case 2 -> new Extent.Symbol(i32("symbol's index"));
      case 3 -> new Extent.Sum(extent(depth + 1), extent(depth + 1));
      case 4 -> new Extent.Product(extent(depth + 1), extent(depth + 1));
      case 5 -> new Extent.FloorDiv(extent(depth + 1), extent(depth + 1));
      case 6 -> new Extent.CeilDiv(extent(depth + 1), extent(depth + 1));
      case 7 -> new Extent.Min(extent(depth + 1), extent(depth + 1));
      case 8 -> new Extent.Max(extent(depth + 1), extent(depth + 1));
      case 9 -> new Extent.Broadcast(extent(depth + 1), extent(depth + 1));
      default -> throw invalid("a known kind of expression", "code " + tag);
    };
  }

  InvalidPlanException invalid(String expected, String got) {
    return new InvalidPlanException(
        where() + "expected " + expected + ", got " + got + ". " + PlanReader.ADVICE);
  }

  private Slot slot() {
    String name = string("slot's name");
    ElementType type = constant(ElementType.values(), PlanFormat::code, "element type");
    Layout layout = constant(Layout.values(), PlanFormat::code, "layout");
    return new Slot(name, type, list("dimensions", 5, this::extent), layout);
  }

  private Port port() {
    String name = string("port's name");
    int slot = i32("port's slot");
    return new Port(name, slot, list("port's dimensions", 4, () -> string("dimension")));
  }

  private Map<String, String> metadata() {
    int count = count("metadata", 8);
    Map<String, String> metadata = new HashMap<>();
    for (int i = 0; i < count; i++) {
      String key = string("metadata key");
      if (metadata.put(key, string("metadata value")) != null) {
        throw invalid("each metadata key once", "'" + key + "' twice");
      }
    }
    return metadata;
  }

  private int count(String what, int itemBytes) {
    int count = i32("number of " + what);
    if (count < 0 || (long) count * itemBytes > in.remaining()) {
      throw invalid(
          "at most " + in.remaining() / itemBytes + " " + what + " in the bytes left", count + "");
    }
    return count;
  }

  private void need(int bytes, String what) {
    if (in.remaining() < bytes) {
      throw invalid(what + " of " + bytes + " bytes", "the end of the structure");
    }
  }

  private String where() {
    return "invalid plan, byte " + (PlanFormat.HEADER_BYTES + in.position()) + ": ";
  }
}
