package dev.crease.compiler;

import dev.crease.compiler.ir.ConstantHashes;
import dev.crease.compiler.ir.Rewrite;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Every rewrite of a compilation, and what is needed to make them again.
///
/// ```
/// CompilationLog log = CompilationLog.of(file, Compiler.compilation(file, options));
/// CompilationLog.Replayed again = log.replay(file);    // no differences
/// ```
///
/// @param modelSha256 of the model's file, without files that it refers to; the constants of
///   rewrites have hashes of their own
/// @param options by which rewrites were found; those that only say where to stop, or what to leave
///   out by number, follow from the numbers of `rewrites`
/// @param rewrites in order of their numbers
public record CompilationLog(String modelSha256, Options options, List<LoggedRewrite> rewrites) {
  /// @throws IllegalArgumentException unless rewrites are numbered upwards from 1 or more
  public CompilationLog {
    rewrites = List.copyOf(rewrites);
    int last = 0;
    for (LoggedRewrite rewrite : rewrites) {
      if (rewrite.number() <= last) {
        throw new IllegalArgumentException(
            last == 0
                ? "rewrites are counted from 1, but there is number " + rewrite.number()
                : "rewrite %d stands behind rewrite %d".formatted(rewrite.number(), last));
      }
      last = rewrite.number();
    }
  }

  /// Computes and hashes the constants of all rewrites.
  public static CompilationLog of(Path model, Compilation compilation) throws IOException {
    ConstantHashes hashes = new ConstantHashes();
    return new CompilationLog(
        sha256(model),
        compilation.options(),
        compilation.report().rewrites().stream()
            .map(rewrite -> LoggedRewrite.of(rewrite, hashes))
            .toList());
  }

  /// For another machine, which makes no difference to rewrites.
  public CompilationLog withTarget(Target target) {
    return new CompilationLog(modelSha256, options.withTarget(target), rewrites);
  }

  /// A compilation that made the rewrites of a log, and only those.
  ///
  /// @param differences what is not as the log has it; empty if all is
  public record Replayed(Compilation compilation, List<String> differences) {
    public Replayed {
      differences = List.copyOf(differences);
    }
  }

  /// Makes the rewrites of these numbers again, and compares each with the one in the log: its
  /// rule, its nodes, both sides and their constants.
  public Replayed replay(Path model) throws IOException {
    List<String> differences = new ArrayList<>();
    String hash = sha256(model);
    if (!hash.equals(modelSha256)) {
      differences.add(
          "the log is of another model, or of this one before it changed: expected the file with SHA-256 %s, but %s has %s"
              .formatted(modelSha256, model, hash));
    }
    Compilation compilation = Compiler.compilation(model, exactly());
    Map<Integer, Rewrite> made =
        compilation.report().rewrites().stream()
            .collect(Collectors.toMap(Rewrite::number, Function.identity()));
    ConstantHashes hashes = new ConstantHashes();
    for (LoggedRewrite logged : rewrites) {
      Optional.ofNullable(made.get(logged.number()))
          .map(rewrite -> logged.difference(LoggedRewrite.of(rewrite, hashes)))
          .orElseGet(
              () ->
                  Optional.of(
                      "rewrite %d %s: there is nothing to rewrite any more"
                          .formatted(logged.number(), logged.rule())))
          .ifPresent(differences::add);
    }
    return new Replayed(compilation, differences);
  }

  /// The options that make the rewrites of these numbers alone.
  private Options exactly() {
    int last = rewrites.isEmpty() ? 0 : rewrites.getLast().number();
    Set<Integer> numbers =
        rewrites.stream().map(LoggedRewrite::number).collect(Collectors.toUnmodifiableSet());
    Set<Integer> gaps =
        IntStream.rangeClosed(1, last)
            .filter(number -> !numbers.contains(number))
            .boxed()
            .collect(Collectors.toUnmodifiableSet());
    return options.withoutRewrites(gaps).stoppingAfter(last);
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
