package dev.crease.compiler.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Parts of JSON files that people may have edited: each is what it must be, or an
/// [IllegalArgumentException] says what is not.
final class JsonParts {
  private JsonParts() {}

  /// An object with exactly these members.
  static JsonObject object(JsonElement json, String what, Set<String> names) {
    if (!json.isJsonObject() || !json.getAsJsonObject().keySet().equals(names)) {
      throw new IllegalArgumentException(
          "%s must be an object of %s".formatted(what, new TreeSet<>(names)));
    }
    return json.getAsJsonObject();
  }

  /// A member, whatever others there are.
  static JsonElement member(JsonElement json, String what, String name) {
    JsonElement member = json.isJsonObject() ? json.getAsJsonObject().get(name) : null;
    if (member == null) {
      throw new IllegalArgumentException("%s has no `%s`".formatted(what, name));
    }
    return member;
  }

  static <T> Map<String, T> members(JsonElement json, String what, Function<JsonElement, T> read) {
    if (!json.isJsonObject()) {
      throw new IllegalArgumentException(what + " must be an object");
    }
    Map<String, T> members = new LinkedHashMap<>();
    json.getAsJsonObject()
        .entrySet()
        .forEach(member -> members.put(member.getKey(), read.apply(member.getValue())));
    return members;
  }

  static <T> List<T> list(JsonElement json, String what, Function<JsonElement, T> read) {
    if (!json.isJsonArray()) {
      throw new IllegalArgumentException(what + " must be a list");
    }
    return json.getAsJsonArray().asList().stream().map(read).toList();
  }

  static List<String> texts(JsonElement json, String what) {
    return list(json, what, text -> text(text, "an entry of " + what));
  }

  static int integer(@Nullable JsonElement json, String what) {
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

  static boolean flag(JsonElement json, String what) {
    if (json instanceof JsonPrimitive value && value.isBoolean()) {
      return value.getAsBoolean();
    }
    throw new IllegalArgumentException("%s must be true or false, not %s".formatted(what, json));
  }

  static String text(JsonElement json, String what) {
    if (json instanceof JsonPrimitive value && value.isString()) {
      return value.getAsString();
    }
    throw new IllegalArgumentException("%s must be a string, not %s".formatted(what, json));
  }
}
