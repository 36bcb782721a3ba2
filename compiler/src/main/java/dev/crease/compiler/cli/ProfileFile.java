package dev.crease.compiler.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.crease.compiler.Version;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.StepInfo;
import dev.crease.runtime.roofline.Roofline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/// A profile as a file, for tools and for keeping.
///
/// ```
/// {
///   "format": 1,
///   "compiler": "crease 1.0",
///   "model": "net.onnx",
///   "threads": 2, "kernels": "auto",
///   "roofline": {"gigaflops": 215.0, "bandwidths": [{"bytes": 65536, "gigabytes": 108.0}, ...]},
///   "runs": 800,
///   "run": {"median": 3530000, "fastest": 3400000}, "outside": 50000,
///   "total": {"nanoseconds": ..., and more as for a step},
///   "steps": [{
///     "index": 1, "slot": 4, "name": "r1", "operation": "Conv", "kernel": "direct 3x3/2",
///     "shape": [1, 64, 111, 111], "calls": 1, "fastest": 400000,
///     "nanoseconds": 412000, "share": 0.117, "operations": 42581376, "bytes": 3962944,
///     "gigaflops": 103.4, "gigabytes": 9.6, "ofRoof": 0.48, "bound": "compute"
///   }, ...]
/// }
/// ```
///
/// Times are nanoseconds, those of steps medians; `operations`, `bytes` and `nanoseconds` are of
/// all `calls` in a run, rates for a second. `operations` is missing where it is not counted, a
/// rate where no time passed. Steps are in the order in which they run.
record ProfileFile(Path model, SessionOptions options, Profile profile, Roofline roofline) {
  private static final int FORMAT = 1;
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /// @throws InputException if the file cannot be written
  void write(Path file) {
    byte[] bytes = (GSON.toJson(json()) + "\n").getBytes(StandardCharsets.UTF_8);
    OutputFile.write(file, out -> out.write(bytes));
  }

  private JsonObject json() {
    JsonObject run = new JsonObject();
    run.addProperty("median", profile.median());
    run.addProperty("fastest", profile.fastest());
    JsonObject json = new JsonObject();
    json.addProperty("format", FORMAT);
    json.addProperty("compiler", "crease " + Version.current());
    json.addProperty("model", model.toString());
    json.addProperty("threads", options.threads());
    json.addProperty("kernels", options.kernels().name().toLowerCase(Locale.ROOT));
    json.add("roofline", machine());
    json.addProperty("runs", profile.runs());
    json.add("run", run);
    json.addProperty("outside", profile.outside());
    StepCost total = StepCost.NONE;
    JsonArray steps = new JsonArray();
    for (Profile.Entry entry : profile.entries()) {
      StepCost cost = StepCost.of(entry, roofline);
      total = total.plus(cost);
      steps.add(step(entry, cost));
    }
    JsonObject sum = new JsonObject();
    addCost(sum, total);
    json.add("total", sum);
    json.add("steps", steps);
    return json;
  }

  private JsonObject machine() {
    JsonArray bandwidths = new JsonArray();
    for (Roofline.Bandwidth each : roofline.bandwidths()) {
      JsonObject bandwidth = new JsonObject();
      bandwidth.addProperty("bytes", each.bytes());
      bandwidth.addProperty("gigabytes", each.bytesPerSecond() / 1e9);
      bandwidths.add(bandwidth);
    }
    JsonObject json = new JsonObject();
    json.addProperty("gigaflops", roofline.operationsPerSecond() / 1e9);
    json.add("bandwidths", bandwidths);
    return json;
  }

  private JsonObject step(Profile.Entry entry, StepCost cost) {
    StepInfo step = entry.step();
    JsonArray shape = new JsonArray();
    step.shape().forEach(shape::add);
    JsonObject json = new JsonObject();
    json.addProperty("index", step.index());
    json.addProperty("slot", step.slot());
    json.addProperty("name", step.name());
    json.addProperty("operation", step.operation());
    json.addProperty("kernel", step.kernel());
    json.add("shape", shape);
    json.addProperty("calls", entry.calls());
    json.addProperty("fastest", entry.fastest());
    addCost(json, cost);
    return json;
  }

  private void addCost(JsonObject json, StepCost cost) {
    json.addProperty("nanoseconds", cost.nanoseconds());
    addFinite(json, "share", (double) cost.nanoseconds() / profile.inSteps());
    cost.operations().ifPresent(operations -> json.addProperty("operations", operations));
    json.addProperty("bytes", cost.bytes());
    if (cost.operations().isPresent()) {
      addFinite(json, "gigaflops", cost.gigaflops());
    }
    addFinite(json, "gigabytes", cost.gigabytes());
    addFinite(json, "ofRoof", cost.ofRoof());
    json.addProperty("bound", cost.bound());
  }

  /// JSON has no other numbers.
  private static void addFinite(JsonObject json, String name, double value) {
    if (Double.isFinite(value)) {
      json.addProperty(name, value);
    }
  }
}
