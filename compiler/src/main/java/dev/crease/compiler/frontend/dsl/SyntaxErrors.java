package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.NearestName;
import dev.crease.grammar.text.CreaseLexer;
import dev.crease.grammar.text.CreaseParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.FailedPredicateException;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.NoViableAltException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/// Collects syntax errors and words them for people.
final class SyntaxErrors extends BaseErrorListener {
  private static final int MAX_REPORTED = 3;

  private final Source source;
  private final List<Position> positions = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();

  SyntaxErrors(Source source) {
    this.source = source;
  }

  @Override
  public void syntaxError(
      Recognizer<?, ?> recognizer,
      @Nullable Object offendingSymbol,
      int line,
      int column,
      String message,
      @Nullable RecognitionException cause) {
    boolean sameLine = !positions.isEmpty() && positions.getLast().line() == line;
    if (messages.size() < MAX_REPORTED && !sameLine) {
      positions.add(source.at(line, column));
      messages.add(message);
    }
  }

  /// @throws Fault at the first error, with the next few in its message
  void throwIfAny() {
    if (messages.isEmpty()) {
      return;
    }
    Fault fault = positions.getFirst().fault(messages.getFirst());
    for (int i = 1; i < messages.size(); i++) {
      fault.more(positions.get(i), messages.get(i));
    }
    throw fault;
  }

  /// Says what was found and what was expected, in the language's words rather than the parser's.
  static final class Wording extends DefaultErrorStrategy {
    private static final List<String> DEFINITIONS =
        List.of("model", "block", "train", "return", "repeat", "if", "else", "graph", "tensor");

    private static final Set<String> EXPRESSION_STARTS =
        Set.of(
            "NAME",
            "QUOTED",
            "UNKNOWN",
            "NUMBER",
            "STRING",
            "'true'",
            "'false'",
            "'inf'",
            "'nan'",
            "'tensor'",
            "'graph'",
            "'_'",
            "'('",
            "'['",
            "'-'",
            "'!'");
    private static final Set<String> OPERATORS =
        Set.of(
            "'.'", "'['", "'+'", "'-'", "'*'", "'/'", "'%'", "'<'", "'<='", "'>'", "'>='", "'=='",
            "'!='", "'&&'", "'||'");

    @Override
    protected void reportNoViableAlternative(Parser recognizer, NoViableAltException e) {
      report(recognizer, e.getOffendingToken(), e);
    }

    @Override
    protected void reportInputMismatch(Parser recognizer, InputMismatchException e) {
      report(recognizer, e.getOffendingToken(), e);
    }

    @Override
    protected void reportFailedPredicate(Parser recognizer, FailedPredicateException e) {
      report(recognizer, e.getOffendingToken(), e);
    }

    @Override
    protected void reportUnwantedToken(Parser recognizer) {
      reportOnce(recognizer);
    }

    @Override
    protected void reportMissingToken(Parser recognizer) {
      reportOnce(recognizer);
    }

    private void reportOnce(Parser recognizer) {
      if (!inErrorRecoveryMode(recognizer)) {
        beginErrorCondition(recognizer);
        report(recognizer, recognizer.getCurrentToken(), null);
      }
    }

    private void report(Parser recognizer, Token found, @Nullable RecognitionException cause) {
      String message = "expected " + expectation(recognizer) + ", found " + show(found);
      if (found.getType() == CreaseLexer.NAME) {
        message += NearestName.suggestion(found.getText(), DEFINITIONS);
      }
      recognizer.notifyErrorListeners(found, message, cause);
    }

    private static String show(Token token) {
      if (token.getType() == Token.EOF) {
        return "the end of the text";
      }
      String text = token.getText();
      return text.length() > 60 ? text.substring(0, 60) + "..." : "`" + text + "`";
    }

    private static String expectation(Parser recognizer) {
      IntervalSet expected = recognizer.getExpectedTokens();
      TreeSet<String> words = new TreeSet<>();
      boolean expression = expected.contains(CreaseLexer.NUMBER);
      boolean operator = name(expected).contains("'+'");
      for (int type : expected.toList()) {
        words.add(word(type, expression, operator));
      }
      List<String> list = new ArrayList<>(words);
      String last = list.removeLast();
      return list.isEmpty() ? last : String.join(", ", list) + " or " + last;
    }

    private static List<String> name(IntervalSet types) {
      return types.toList().stream().map(CreaseParser.VOCABULARY::getDisplayName).toList();
    }

    private static String word(int type, boolean expression, boolean operator) {
      String display = CreaseParser.VOCABULARY.getDisplayName(type);
      if (expression && EXPRESSION_STARTS.contains(display)) {
        return "an expression";
      }
      if (operator && OPERATORS.contains(display)) {
        return "an operator";
      }
      return switch (display) {
        case "NAME", "QUOTED", "UNKNOWN" -> "a name";
        case "EOF" -> "the end of the text";
        case "HEX" -> "a hexadecimal number";
        default -> display.replace('\'', '`');
      };
    }
  }
}
