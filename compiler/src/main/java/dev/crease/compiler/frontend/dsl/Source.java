package dev.crease.compiler.frontend.dsl;

/// A text being read, with the name that messages call it by.
record Source(String name, String text) {
  /// Longer lines are cut in messages.
  private static final int MAX_SHOWN = 160;

  Position at(int line, int column) {
    return new Position(this, line, column);
  }

  /// The line of this number, counted from 1, without its end.
  String line(int number) {
    int start = 0;
    for (int i = 1; i < number; i++) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        return "";
      }
      start = end + 1;
    }
    int end = text.indexOf('\n', start);
    return text.substring(start, end < 0 ? text.length() : end).stripTrailing();
  }

  /// The line with a caret under the column, as two lines of a message.
  String excerpt(int line, int column) {
    String shown = line(line).replace('\t', ' ');
    int from = column > MAX_SHOWN - 20 ? column - MAX_SHOWN / 2 : 0;
    from = Math.min(from, shown.length());
    shown = shown.substring(from, Math.min(shown.length(), from + MAX_SHOWN));
    String margin = "%5d | ".formatted(line);
    return margin + shown + "\n" + " ".repeat(5) + " | " + " ".repeat(column - from) + "^";
  }
}
