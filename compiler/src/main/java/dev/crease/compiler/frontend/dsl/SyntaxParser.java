package dev.crease.compiler.frontend.dsl;

import dev.crease.grammar.text.CreaseLexer;
import dev.crease.grammar.text.CreaseParser;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;

/// From text to a [Document], within bounds: whatever the text, the parser's stack stays shallow.
final class SyntaxParser {
  static final int MAX_CHARACTERS = 1 << 23;
  static final int MAX_NESTING = 100;
  private static final int MAX_TREE_DEPTH = 600;
  private static final int MAX_NAME = 1000;

  private final Source source;

  private SyntaxParser(Source source) {
    this.source = source;
  }

  /// @throws Fault at the first mistake
  static Document parse(Source source) {
    return new SyntaxParser(source).parse();
  }

  private Document parse() {
    checkCharacters();
    CreaseLexer lexer = new CreaseLexer(CharStreams.fromString(source.text(), source.name()));
    lexer.removeErrorListeners();
    CreaseParser parser =
        new CreaseParser(new CommonTokenStream(new ListTokenSource(checkedTokens(lexer))));
    SyntaxErrors errors = new SyntaxErrors(source);
    parser.removeErrorListeners();
    parser.addErrorListener(errors);
    parser.setErrorHandler(new SyntaxErrors.Wording());
    CreaseParser.FileContext tree = parser.file();
    errors.throwIfAny();
    checkDepth(tree);
    return new SyntaxTree(source).document(tree);
  }

  private void checkCharacters() {
    String text = source.text();
    if (text.length() > MAX_CHARACTERS) {
      throw source
          .at(1, 0)
          .fault(
              "the text has %d characters, more than %d; put large tensors into a weights file"
                  .formatted(text.length(), MAX_CHARACTERS));
    }
    int line = 1;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
        start = i + 1;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw source
            .at(line, i - start)
            .fault("half a character (\\u%04x); write it as an escape".formatted((int) c));
      }
    }
  }

  private List<Token> checkedTokens(CreaseLexer lexer) {
    List<Token> tokens = new ArrayList<>();
    int brackets = 0;
    int prefixes = 0;
    for (Token token = lexer.nextToken(); ; token = lexer.nextToken()) {
      tokens.add(token);
      if (token.getType() == Token.EOF) {
        return tokens;
      }
      checkToken(token);
      char first = token.getText().charAt(0);
      switch (first) {
        case '(', '[', '{' -> brackets++;
        case ')', ']', '}' -> brackets--;
        default -> {}
      }
      prefixes = first == '-' || first == '!' ? prefixes + 1 : 0;
      if (brackets + prefixes > MAX_NESTING) {
        throw position(token).fault("nested deeper than " + MAX_NESTING + " levels");
      }
    }
  }

  private void checkToken(Token token) {
    switch (token.getType()) {
      case CreaseLexer.OPEN_COMMENT ->
          throw position(token).fault("this comment is never closed; end it with */");
      case CreaseLexer.OPEN_STRING ->
          throw position(token)
              .fault(
                  "this string does not end on its line, or holds an unknown escape; known are"
                      + " \\\" \\` \\\\ \\n \\r \\t \\uXXXX");
      case CreaseLexer.OPEN_QUOTE ->
          throw position(token)
              .fault("this quoted name does not end on its line, or holds an unknown escape");
      case CreaseLexer.STRAY ->
          throw position(token)
              .fault("the character " + show(token.getText()) + " has no meaning here");
      case CreaseLexer.NAME, CreaseLexer.NUMBER -> {
        if (token.getText().length() > MAX_NAME) {
          throw position(token).fault("a word of more than " + MAX_NAME + " characters");
        }
      }
      default -> {}
    }
  }

  private static String show(String character) {
    int codePoint = character.codePointAt(0);
    return Character.isISOControl(codePoint) || codePoint > 126
        ? "U+%04X".formatted(codePoint)
        : "`" + character + "`";
  }

  /// Chains such as `a + b + c` nest without brackets.
  private void checkDepth(ParserRuleContext root) {
    record Visit(ParseTree tree, int depth) {}
    Deque<Visit> open = new ArrayDeque<>();
    open.push(new Visit(root, 0));
    while (!open.isEmpty()) {
      Visit visit = open.pop();
      if (!(visit.tree() instanceof ParserRuleContext context)) {
        continue;
      }
      if (visit.depth() > MAX_TREE_DEPTH) {
        throw position(context.start).fault("this expression is too long; split it into several");
      }
      for (int i = 0; i < context.getChildCount(); i++) {
        open.push(new Visit(context.getChild(i), visit.depth() + 1));
      }
    }
  }

  private Position position(Token token) {
    return source.at(token.getLine(), token.getCharPositionInLine());
  }
}
