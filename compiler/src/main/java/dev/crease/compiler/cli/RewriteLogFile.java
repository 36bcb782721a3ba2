package dev.crease.compiler.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.crease.compiler.Compilation;
import dev.crease.compiler.CompilationLog;
import dev.crease.compiler.LoggedRewrite;
import dev.crease.compiler.Options;
import dev.crease.compiler.Version;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.verify.Difference;
import dev.crease.compiler.verify.RewriteFinding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A file with every rewrite of a model, for tools and for keeping.
///
/// ```
/// {
///   "format": 2,
///   "compiler": "crease 1.0",
///   "model": "net.onnx",
///   "modelSha256": "...",
///   "options": "optimized",
///   "settings": {
///     "initializersAreConstant": false, "exact": false, "cloneLimit": "0.0", "withoutRules": []
///   },
///   "rewrites": [{
///     "number": 1, "sweep": 2, "rule": "fold-batch-norm", "node": "BatchNormalization `bn`",
///     "message": "folded into Conv `c`, bias created",
///     "matched": ["BatchNormalization `bn`", "Conv `c`"],
///     "preconditions": ["it is in inference mode", ...],
///     "before": {
///       "text": ["model net(x: f32[1, 3, 8, 8]) -> ... {", ...],
///       "constants": [{"name": "w", "type": "f32[8, 3, 3, 3]", "sha256": "..."}, ...]
///     },
///     "after": {...},
///     "images": ["x -> x"],
///     "verdict": "proved", "difference": 1.2e-09, "bound": 4e-08, "ofBound": 0.03
///   }],
///   "declined": [{"rule": "fold-forward", "node": "...", "reason": "..."}]
/// }
/// ```
///
/// The hash of the model is of its file, that of a constant over its elements as they are stored,
/// little-endian. `settings` is what of the options the numbers of rewrites do not tell, for
/// [RewriteLogReader]. The verdict and what follows it are there if rewrites were judged, numbers
/// if they are finite, `ofBudget` if there is a budget, and a `reason` where it is WRONG or within
/// budget.
///
/// @param findings what is known of rewrites, if they were judged
record RewriteLogFile(Path model, Compilation compilation, List<RewriteFinding> findings) {
  static final int FORMAT = 2;
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  RewriteLogFile {
    findings = List.copyOf(findings);
  }

  /// @throws InputException if the file cannot be written
  void write(Path file) throws IOException {
    byte[] bytes = (GSON.toJson(json()) + "\n").getBytes(StandardCharsets.UTF_8);
    OutputFile.write(file, out -> out.write(bytes));
  }

  private JsonObject json() throws IOException {
    CompilationLog log = CompilationLog.of(model, compilation);
    JsonObject json = new JsonObject();
    json.addProperty("format", FORMAT);
    json.addProperty("compiler", "crease " + Version.current());
    json.addProperty("model", model.toString());
    json.addProperty("modelSha256", log.modelSha256());
    json.addProperty("options", log.options().describe());
    json.add("settings", settings(log.options()));
    json.add("rewrites", rewrites(log.rewrites()));
    JsonArray declined = new JsonArray();
    compilation.report().declines().forEach(decline -> declined.add(json(decline)));
    json.add("declined", declined);
    return json;
  }

  private static JsonObject settings(Options options) {
    JsonArray without = new JsonArray();
    options.passes().disabledPasses().stream().sorted().forEach(without::add);
    JsonObject json = new JsonObject();
    json.addProperty("initializersAreConstant", options.initializersAreConstant());
    json.addProperty("exact", options.folds().exact());
    // A string, since JSON has no infinity.
    json.addProperty("cloneLimit", Double.toString(options.folds().cloneLimit()));
    json.add("withoutRules", without);
    return json;
  }

  private JsonArray rewrites(List<LoggedRewrite> logged) {
    Map<Integer, RewriteFinding> known = new HashMap<>();
    findings.forEach(finding -> known.put(finding.rewrite().number(), finding));
    JsonArray rewrites = new JsonArray();
    for (LoggedRewrite rewrite : logged) {
      JsonObject json = new RewriteDetails(rewrite).json();
      RewriteFinding finding = known.get(rewrite.number());
      if (finding != null) {
        addVerdict(json, finding);
      }
      rewrites.add(json);
    }
    return rewrites;
  }

  private static void addVerdict(JsonObject json, RewriteFinding finding) {
    Difference difference = finding.difference();
    json.addProperty("verdict", finding.verdict().toString());
    addFinite(json, "difference", difference.observed());
    addFinite(json, "bound", difference.bound());
    addFinite(json, "ofBound", difference.fraction());
    addFinite(json, "ofBudget", difference.ofBudget());
    if (!finding.verdict().agrees()) {
      json.addProperty("reason", finding.reason());
    }
  }

  /// JSON has no other numbers.
  private static void addFinite(JsonObject json, String name, double value) {
    if (Double.isFinite(value)) {
      json.addProperty(name, value);
    }
  }

  private static JsonObject json(PassReport.Decline decline) {
    JsonObject json = new JsonObject();
    json.addProperty("rule", decline.pass());
    json.addProperty("node", decline.node());
    json.addProperty("reason", decline.reason());
    return json;
  }
}
