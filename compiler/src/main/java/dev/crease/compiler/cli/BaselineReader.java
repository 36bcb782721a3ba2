package dev.crease.compiler.cli;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the file of a [Baseline]. Of a broken one it tells the line, what was expected there, and
/// what is there instead.
final class BaselineReader {
  /// How [JsonReader] says where it is.
  private static final Pattern LINE = Pattern.compile(" at line (\\d+) column ");

  private static final int MOST_LETTERS = 60;

  private final Path file;
  private final String text;
  private final JsonReader in;

  private BaselineReader(Path file, String text) {
    this.file = file;
    this.text = text;
    in = new JsonReader(new StringReader(text));
    in.setStrictness(Strictness.STRICT);
  }

  /// Reads what begins at the next token.
  private interface Reading {
    void read() throws IOException;
  }

  private interface ValueReading<T> {
    T read() throws IOException;
  }

  /// @throws InputException if the file is missing or no baseline
  static Baseline read(Path file) throws IOException {
    InputFile.require(file);
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new InputException(message(file.toString(), "text in UTF-8", "other bytes"), e);
    }
    return new BaselineReader(file, text).baseline();
  }

  private Baseline baseline() throws IOException {
    Map<String, BaselineEntry> models = new LinkedHashMap<>();
    try {
      object(Map.of("format", this::format, "models", () -> map(models, this::entry)));
      require(JsonToken.END_DOCUMENT, "nothing more");
    } catch (EOFException e) {
      throw new InputException(message(place(), "more JSON", "the end of the file"), e);
    } catch (MalformedJsonException e) {
      throw new InputException(message(place(), "JSON", shownLine()), e);
    }
    return new Baseline(models);
  }

  private void format() throws IOException {
    choice(JsonToken.NUMBER, Set.of(Integer.toString(Baseline.FORMAT)));
  }

  private BaselineEntry entry() throws IOException {
    List<String> options = new ArrayList<>();
    Map<String, Integer> rewrites = new LinkedHashMap<>();
    Map<String, String> normalizations = new LinkedHashMap<>();
    Map<String, String> biases = new LinkedHashMap<>();
    Set<String> fates = Set.of(BaselineEntry.GONE, BaselineEntry.LEFT);
    object(
        Map.of(
            "options", () -> options.add(string()),
            "rewrites", () -> map(rewrites, this::count),
            "normalizations", () -> map(normalizations, () -> choice(JsonToken.STRING, fates)),
            "biases", () -> map(biases, this::string)));
    return new BaselineEntry(options.getFirst(), rewrites, normalizations, biases);
  }

  /// An object of these members and no others.
  private void object(Map<String, Reading> members) throws IOException {
    Set<String> missing = new TreeSet<>(members.keySet());
    require(JsonToken.BEGIN_OBJECT, "an object of " + missing);
    in.beginObject();
    while (in.hasNext()) {
      String place = place();
      String name = in.nextName();
      Reading member = members.get(name);
      if (member == null || !missing.remove(name)) {
        throw new InputException(message(place, "one of " + missing, "`" + name + "`"));
      }
      member.read();
    }
    if (!missing.isEmpty()) {
      throw new InputException(message(place(), missing + " too", "the end of the object"));
    }
    in.endObject();
  }

  /// An object of members of any names.
  private <T> void map(Map<String, T> values, ValueReading<T> value) throws IOException {
    require(JsonToken.BEGIN_OBJECT, "an object");
    in.beginObject();
    while (in.hasNext()) {
      String place = place();
      String name = in.nextName();
      if (values.put(name, value.read()) != null) {
        throw new InputException(message(place, "each name once", "`" + name + "` again"));
      }
    }
    in.endObject();
  }

  private String choice(JsonToken kind, Set<String> choices) throws IOException {
    String expected = String.join(" or ", new TreeSet<>(choices));
    require(kind, expected);
    String place = place();
    String given = in.nextString();
    if (!choices.contains(given)) {
      throw new InputException(message(place, expected, given));
    }
    return given;
  }

  private String string() throws IOException {
    require(JsonToken.STRING, "a string");
    return in.nextString();
  }

  private int count() throws IOException {
    String expected = "a number of rewrites";
    require(JsonToken.NUMBER, expected);
    String place = place();
    String given = in.nextString();
    try {
      return Integer.parseInt(given);
    } catch (NumberFormatException e) {
      throw new InputException(message(place, expected, given), e);
    }
  }

  private void require(JsonToken kind, String expected) throws IOException {
    JsonToken next = in.peek();
    if (next != kind) {
      String place = place();
      throw new InputException(message(place, expected, shown(next)));
    }
  }

  private String shown(JsonToken next) throws IOException {
    return switch (next) {
      case STRING -> "`" + in.nextString() + "`";
      case NUMBER -> in.nextString();
      case BOOLEAN -> String.valueOf(in.nextBoolean());
      case NULL -> "null";
      case BEGIN_ARRAY -> "a list";
      case BEGIN_OBJECT -> "an object";
      case NAME, END_ARRAY, END_OBJECT, END_DOCUMENT -> "something else";
    };
  }

  private String shownLine() {
    String shown = text.lines().skip(line() - 1).findFirst().orElse("").strip();
    return "`%s`".formatted(shown.substring(0, Math.min(shown.length(), MOST_LETTERS)));
  }

  private String place() {
    return file + ":" + line();
  }

  private long line() {
    Matcher line = LINE.matcher(in.toString());
    return line.find() ? Long.parseLong(line.group(1)) : 1;
  }

  private static String message(String place, String expected, String got) {
    return "%s: expected %s, got %s. Mend it, or remove the file and write it anew with %s."
        .formatted(place, expected, got, FoldChecks.UPDATE);
  }
}
