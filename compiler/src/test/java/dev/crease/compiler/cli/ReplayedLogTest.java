package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.crease.compiler.Compilation;
import dev.crease.compiler.CompilationLog;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayedLogTest {
  private static final Path MODEL = Path.of("src/test/resources/conformance/residual/model.onnx");

  @TempDir Path folder;

  private Path log(Object... options) {
    Path file = folder.resolve("log.json");
    List<Object> arguments = new ArrayList<>(List.of("explain", MODEL, "--log", file));
    Collections.addAll(arguments, options);
    assertThat(CommandLineRun.of(arguments.toArray()).exitCode()).isEqualTo(ExitCode.DONE);
    return file;
  }

  private static void edit(Path file, Consumer<JsonObject> change) throws IOException {
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    change.accept(json);
    Files.writeString(file, json.toString());
  }

  private static CommandLineRun replay(Path file) {
    return CommandLineRun.of("verify", MODEL, "--seeds", 1, "--replay", file);
  }

  private static JsonObject rewrite(JsonObject log, int number) {
    return log.getAsJsonArray("rewrites").get(number - 1).getAsJsonObject();
  }

  @Test
  void whatWasLoggedIsMadeAgain() {
    CommandLineRun run = replay(log());
    assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).containsPattern("\\d+ rewrites as in .*log.json").contains("proved");
  }

  @Test
  void theOptionsAreThoseOfTheLog() {
    Object[] options = {
      "--disable-rule", "merge-branches", "--disable-rewrite", "2", "--exact", "--clone-limit", "9"
    };
    CommandLineRun run = replay(log(options));
    assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.DONE);
    assertThat(replay(log("--stop-after", "1")).out()).contains("1 rewrite as in");
  }

  @Test
  void onlyTheRewritesOfTheLogAreMade() throws IOException {
    Options options = Options.defaults().withoutRewrites(Set.of(2)).stoppingAfter(3);
    Compilation compilation = Compiler.compilation(MODEL, options);
    CompilationLog.Replayed again = CompilationLog.of(MODEL, compilation).replay(MODEL);
    assertThat(again.differences()).isEmpty();
    assertThat(again.compilation().report().rewrites())
        .extracting(rewrite -> rewrite.number())
        .containsExactly(1, 3);
    assertThat(again.compilation().optimized().graph())
        .hasToString(compilation.optimized().graph().toString());
  }

  @Test
  void anotherModelIsTold() throws IOException {
    Path file = log();
    edit(file, log -> log.addProperty("modelSha256", "00ff"));
    CommandLineRun run = replay(file);
    assertThat(run.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(run.out())
        .contains("DIFFERENT --replay " + file + ": the log is of another model")
        .contains("expected the file with SHA-256 00ff, but " + MODEL + " has ")
        .contains("crease explain " + MODEL + " --log " + file)
        .doesNotContain("as in ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rule    | rule is
          node    | node is
          message | message is
          """)
  void anotherRewriteIsTold(String member, String told) throws IOException {
    Path file = log();
    edit(file, log -> rewrite(log, 1).addProperty(member, "other"));
    CommandLineRun run = replay(file);
    assertThat(run.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(run.out()).contains("rewrite 1 ", told, "but the log has other");
  }

  @ParameterizedTest
  @CsvSource({"before, constant before", "after, constant after"})
  void anotherConstantIsTold(String side, String told) throws IOException {
    Path file = log();
    edit(
        file,
        log ->
            rewrite(log, 1)
                .getAsJsonObject(side)
                .getAsJsonArray("constants")
                .get(0)
                .getAsJsonObject()
                .addProperty("sha256", "00ff"));
    CommandLineRun run = replay(file);
    assertThat(run.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(run.out()).contains("rewrite 1 ", told, "with SHA-256 00ff");
  }

  @ParameterizedTest
  @CsvSource({"matched, node matched", "preconditions, precondition", "images, image"})
  void oneEntryLessIsTold(String member, String told) throws IOException {
    Path file = log();
    edit(file, log -> rewrite(log, 1).getAsJsonArray(member).remove(0));
    assertThat(replay(file).out()).contains("rewrite 1 ", told, "but the log has");
  }

  @Test
  void aLineOfAGraphIsTold() throws IOException {
    Path file = log();
    edit(
        file,
        log -> {
          JsonArray text = rewrite(log, 1).getAsJsonObject("after").getAsJsonArray("text");
          text.remove(text.size() - 1);
        });
    assertThat(replay(file).out()).contains("line after", "is }, but the log has missing");
  }

  @Test
  void aRewriteThatIsNotMadeIsTold() throws IOException {
    Path file = log();
    edit(
        file,
        log -> {
          JsonArray rewrites = log.getAsJsonArray("rewrites");
          JsonObject more = rewrites.get(rewrites.size() - 1).getAsJsonObject().deepCopy();
          more.addProperty("number", 99);
          rewrites.add(more);
        });
    assertThat(replay(file).out()).contains("rewrite 99 ", "there is nothing to rewrite any more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {                                  | it is not JSON (line 1, column 2)
          {"format" 2}                       | it is not JSON (line 1, column 1
          []                                 | the file has no `format`
          {"format": 1}                      | its format is 1, expected 2
          {"format": 2}                      | the file has no `modelSha256`
          {"format": 2, "modelSha256": 7}    | must be a string, not 7
          """)
  void whatIsNoLogIsRefused(String text, String told) throws IOException {
    Path file = Files.writeString(folder.resolve("log.json"), text);
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT,
        "log.json is no log of rewrites: ",
        told,
        "verify",
        MODEL,
        "--replay",
        file);
  }

  private void isRefused(Consumer<JsonObject> change, String told) throws IOException {
    Path file = log();
    edit(file, change);
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT,
        "log.json is no log of rewrites: ",
        told,
        "verify",
        MODEL,
        "--replay",
        file);
  }

  @Test
  void partsThatAreNotWhatTheyMustBeAreRefused() throws IOException {
    isRefused(log -> rewrite(log, 1).addProperty("number", 0), "rewrites are counted from 1");
    isRefused(log -> rewrite(log, 2).addProperty("number", 1), "rewrite 1 stands behind rewrite 1");
    isRefused(log -> rewrite(log, 1).addProperty("number", 0.5), "must be an integer, not 0.5");
    isRefused(log -> rewrite(log, 1).remove("after"), "rewrite 1 has no `after`");
    isRefused(log -> rewrite(log, 1).addProperty("matched", "x"), "must be a list");
    isRefused(log -> log.getAsJsonObject("settings").addProperty("cloneLimit", "many"), "\"many\"");
    isRefused(log -> log.getAsJsonObject("settings").addProperty("exact", 1), "true or false");
    isRefused(log -> log.getAsJsonObject("settings").remove("exact"), "settings must be an object");
    isRefused(
        log -> log.getAsJsonObject("settings").getAsJsonArray("withoutRules").add("none"),
        "withoutRules has `none`");
  }

  @Test
  void itDecidesWhatIsRewritten() {
    Path file = log();
    CommandLineRun.failing(
        ExitCode.USAGE,
        "--exact would have no effect",
        "--replay makes the rewrites of",
        "verify",
        MODEL,
        "--replay",
        file,
        "--exact");
    CommandLineRun.failing(
        ExitCode.USAGE,
        "--replay would have no effect",
        "--plan judges",
        "verify",
        MODEL,
        "--replay",
        file,
        "--plan",
        "x.plan");
  }
}
