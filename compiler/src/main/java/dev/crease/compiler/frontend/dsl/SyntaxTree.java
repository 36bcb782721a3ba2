package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.dsl.Expression.Argument;
import dev.crease.compiler.frontend.dsl.ModelSyntax.Declaration;
import dev.crease.compiler.frontend.dsl.Statement.Target;
import dev.crease.grammar.text.CreaseParser;
import dev.crease.grammar.text.CreaseParser.*;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/// From the parser's tree, free of errors, to a [Document].
final class SyntaxTree {
  private final Source source;

  SyntaxTree(Source source) {
    this.source = source;
  }

  Document document(FileContext file) {
    List<Document.Annotation> annotations = new ArrayList<>();
    List<Document.BlockSyntax> blocks = new ArrayList<>();
    Optional<ModelSyntax> model = Optional.empty();
    for (DefinitionContext definition : file.definition()) {
      if (definition.annotation() != null) {
        AnnotationContext annotation = definition.annotation();
        annotations.add(
            new Document.Annotation(
                identifier(annotation.identifier()), arguments(annotation.arguments())));
      } else if (definition.blockDefinition() != null) {
        blocks.add(block(definition.blockDefinition()));
      } else if (definition.trainDefinition() != null) {
        throw Fault.unsupported(
            at(definition.start),
            "`train` is not compiled yet; take this definition out to compile the model");
      } else if (model.isPresent()) {
        throw at(definition.start).fault("a text defines one model; this is the second");
      } else {
        ModelDefinitionContext context = definition.modelDefinition();
        model = Optional.of(model(context.identifier(), context.signature(), context.body()));
      }
    }
    return new Document(annotations, blocks, model);
  }

  private Document.BlockSyntax block(BlockDefinitionContext context) {
    List<Document.Parameter> parameters =
        context.parameter().stream()
            .map(
                parameter ->
                    new Document.Parameter(
                        identifier(parameter.identifier()), optional(parameter.expression())))
            .toList();
    return new Document.BlockSyntax(
        identifier(context.identifier()), parameters, statements(context.body()));
  }

  private ModelSyntax model(IdentifierContext name, SignatureContext signature, BodyContext body) {
    List<ModelSyntax.Input> inputs =
        signature.input().stream()
            .map(
                input ->
                    new ModelSyntax.Input(
                        declaration(input.declaration()), optional(input.expression())))
            .toList();
    return new ModelSyntax(
        identifier(name),
        inputs,
        signature.declaration().stream().map(this::declaration).toList(),
        statements(body));
  }

  private Declaration declaration(DeclarationContext context) {
    return new Declaration(identifier(context.identifier()), type(context.type()));
  }

  private TypeName type(TypeContext context) {
    if (context.tensorType() != null) {
      return type(context.tensorType());
    }
    TypeName held = type(context.type());
    List<Identifier> holders = new ArrayList<>(List.of(identifier(context.identifier())));
    holders.addAll(held.holders());
    return new TypeName(holders, held.element(), held.dims());
  }

  private TypeName type(TensorTypeContext context) {
    return new TypeName(
        List.of(), identifier(context.identifier()), expressions(context.expression()));
  }

  private List<Statement> statements(BodyContext body) {
    List<Statement> statements = new ArrayList<>();
    for (StatementContext context : body.statement()) {
      if (!statements.isEmpty() && statements.getLast() instanceof Statement.Return) {
        throw at(context.start).fault("nothing can follow `return`");
      }
      statements.add(statement(context));
    }
    return statements;
  }

  private Statement statement(StatementContext context) {
    Position position = at(context.start);
    if (context.assignment() != null) {
      return assignment(context.assignment());
    }
    if (context.returnStatement() != null) {
      return new Statement.Return(expressions(context.returnStatement().expression()), position);
    }
    if (context.repeatStatement() != null) {
      RepeatStatementContext repeat = context.repeatStatement();
      return new Statement.Repeat(
          expression(repeat.expression()), statements(repeat.body()), position);
    }
    IfStatementContext choice = context.ifStatement();
    List<Statement.Branch> branches = new ArrayList<>();
    for (int i = 0; i < choice.expression().size(); i++) {
      branches.add(
          new Statement.Branch(expression(choice.expression(i)), statements(choice.body(i))));
    }
    boolean otherwise = choice.body().size() > branches.size();
    return new Statement.If(
        branches, otherwise ? statements(choice.body().getLast()) : List.of(), position);
  }

