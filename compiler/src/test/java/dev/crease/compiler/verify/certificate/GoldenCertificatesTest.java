package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.pass.OnePass;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.verify.GoldenModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rewrites of each golden file, by the pass that it is about alone.
class GoldenCertificatesTest {
  /// Each of their rewrites is proved.
  private static final Set<String> PROVED =
      Set.of(
          "fold-parts",
          "fold-batch-norm",
          "fold-channel-affine",
          "fold-forward",
          "merge-affine",
          "merge-branches",
          "merge-pad",
          "merge-equal-nodes",
          "remove-identity",
          "compose-convolutions",
          "constant-target-shape",
          "fuse-convolution-activation",
          "fuse-convolution-residual");

  /// Files of other passes that are proved, too.
  private static final Map<String, List<String>> ALSO_PROVED =
      Map.of(
          "fold-constants", List.of("identity.txt", "transpose.txt", "returned.txt", "splat.txt"),
          "inline-branch",
              List.of(
                  "constant.txt", "from-shapes.txt", "inside-a-branch.txt", "passed-through.txt"));

  static Stream<Path> files() throws IOException {
    List<String> passes = Pipeline.inference().names();
    return GoldenModels.files().filter(file -> passes.contains(passOf(file)));
  }

  private static String passOf(Path file) {
    return file.getParent().getFileName().toString();
  }

  /// What no certificate covers: padding by the size of the picture is no form of its own, and a
  /// sum with a constant along another axis than the channels is an atom before a convolution.
  private static final Map<String, Set<String>> LEFT =
      Map.of(
          "compose-convolutions",
          Set.of("padding-by-size.txt"),
          "fold-forward",
          Set.of(
              "across-a-constant.txt",
              "across-a-constant-added.txt",
              "across-a-constant-behind-clips.txt",
              "across-a-constant-behind-three-clips.txt",
              "across-a-constant-of-signals.txt",
              "across-a-constant-quarter.txt",
              "across-a-constant-taken-from.txt"));

  static boolean isLeft(Path file) {
    return LEFT.getOrDefault(passOf(file), Set.of()).contains(file.getFileName().toString());
  }

  private static boolean mustBeProved(Path file) {
    return (PROVED.contains(passOf(file)) && !isLeft(file))
        || ALSO_PROVED
            .getOrDefault(passOf(file), List.of())
            .contains(file.getFileName().toString());
  }

  private static List<Rewrite> rewrites(Path file) {
    return OnePass.run(passOf(file), GoldenModels.read(file)).rewrites();
  }

  @ParameterizedTest
  @MethodSource("files")
  void noneIsRefutedAndFoldsAreProved(Path file) {
    for (Rewrite rewrite : rewrites(file)) {
      Finding finding = Certificate.of(rewrite.replacement());
      assertThat(finding).as("%s", rewrite).isNotInstanceOf(Finding.Refuted.class);
      if (mustBeProved(file)) {
        assertThat(finding).as("%s", rewrite).isInstanceOf(Finding.Proved.class);
      }
    }
  }

  @Test
  void thereAreRewritesOfEachPass() throws IOException {
    Set<String> rewritten =
        files()
            .filter(file -> !rewrites(file).isEmpty())
            .map(GoldenCertificatesTest::passOf)
            .collect(java.util.stream.Collectors.toSet());
    assertThat(rewritten).containsAll(PROVED).containsAll(ALSO_PROVED.keySet());
  }
}
