package dev.crease.compiler.cli;

import java.lang.reflect.Member;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Which options of a group the command line gives, so that one that would have no effect is
/// refused rather than passed over.
final class GivenOptions {
  private GivenOptions() {}

  /// @param group the class that declares the options
  /// @param allowed names of those that have an effect all the same
  /// @param reason why the others have none, as in `m.plan is compiled already`
  /// @throws UsageException if another of the group is given
  static void refuse(CommandSpec command, Class<?> group, Set<String> allowed, String reason) {
    List<String> given =
        command.commandLine().getParseResult().matchedOptions().stream()
            .filter(option -> isOf(group, option))
            .map(OptionSpec::longestName)
            .filter(name -> !allowed.contains(name))
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
