package dev.crease.compiler.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// A file to check in beside models, with what folding did to each of them.
///
/// ```
/// {
///   "format": 1,
///   "models": {
///     "models/net.onnx": {
///       "options": "optimized",
///       "rewrites": {"fold-batch-norm": 1},
///       "normalizations": {"BatchNormalization `bn1`": "gone"},
///       "biases": {"Conv `conv1`": "absorbed"}
///     }
///   }
/// }
/// ```
///
/// @param models by their paths from the baseline's folder, with slashes, so that the file means
///   the same wherever both are checked out
record Baseline(Map<String, BaselineEntry> models) {
  private static final int FORMAT = 1;
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  Baseline {
    models = Collections.unmodifiableMap(new TreeMap<>(models));
  }

  static Baseline empty() {
    return new Baseline(Map.of());
  }

  /// The name of a model in the baseline of this file.
  static String key(Path model, Path file) {
    Path target = model.toAbsolutePath().normalize();
    Path relative =
        Optional.ofNullable(file.toAbsolutePath().normalize().getParent())
            .filter(folder -> Objects.equals(folder.getRoot(), target.getRoot()))
            .map(folder -> folder.relativize(target))
            .orElse(target);
    return relative.toString().replace('\\', '/');
  }

  Optional<BaselineEntry> find(String key) {
    return Optional.ofNullable(models.get(key));
  }

  Baseline with(String key, BaselineEntry entry) {
    Map<String, BaselineEntry> changed = new LinkedHashMap<>(models);
    changed.put(key, entry);
    return new Baseline(changed);
  }

  /// @throws InputException if the file is missing or no baseline
  static Baseline read(Path file) throws IOException {
    InputFile.require(file);
    try {
      return parse(JsonParser.parseString(Files.readString(file)));
    } catch (JsonParseException | MalformedInputException e) {
      throw new InputException(notABaseline(file, "it is not JSON: " + e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new InputException(notABaseline(file, String.valueOf(e.getMessage())), e);
    }
  }

  private static String notABaseline(Path file, String reason) {
    return "%s is no baseline: %s. Remove it and write it anew with --update-baseline."
        .formatted(file, reason);
  }

  private static Baseline parse(JsonElement json) {
    JsonObject root = object(json, "the file", Set.of("format", "models"));
    int format = integer(root.get("format"), "format");
    if (format != FORMAT) {
      throw new IllegalArgumentException("its format is %d, not %d".formatted(format, FORMAT));
    }
    return new Baseline(members(root.get("models"), "models", Baseline::entry));
  }

  private static BaselineEntry entry(JsonElement json) {
    Set<String> names = Set.of("options", "rewrites", "normalizations", "biases");
    JsonObject entry = object(json, "an entry of models", names);
    return new BaselineEntry(
        text(entry.get("options"), "options"),
        members(entry.get("rewrites"), "rewrites", count -> integer(count, "a number of rewrites")),
        members(entry.get("normalizations"), "normalizations", Baseline::fate),
        members(entry.get("biases"), "biases", fate -> text(fate, "the fate of a bias")));
  }

  private static String fate(JsonElement json) {
    String fate = text(json, "the fate of a normalization");
    if (!Set.of(BaselineEntry.GONE, BaselineEntry.LEFT).contains(fate)) {
      throw new IllegalArgumentException(
          "the fate of a normalization is gone or left, not `%s`".formatted(fate));
    }
    return fate;
  }

  private static JsonObject object(JsonElement json, String what, Set<String> names) {
    if (!json.isJsonObject() || !json.getAsJsonObject().keySet().equals(names)) {
      throw new IllegalArgumentException(
          "%s must be an object of %s".formatted(what, new TreeSet<>(names)));
    }
    return json.getAsJsonObject();
  }

  private static <T> Map<String, T> members(
      JsonElement json, String what, Function<JsonElement, T> read) {
    if (!json.isJsonObject()) {
      throw new IllegalArgumentException(what + " must be an object");
    }
    Map<String, T> members = new LinkedHashMap<>();
    json.getAsJsonObject()
        .entrySet()
        .forEach(member -> members.put(member.getKey(), read.apply(member.getValue())));
    return members;
  }

  private static int integer(JsonElement json, String what) {
    if (json instanceof JsonPrimitive value && value.isNumber()) {
      try {
        return Integer.parseInt(value.getAsString());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s must be an integer, not %s".formatted(what, json), e);
      }
    }
    throw new IllegalArgumentException("%s must be an integer, not %s".formatted(what, json));
  }

  private static String text(JsonElement json, String what) {
    if (json instanceof JsonPrimitive value && value.isString()) {
      return value.getAsString();
    }
    throw new IllegalArgumentException("%s must be a string, not %s".formatted(what, json));
  }

  void write(Path file) {
    JsonObject entries = new JsonObject();
    models.forEach((key, entry) -> entries.add(key, json(entry)));
    JsonObject root = new JsonObject();
    root.addProperty("format", FORMAT);
    root.add("models", entries);
    byte[] bytes = (GSON.toJson(root) + "\n").getBytes(StandardCharsets.UTF_8);
    OutputFile.write(file, out -> out.write(bytes));
  }

  private static JsonObject json(BaselineEntry entry) {
    JsonObject json = new JsonObject();
    json.addProperty("options", entry.options());
    json.add("rewrites", GSON.toJsonTree(entry.rewrites()));
    json.add("normalizations", GSON.toJsonTree(entry.normalizations()));
    json.add("biases", GSON.toJsonTree(entry.biases()));
    return json;
  }
}
