package dev.crease.compiler.cli;

import java.lang.reflect.Member;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Which options the command line gives, so that one that would have no effect is refused rather
/// than passed over.
final class GivenOptions {
  private GivenOptions() {}

  /// @param names of those that have no effect
  /// @param reason why, as in `m.plan is compiled already`
  /// @throws UsageException if one of them is given
  static void refuse(CommandSpec command, Set<String> names, String reason) {
    refuse(command, option -> names.contains(option.longestName()), reason);
  }

  /// @param group the class that declares the options
  /// @param allowed names of those that have an effect all the same
  /// @throws UsageException if another of the group is given
  static void refuseAllBut(
      CommandSpec command, Class<?> group, Set<String> allowed, String reason) {
    refuse(
        command, option -> isOf(group, option) && !allowed.contains(option.longestName()), reason);
  }

  private static void refuse(CommandSpec command, Predicate<OptionSpec> useless, String reason) {
    List<String> given =
        command.commandLine().getParseResult().matchedOptions().stream()
            .filter(useless)
            .map(OptionSpec::longestName)
            .distinct()
            .toList();
    if (!given.isEmpty()) {
      throw new UsageException(
          "%s would have no effect: %s; leave it out".formatted(String.join(", ", given), reason));
    }
  }

  private static boolean isOf(Class<?> group, OptionSpec option) {
    return option.userObject() instanceof Member member && member.getDeclaringClass() == group;
  }
}
