package dev.crease.compiler.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.crease.compiler.LoggedRewrite;
import java.util.ArrayList;
import java.util.List;

/// All that is known of a rewrite without judging it: what was checked, both sides, and the
/// constants on each by their hashes.
record RewriteDetails(LoggedRewrite rewrite) {
  private static final int SHOWN_DIGITS = 16;

  /// For people: large constants are left out, hashes are cut.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d %s: %s %s"
            .formatted(rewrite.number(), rewrite.rule(), rewrite.node(), rewrite.message()));
    add(lines, "matched", rewrite.matched());
    add(lines, "checked", rewrite.preconditions());
    add(lines, "before", rewrite.before().text());
    add(lines, "after", rewrite.after().text());
    add(lines, "constants before", constants(rewrite.before()));
    add(lines, "constants after", constants(rewrite.after()));
    lines.add("");
    return lines;
  }

  private static void add(List<String> lines, String title, List<String> entries) {
    if (!entries.isEmpty()) {
      lines.add("  " + title);
      entries.forEach(entry -> lines.add("    " + entry));
    }
  }

  private static List<String> constants(LoggedRewrite.Side side) {
    return side.constants().stream()
        .map(
            constant ->
                "%s: %s sha256 %s"
                    .formatted(
                        constant.name(),
                        constant.type(),
                        constant.sha256().substring(0, SHOWN_DIGITS)))
        .toList();
  }

  /// For tools: hashes are whole, and what each operand of `before` became is told.
  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("number", rewrite.number());
    json.addProperty("sweep", rewrite.sweep());
    json.addProperty("rule", rewrite.rule());
    json.addProperty("node", rewrite.node());
    json.addProperty("message", rewrite.message());
    json.add("matched", array(rewrite.matched()));
    json.add("preconditions", array(rewrite.preconditions()));
    json.add("before", side(rewrite.before()));
    json.add("after", side(rewrite.after()));
    json.add("images", array(rewrite.images()));
    return json;
  }

  private static JsonObject side(LoggedRewrite.Side side) {
    JsonArray constants = new JsonArray();
    for (LoggedRewrite.Stored constant : side.constants()) {
      JsonObject json = new JsonObject();
      json.addProperty("name", constant.name());
      json.addProperty("type", constant.type());
      json.addProperty("sha256", constant.sha256());
      constants.add(json);
    }
    JsonObject json = new JsonObject();
    json.add("text", array(side.text()));
    json.add("constants", constants);
    return json;
  }

  private static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }
}
