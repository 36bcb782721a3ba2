package dev.crease.compiler.cli;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.roofline.Roofline;
import dev.crease.runtime.roofline.Roofline.Bandwidth;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A profile as tables for people: the steps, the kinds of operations, and the sums.
final class ProfileTable {
  /// The order of the steps.
  enum Sorting {
    TIME,
    ORDER
  }

  /// Sizes between the least and the largest whose bandwidths are told, one in so many.
  private static final int BANDWIDTHS_TOLD = 3;

  private final Profile profile;
  private final Roofline roofline;

  ProfileTable(Profile profile, Roofline roofline) {
    this.profile = profile;
    this.roofline = roofline;
  }

  /// @param top most rows of the first table
  void print(PrintWriter out, Sorting sorting, int top) {
    out.println(machine());
    out.println();
    printSteps(out, sorting, top);
    out.println();
    printOperations(out);
    out.println();
    printSums(out);
  }

  private String machine() {
    List<Bandwidth> all = roofline.bandwidths();
    List<String> told = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (i % BANDWIDTHS_TOLD == 0 || i == all.size() - 1) {
        Bandwidth each = all.get(i);
        told.add(
            "%s GB/s over %s"
                .formatted(number(each.bytesPerSecond() / 1e9), Quantity.bytes(each.bytes())));
      }
    }
    return "roofline: %s GFLOP/s; reads %s"
        .formatted(number(roofline.operationsPerSecond() / 1e9), String.join(", ", told));
  }

  private void printSteps(PrintWriter out, Sorting sorting, int top) {
    List<Profile.Entry> entries =
        switch (sorting) {
          case ORDER -> profile.entries();
          case TIME ->
              profile.entries().stream()
                  .sorted(Comparator.comparingLong(Profile.Entry::median).reversed())
                  .toList();
        };
    TextTable table =
        new TextTable(
            6,
            "time us",
            "share",
            "GFLOP/s",
            "GB/s",
            "of roof",
            "step",
            "bound",
            "operation",
            "kernel",
            "result",
            "name");
    for (Profile.Entry entry : entries.subList(0, Math.min(top, entries.size()))) {
      StepInfo step = entry.step();
      StepCost cost = StepCost.of(entry, roofline);
      List<String> row = numbers(cost);
      row.addAll(
          List.of(
              Integer.toString(step.index()),
              cost.bound(),
              step.operation() + (entry.calls() > 1 ? " x " + entry.calls() : ""),
              step.kernel(),
              step.shape().toString(),
              name(step)));
      table.row(row);
    }
    table.print(out);
    if (top < entries.size()) {
      long left = entries.stream().skip(top).mapToLong(Profile.Entry::median).sum();
      out.printf(
          "and %s more, %s of the time%n",
          Quantity.of(entries.size() - (long) top, "step"), percent(share(left)));
    }
  }

  /// As the model or, where it has none, the plan's text names what is written.
  private static String name(StepInfo step) {
    return step.slot() < 0 ? "" : step.name().isEmpty() ? "%" + step.slot() : step.name();
  }

  private void printOperations(PrintWriter out) {
    Map<String, StepCost> costs =
        profile.entries().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.step().operation(),
                    entry -> StepCost.of(entry, roofline),
                    StepCost::plus,
                    LinkedHashMap::new));
    TextTable table =
        new TextTable(6, "time us", "share", "GFLOP/s", "GB/s", "of roof", "steps", "operation");
    costs.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, StepCost>>comparingLong(
                    entry -> entry.getValue().nanoseconds())
                .reversed())
        .forEach(entry -> table.row(row(entry.getValue(), entry.getKey())));
    table.row(row(total(), "all"));
    table.print(out);
  }

  private List<String> row(StepCost cost, String operation) {
    List<String> row = numbers(cost);
    row.add(Integer.toString(cost.steps()));
    row.add(operation);
    return row;
  }

  /// Time, share, and the three rates, `-` where there is nothing to count.
  private List<String> numbers(StepCost cost) {
    List<String> cells = new ArrayList<>();
    cells.add(number(cost.nanoseconds() / 1e3));
    cells.add(percent(share(cost.nanoseconds())));
    cells.add(cost.operations().orElse(0) == 0 ? "-" : number(cost.gigaflops()));
    cells.add(cost.bytes() == 0 ? "-" : number(cost.gigabytes()));
    cells.add(cost.least() == 0 ? "-" : percent(cost.ofRoof()));
    return cells;
  }

  private StepCost total() {
    return profile.entries().stream()
        .map(entry -> StepCost.of(entry, roofline))
        .reduce(StepCost.NONE, StepCost::plus);
  }

  private void printSums(PrintWriter out) {
    StepCost total = total();
    out.printf(
        "steps    %s in %s: %s, %s%n",
        Quantity.nanoseconds(total.nanoseconds()),
        Quantity.of(total.steps(), "step"),
        Quantity.operations(total.operations().orElse(0)),
        Quantity.bytes(total.bytes()));
    out.printf("outside  %s%n", Quantity.nanoseconds(profile.outside()));
    out.printf(
        "run      median %s, fastest %s%n",
        Quantity.nanoseconds(profile.median()), Quantity.nanoseconds(profile.fastest()));
  }

  private double share(long nanoseconds) {
    return profile.inSteps() == 0 ? 0 : (double) nanoseconds / profile.inSteps();
  }

  private static String percent(double part) {
    return Double.isFinite(part) ? String.format(Locale.ROOT, "%.1f%%", 100 * part) : "-";
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "-";
  }
}
