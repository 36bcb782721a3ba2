package dev.crease.compiler.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Rows of cells under headings, each column as wide as its widest cell: numbers to the right,
/// words to the left.
final class TextTable {
  private static final String GAP = "  ";

  private final int numbers;
  private final List<List<String>> rows = new ArrayList<>();

  /// @param numbers how many columns, from the first on, are numbers
  TextTable(int numbers, String... headings) {
    this.numbers = numbers;
    rows.add(List.of(headings));
  }

  void row(List<String> cells) {
    if (cells.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "a row of %d cells under %s".formatted(cells.size(), rows.getFirst()));
    }
    rows.add(List.copyOf(cells));
  }

  void print(PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        String space = " ".repeat(width(column) - cell.length());
        line.append(column == 0 ? "" : GAP);
        line.append(column < numbers ? space + cell : cell + space);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
