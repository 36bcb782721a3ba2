package dev.crease.compiler.pass;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What a rewrite asks of a graph before it is made: one thing after the other, up to the first
/// that does not hold.
///
/// @param met what was asked and holds, in order, as short statements for people
/// @param obstacle why the rewrite must not be made, if it must not
public record Preconditions(List<String> met, Optional<String> obstacle) {
  /// Nothing was asked yet.
  public static final Preconditions NONE = new Preconditions(List.of(), Optional.empty());

  public Preconditions {
    met = List.copyOf(met);
  }

  /// One thing that was asked.
  ///
  /// @param fact what holds if there is no obstacle
  public static Preconditions of(String fact, Optional<String> obstacle) {
    return NONE.and(fact, () -> obstacle);
  }

  /// What nothing can hold for.
  public static Preconditions unmet(String obstacle) {
    return new Preconditions(List.of(), Optional.of(obstacle));
  }

  /// Whether all that was asked holds.
  public boolean hold() {
    return obstacle.isEmpty();
  }

  /// These and one more, which is asked only if these hold.
  ///
  /// @param fact what holds if there is no obstacle
  public Preconditions and(String fact, Supplier<Optional<String>> question) {
    return and(() -> question.get().map(Preconditions::unmet).orElseGet(() -> met(fact)));
  }

  /// These and something that the pattern itself has shown to hold.
  public Preconditions and(String fact) {
    return and(() -> met(fact));
  }

  private static Preconditions met(String fact) {
    return new Preconditions(List.of(fact), Optional.empty());
  }

  /// These and more, which are asked only if these hold.
  public Preconditions and(Supplier<Preconditions> more) {
    if (!hold()) {
      return this;
    }
    Preconditions next = more.get();
    Set<String> all = new LinkedHashSet<>(met);
    all.addAll(next.met);
    return new Preconditions(List.copyOf(all), next.obstacle);
  }
}
