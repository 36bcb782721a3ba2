package dev.crease.compiler.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

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
  static final int FORMAT = 1;
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

  /// @throws InputException if the file cannot be written
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
