package dev.crease.compiler.pass;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// What of the pipeline to run, to find the one rewrite that goes wrong or to leave it out.
///
/// @param lastRewrite the number of the last rewrite made; rewrites are counted from 1
/// @param disabledPasses names of passes that are left out
/// @param disabledRewrites numbers of rewrites that are left out
/// @param dumps a folder to write the graph into after every pass that changed it
public record PassOptions(
    int lastRewrite,
    Set<String> disabledPasses,
    Set<Integer> disabledRewrites,
    Optional<Path> dumps) {
  public PassOptions {
    disabledPasses = Set.copyOf(disabledPasses);
    disabledRewrites = Set.copyOf(disabledRewrites);
    if (lastRewrite < 0) {
      throw new IllegalArgumentException("rewrites are counted from 1, got " + lastRewrite);
    }
  }

  /// Everything runs, nothing is dumped.
  public static PassOptions defaults() {
    return new PassOptions(Integer.MAX_VALUE, Set.of(), Set.of(), Optional.empty());
  }

  public PassOptions stoppingAfter(int rewrite) {
    return new PassOptions(rewrite, disabledPasses, disabledRewrites, dumps);
  }

  public PassOptions without(Set<String> passes) {
    return new PassOptions(lastRewrite, passes, disabledRewrites, dumps);
  }

  public PassOptions withoutRewrites(Set<Integer> rewrites) {
    return new PassOptions(lastRewrite, disabledPasses, rewrites, dumps);
  }

  public PassOptions dumpingTo(Path folder) {
    return new PassOptions(lastRewrite, disabledPasses, disabledRewrites, Optional.of(folder));
  }

  public PassOptions withoutDumps() {
    return new PassOptions(lastRewrite, disabledPasses, disabledRewrites, Optional.empty());
  }
}