  private Statement assignment(AssignmentContext context) {
    List<Target> targets = new ArrayList<>();
    for (TargetContext target : context.target()) {
      targets.add(
          target.identifier() == null
              ? new Target(Optional.empty(), Optional.empty())
              : new Target(
                  Optional.of(identifier(target.identifier())),
                  Optional.ofNullable(target.type()).map(this::type)));
    }
    Optional<Identifier> nodeName = Optional.ofNullable(context.identifier()).map(this::identifier);
    return new Statement.Assignment(
        targets, expression(context.expression()), nodeName, at(context.start));
  }

  private List<Expression> expressions(List<ExpressionContext> contexts) {
    return contexts.stream().map(this::expression).toList();
  }

  private Optional<Expression> optional(@Nullable ExpressionContext context) {
    return Optional.ofNullable(context).map(this::expression);
  }

  private Expression expression(ExpressionContext context) {
    Position position = at(context.start);
    return switch (context) {
      case SimpleContext simple -> primary(simple.primary());
      case MemberContext member ->
          new Expression.Member(
              expression(member.expression()), identifier(member.identifier()), position);
      case IndexContext index ->
          new Expression.Index(
              expression(index.expression(0)), expression(index.expression(1)), position);
      case PrefixContext prefix ->
          new Expression.Prefix(
              prefix.operator.getText(), expression(prefix.expression()), position);
      case InfixContext infix ->
          new Expression.Infix(
              infix.operator.getText(),
              expression(infix.expression(0)),
              expression(infix.expression(1)),
              at(infix.operator));
      default -> throw new IllegalStateException("unknown expression " + context.getClass());
    };
  }

  private Expression primary(PrimaryContext context) {
    Position position = at(context.start);
    return switch (context) {
      case NumberContext number -> new Expression.Number(number.getText(), position);
      case TextContext text -> new Expression.Text(unquote(text.getText(), position), position);
      case TruthContext truth -> new Expression.Truth(truth.getText().equals("true"), position);
      case InfinityContext _ -> new Expression.Infinity(position);
      case NotANumberContext nan ->
          new Expression.NotANumber(
              Optional.ofNullable(nan.HEX()).map(bits -> bits.getText()), position);
      case AbsentContext _ -> new Expression.Absent(position);
      case CallContext call ->
          new Expression.Call(identifier(call.identifier()), arguments(call.arguments()));
      case NameContext name -> new Expression.Name(identifier(name.identifier()));
      case ListContext list -> new Expression.Listing(expressions(list.expression()), position);
      case TensorContext tensor ->
          new Expression.TensorOf(
              type(tensor.tensorType()), expression(tensor.expression()), position);
      case GraphContext graph ->
          new Expression.GraphOf(
              model(graph.identifier(), graph.signature(), graph.body()), position);
      case GroupContext group -> expression(group.expression());
      default -> throw new IllegalStateException("unknown expression " + context.getClass());
    };
  }

  private List<Argument> arguments(ArgumentsContext context) {
    return context.argument().stream()
        .map(
            argument ->
                new Argument(
                    Optional.ofNullable(argument.identifier()).map(this::identifier),
                    expression(argument.expression())))
        .toList();
  }

  private Identifier identifier(IdentifierContext context) {
    Token token = context.start;
    boolean quoted = token.getType() == CreaseParser.QUOTED;
    String text = token.getText();
    return new Identifier(quoted ? unquote(text, at(token)) : text, quoted, at(token));
  }

  private static String unquote(String token, Position position) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < token.length() - 1; i++) {
      char c = token.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      i++;
      char escape = token.charAt(i);
      switch (escape) {
        case '"', '`', '\\' -> text.append(escape);
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          text.append((char) Integer.parseInt(token, i + 1, i + 5, 16));
          i += 4;
        }
        default -> throw position.fault("unknown escape \\" + escape);
      }
    }
    return text.toString();
  }

  private Position at(Token token) {
    return source.at(token.getLine(), token.getCharPositionInLine());
  }
}
