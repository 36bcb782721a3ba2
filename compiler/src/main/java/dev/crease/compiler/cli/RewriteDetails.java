package dev.crease.compiler.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.crease.compiler.frontend.dsl.TextPrinter;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ConstantHashes;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All that is known of a rewrite without judging it: what was checked, both sides, and the
/// constants on each by their hashes.
record RewriteDetails(Rewrite rewrite, ConstantHashes hashes) {
  private static final int SHOWN_DIGITS = 16;

  /// For people: large constants are left out, hashes are cut.
  List<String> lines() {
    List<String> lines = new ArrayList<>(List.of(rewrite.toString()));
    add(lines, "matched", rewrite.matched());
    add(lines, "checked", rewrite.preconditions());
    add(lines, "before", TextPrinter.outline(before()).lines().toList());
    add(lines, "after", TextPrinter.outline(after()).lines().toList());
    add(lines, "constants before", constants(before()));
    add(lines, "constants after", constants(after()));
    lines.add("");
    return lines;
  }

  private static void add(List<String> lines, String title, List<String> entries) {
    if (!entries.isEmpty()) {
      lines.add("  " + title);
      entries.forEach(entry -> lines.add("    " + entry));
    }
  }

  private List<String> constants(Graph graph) {
    return constantsOf(graph).entrySet().stream()
        .map(
            entry ->
                "%s sha256 %s"
                    .formatted(
                        entry.getKey(), hashes.of(entry.getValue()).substring(0, SHOWN_DIGITS)))
        .toList();
  }

  /// For tools: hashes are whole, and what each operand of `before` became is told.
  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("number", rewrite.number());
    json.addProperty("sweep", rewrite.sweep());
    json.addProperty("rule", rewrite.pass());
    json.addProperty("node", rewrite.node());
    json.addProperty("message", rewrite.message());
    json.add("matched", array(rewrite.matched()));
    json.add("preconditions", array(rewrite.preconditions()));
    json.add("before", side(before()));
    json.add("after", side(after()));
    JsonObject images = new JsonObject();
    for (int i = 0; i < before().inputs().size(); i++) {
      images.addProperty(
          before().inputs().get(i).name(), rewrite.replacement().images().get(i).name());
    }
    json.add("images", images);
    return json;
  }

  private JsonObject side(Graph graph) {
    JsonArray constants = new JsonArray();
    constantsOf(graph)
        .forEach(
            (value, constant) -> {
              JsonObject json = new JsonObject();
              json.addProperty("name", value.name());
              json.addProperty("type", constant.type().toString());
              json.addProperty("sha256", hashes.of(constant));
              constants.add(json);
            });
    JsonObject json = new JsonObject();
    json.add("text", array(TextPrinter.outline(graph).lines().toList()));
    json.add("constants", constants);
    return json;
  }

  private static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static Map<Value, Constant> constantsOf(Graph graph) {
    Map<Value, Constant> constants = new LinkedHashMap<>();
    graph.allGraphs().forEach(inner -> constants.putAll(inner.constants()));
    return constants;
  }

  private Graph before() {
    return rewrite.replacement().before();
  }

  private Graph after() {
    return rewrite.replacement().after();
  }
}
