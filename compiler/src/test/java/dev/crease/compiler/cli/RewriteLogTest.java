package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ConstantHashes;
import dev.crease.compiler.ir.Rewrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewriteLogTest {
  private static final Path MODEL = Path.of("src/test/resources/conformance/residual/model.onnx");

  @TempDir Path folder;

  private JsonObject log(int exitCode, Object... arguments) throws IOException {
    Path file = folder.resolve("log.json");
    Object[] all = List.of(arguments).toArray(new Object[arguments.length + 2]);
    all[arguments.length] = "--log";
    all[arguments.length + 1] = file;
    CommandLineRun run = CommandLineRun.of(all);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(folder).isDirectoryNotContaining(each -> !each.equals(file));
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static List<JsonObject> rewrites(JsonObject log) {
    return log.getAsJsonArray("rewrites").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  @Test
  void everyRewriteIsThereInFull() throws IOException {
    JsonObject log = log(ExitCode.DONE, "explain", MODEL);
    List<Rewrite> made = Compiler.compilation(MODEL, Options.defaults()).report().rewrites();
    List<JsonObject> written = rewrites(log);
    assertThat(written).hasSameSizeAs(made).isNotEmpty();
    for (int i = 0; i < made.size(); i++) {
      JsonObject json = written.get(i);
      assertThat(json.get("number").getAsInt()).isEqualTo(made.get(i).number());
      assertThat(json.get("rule").getAsString()).isEqualTo(made.get(i).pass());
      assertThat(json.getAsJsonArray("preconditions")).isNotEmpty();
      assertThat(json.getAsJsonArray("matched")).isNotEmpty();
      assertThat(json.has("verdict")).isFalse();
      ConstantHashes hashes = new ConstantHashes();
      assertThat(hashesOf(json, "before"))
          .isEqualTo(hashesOf(hashes, made.get(i).replacement().before().constants().values()));
      assertThat(hashesOf(json, "after"))
          .isEqualTo(hashesOf(hashes, made.get(i).replacement().after().constants().values()));
    }
    assertThat(written.getFirst().getAsJsonObject("before").getAsJsonArray("text").get(0))
        .asString()
        .contains("model ");
  }

  private static List<String> hashesOf(JsonObject rewrite, String side) {
    return rewrite.getAsJsonObject(side).getAsJsonArray("constants").asList().stream()
        .map(constant -> constant.getAsJsonObject().get("sha256").getAsString())
        .toList();
  }

  private static List<String> hashesOf(
      ConstantHashes hashes, java.util.Collection<Constant> constants) {
    return constants.stream().map(hashes::of).toList();
  }

  @Test
  void verdictsStandBesideJudgedRewrites() throws IOException {
    JsonObject log = log(ExitCode.DONE, "verify", MODEL, "--seeds", 1);
    assertThat(rewrites(log))
        .allSatisfy(
            json -> {
              assertThat(json.get("verdict").getAsString()).isIn("proved", "bit-identical");
              assertThat(json.get("ofBound").getAsDouble()).isBetween(0.0, 1.0);
              assertThat(json.has("reason")).isFalse();
            });
  }

  @Test
  void declinesAreThereToo() throws IOException {
    Path overridable = Path.of("src/test/resources/conformance/overridable/model.onnx");
    JsonObject log = log(ExitCode.DONE, "explain", overridable);
    assertThat(log.getAsJsonArray("declined").get(0).getAsJsonObject().get("reason").getAsString())
        .contains("overridable default");
  }

  @Test
  void oneRewriteIsToldInFull() {
    String out = CommandLineRun.of("explain", MODEL, "--rewrite", "1,2").out();
    assertThat(out)
        .containsPattern("(?m)^1 [a-z-]+: ")
        .containsPattern("(?m)^2 [a-z-]+: ")
        .contains("  matched\n", "  checked\n", "  before\n    model ", "  after\n    model ")
        .containsPattern("(?m)^    .+: f32\\[\\d.*] sha256 [0-9a-f]{16}$")
        .doesNotContain("BatchNormalization left");
  }

  @Test
  void whatCannotBe() {
    CommandLineRun.failing(
        ExitCode.USAGE,
        "--rewrite 999: there is none",
        "numbered 1 to",
        "explain",
        MODEL,
        "--rewrite",
        999);
    CommandLineRun.failing(
        ExitCode.USAGE,
        "--rewrite 1: there is none",
        "none was made",
        "explain",
        MODEL,
        "--rewrite",
        1,
        "-O0");
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT,
        "cannot write",
        "it is the file to read",
        "explain",
        MODEL,
        "--log",
        MODEL);
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT,
        "there is no folder",
        "",
        "verify",
        MODEL,
        "--log",
        folder.resolve("no/log.json"));
    CommandLineRun early =
        CommandLineRun.failing(
            ExitCode.INVALID_INPUT,
            "cannot write",
            "name too long",
            "explain",
            MODEL,
            "--log",
            folder.resolve("x".repeat(300)));
    assertThat(early.out()).isEmpty();
    CommandLineRun.failing(
        ExitCode.USAGE,
        "--log would have no effect",
        "--plan judges",
        "verify",
        MODEL,
        "--plan",
        "x.plan",
        "--log",
        folder.resolve("log.json"));
  }
}
