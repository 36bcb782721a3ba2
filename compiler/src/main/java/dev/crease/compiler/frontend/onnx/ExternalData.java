package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.frontend.ModelFolder;
import dev.crease.grammar.onnx.StringStringEntryProto;
import dev.crease.grammar.onnx.TensorProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Files beside a model that hold tensors, each mapped once. They must lie in the model's folder or
/// below, with symbolic links followed, so a model cannot make its reader read other files.
///
/// A mapping lives as long as any constant over it.
final class ExternalData {
  private final String file;
  private final Optional<Path> folder;
  private final Map<Path, MemorySegment> mapped = new HashMap<>();

  /// @param file the model's name, for messages
  /// @param folder the model's folder; empty for a model that is no file, which cannot have
  ///   external data
  ExternalData(String file, Optional<Path> folder) {
    this.file = file;
    this.folder = folder;
  }

  /// The tensor's bytes.
  ///
  /// @param what the tensor, for messages
  /// @param expected how many bytes it needs, if the tensor does not say a length
  /// @throws InvalidModelException if they cannot be had
  MemorySegment locate(TensorProto tensor, String what, long expected) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.getOrDefault("location", "");
    if (location.isEmpty()) {
      throw invalid(what, "is external but names no `location`");
    }
    MemorySegment data = map(location, what);
    long offset = number(entries, "offset", 0, what);
    long length = number(entries, "length", expected, what);
    if (offset > data.byteSize() || length > data.byteSize() - offset) {
      throw invalid(
          what,
          "is said to be bytes %d to %s of `%s`, which has %d"
              .formatted(
                  offset, Long.toUnsignedString(offset + length), location, data.byteSize()));
    }
    return data.asSlice(offset, length);
  }

  private long number(Map<String, String> entries, String key, long fallback, String what) {
    String text = entries.get(key);
    if (text == null) {
      return fallback;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Reported below, like a negative number.
    }
    throw invalid(what, "has external data with the %s `%s`, not a number".formatted(key, text));
  }

  private MemorySegment map(String location, String what) {
    if (folder.isEmpty()) {
      throw invalid(
          what, "is in an external file `%s`, but the model is no file".formatted(location));
    }
    try {
      Path path = new ModelFolder(folder.get()).resolve(location);
      MemorySegment known = mapped.get(path);
      if (known == null) {
        known = ModelFolder.map(path);
        mapped.put(path, known);
      }
      return known;
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException("%s: %s is in %s".formatted(file, what, e.getMessage()), e);
    } catch (IOException e) {
      throw new InvalidModelException(
          "%s: %s is in `%s`, which cannot be read: %s".formatted(file, what, location, e), e);
    }
  }

  private InvalidModelException invalid(String what, String problem) {
    return new InvalidModelException("%s: %s %s".formatted(file, what, problem));
  }
}
