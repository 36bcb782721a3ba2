/// The Crease language: what users write models in, and the text form of every graph.
///
/// White space and line ends only separate tokens. What the constructs mean is told in the package
/// documentation of the compiler's `frontend.dsl`.
grammar Crease;

file : definition* EOF ;

definition
  : annotation
  | modelDefinition
  | blockDefinition
  | trainDefinition
  ;

/// `@producer("...")`, `@metadata("key", "value")`, `@weights("file", bytes = 4096)`
annotation : '@' identifier arguments ;

modelDefinition : 'model' identifier signature body ;

signature : '(' (input (',' input)*)? ')' '->' '(' (declaration (',' declaration)*)? ')' ;

input : declaration ('=' expression)? ;

declaration : identifier ':' type ;

/// A tensor's, or `seq(f32)`, `optional(f32)`, `optional(seq(f32))`.
type
  : tensorType
  | identifier '(' type ')'
  ;

/// `f32[N, 3, 224, 224]`; `f32[]` or `f32` for a scalar.
tensorType : identifier ('[' (expression (',' expression)*)? ']')? ;

blockDefinition : 'block' identifier '(' (parameter (',' parameter)*)? ')' body ;

parameter : identifier ('=' expression)? ;

/// How a model is trained; parsed, so that its place is kept, but not compiled yet.
trainDefinition
  : 'train' identifier '(' (declaration (',' declaration)*)? ')' '{' trainStatement* '}'
  ;

trainStatement
  : assignment
  | identifier identifier arguments
  ;

body : '{' statement* '}' ;

statement
  : assignment
  | returnStatement
  | repeatStatement
  | ifStatement
  ;

/// `y: f32[N, 10] = Gemm(x, w) @node_name`, `a, _, b = f(x)`
assignment : target (',' target)* '=' expression ('@' identifier)? ;

target
  : '_'
  | identifier (':' type)?
  ;

returnStatement : 'return' expression (',' expression)* ;

repeatStatement : 'repeat' expression body ;

ifStatement : 'if' expression body ('else' 'if' expression body)* ('else' body)? ;

expression
  : primary                                                        # simple
  | expression '.' identifier                                      # member
  | expression '[' expression ']'                                  # index
  | operator=('-' | '!') expression                                # prefix
  | expression operator=('*' | '/' | '%') expression               # infix
  | expression operator=('+' | '-') expression                     # infix
  | expression operator=('<' | '<=' | '>' | '>=') expression       # infix
  | expression operator=('==' | '!=') expression                   # infix
  | expression operator='&&' expression                            # infix
  | expression operator='||' expression                            # infix
  ;

primary
  : NUMBER                                                # number
  | STRING                                                # text
  | ('true' | 'false')                                    # truth
  | 'inf'                                                 # infinity
  | 'nan' ('(' HEX ')')?                                  # notANumber
  | '_'                                                   # absent
  | identifier arguments                                  # call
  | identifier                                            # name
  | '[' (expression (',' expression)*)? ']'               # list
  | 'tensor' tensorType '(' expression ')'                # tensor
  | 'graph' identifier signature body                     # graph
  | '(' expression ')'                                    # group
  ;

arguments : '(' (argument (',' argument)*)? ')' ;

argument : (identifier '=')? expression ;

identifier
  : NAME
  | QUOTED
  | UNKNOWN
  ;

HEX : '0x' [0-9a-fA-F]+ ;

NUMBER : [0-9]+ ('.' [0-9]+)? ([eE] [+-]? [0-9]+)? ;

STRING : '"' (ESCAPE | ~["\\\r\n])* '"' ;

/// A name may hold dots: `conv1.weight`, `crease.FusedConv`. In `x.shape`, `x` is found first.
NAME : [a-zA-Z_] [a-zA-Z0-9_]* ('.' [a-zA-Z0-9_]+)* ;

/// Any name at all, as ONNX's hold `/` and `:`.
QUOTED : '`' (ESCAPE | ~[`\\\r\n])* '`' ;

/// A dimension that depends on data, as the compiler names it.
UNKNOWN : '?' [0-9]+ ;

fragment ESCAPE : '\\' (["`\\nrt] | 'u' HEX_DIGIT HEX_DIGIT HEX_DIGIT HEX_DIGIT) ;

fragment HEX_DIGIT : [0-9a-fA-F] ;

LINE_COMMENT : '//' ~[\r\n]* -> skip ;

COMMENT : '/*' .*? '*/' -> skip ;

SPACE : [ \t\r\n]+ -> skip ;

/// Starts of what never ends, and characters that nothing begins with: the reader reports them.
OPEN_COMMENT : '/*' ;

OPEN_STRING : '"' ;

OPEN_QUOTE : '`' ;

STRAY : . ;
