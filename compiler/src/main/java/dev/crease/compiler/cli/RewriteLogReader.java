package dev.crease.compiler.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.crease.compiler.CompilationLog;
import dev.crease.compiler.LoggedRewrite;
import dev.crease.compiler.Options;
import dev.crease.compiler.pass.FoldOptions;
import dev.crease.compiler.pass.Pipeline;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what [RewriteLogFile] writes, as far as it is needed to make the rewrites again.
final class RewriteLogReader {
  private static final Pattern PLACE = Pattern.compile("at line ([0-9]+) column ([0-9]+)");

  private RewriteLogReader() {}

  /// @throws InputException if the file is missing or no log
  static CompilationLog read(Path file) throws IOException {
    InputFile.require(file);
    try {
      return log(JsonParser.parseString(Files.readString(file)));
    } catch (MalformedInputException e) {
      throw new InputException(notALog(file, "it is not text in UTF-8"), e);
    } catch (JsonParseException e) {
      throw new InputException(notALog(file, "it is not JSON" + place(e)), e);
    } catch (IllegalArgumentException e) {
      throw new InputException(notALog(file, String.valueOf(e.getMessage())), e);
    }
  }

  /// Where the text is wrong; the rest of the parser's words is for those who call it.
  private static String place(JsonParseException failure) {
    Matcher place = PLACE.matcher(String.valueOf(failure.getMessage()));
    return place.find() ? " (line %s, column %s)".formatted(place.group(1), place.group(2)) : "";
  }

  private static String notALog(Path file, String reason) {
    return "%s is no log of rewrites: %s. Give what crease explain MODEL --log FILE writes."
        .formatted(file, reason);
  }

  private static CompilationLog log(JsonElement json) {
    int format = JsonParts.integer(JsonParts.member(json, "the file", "format"), "format");
    if (format != RewriteLogFile.FORMAT) {
      throw new IllegalArgumentException(
          "its format is %d, expected %d; another version of Crease wrote it"
              .formatted(format, RewriteLogFile.FORMAT));
    }
    return new CompilationLog(
        text(json, "the file", "modelSha256"),
        settings(JsonParts.member(json, "the file", "settings")),
        JsonParts.list(
            JsonParts.member(json, "the file", "rewrites"), "rewrites", RewriteLogReader::rewrite));
  }

  private static Options settings(JsonElement json) {
    Set<String> names = Set.of("initializersAreConstant", "exact", "cloneLimit", "withoutRules");
    JsonParts.object(json, "settings", names);
    boolean exact = JsonParts.flag(JsonParts.member(json, "settings", "exact"), "exact");
    double limit = Double.parseDouble(text(json, "settings", "cloneLimit"));
    Set<String> without =
        new LinkedHashSet<>(
            JsonParts.texts(JsonParts.member(json, "settings", "withoutRules"), "withoutRules"));
    List<String> rules = Pipeline.inference().names();
    for (String rule : without) {
      if (!rules.contains(rule)) {
        throw new IllegalArgumentException(
            "withoutRules has `%s`, but there is no such pass".formatted(rule));
      }
    }
    return Options.defaults()
        .with(new FoldOptions(exact, limit))
        .withInitializersConstant(
            JsonParts.flag(
                JsonParts.member(json, "settings", "initializersAreConstant"),
                "initializersAreConstant"))
        .without(without);
  }

  private static LoggedRewrite rewrite(JsonElement json) {
    String what = "a rewrite";
    int number = JsonParts.integer(JsonParts.member(json, what, "number"), "the number of " + what);
    String where = "rewrite " + number;
    return new LoggedRewrite(
        number,
        JsonParts.integer(JsonParts.member(json, where, "sweep"), "sweep of " + where),
        text(json, where, "rule"),
        text(json, where, "node"),
        text(json, where, "message"),
        texts(json, where, "matched"),
        texts(json, where, "preconditions"),
        side(JsonParts.member(json, where, "before"), "before of " + where),
        side(JsonParts.member(json, where, "after"), "after of " + where),
        texts(json, where, "images"));
  }

  private static LoggedRewrite.Side side(JsonElement json, String where) {
    return new LoggedRewrite.Side(
        texts(json, where, "text"),
        JsonParts.list(
            JsonParts.member(json, where, "constants"),
            "constants in " + where,
            constant -> constant(constant, "a constant in " + where)));
  }

  private static LoggedRewrite.Stored constant(JsonElement json, String where) {
    return new LoggedRewrite.Stored(
        text(json, where, "name"), text(json, where, "type"), text(json, where, "sha256"));
  }

  private static String text(JsonElement json, String where, String name) {
    return JsonParts.text(JsonParts.member(json, where, name), "`%s` of %s".formatted(name, where));
  }

  private static List<String> texts(JsonElement json, String where, String name) {
    return JsonParts.texts(
        JsonParts.member(json, where, name), "`%s` of %s".formatted(name, where));
  }
}
