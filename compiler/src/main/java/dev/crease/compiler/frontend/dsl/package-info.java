/// The Crease language: text to graph, and any graph to text. One grammar (`Crease.g4`) is both the
/// language models are written in and the text form of graphs: `parse(print(g)) == g`.
///
/// # The flat form
///
/// What [TextPrinter] writes. Every value has its type; constants come before nodes.
///
/// ```
/// @producer("...") @documentation("...") @metadata("key", "value")
/// @weights("Name.weights", bytes = 4096)
/// model Name(x: f32[N, 3, 224, 224], scale: f32[] = 0.5) -> (y: f32[N, 64, 112, 112]) {
///   w: f32[64, 3, 7, 7] = weights(offset = 64)
///   b: f32[64] = zeros
///   y: f32[N, 64, 112, 112] = Conv(x, w, b, strides = [2, 2], pads = [3, 3, 3, 3]) @conv1
/// }
/// ```
///
/// - An input with a value is one that the caller may leave out.
/// - `f32[]` is a scalar. A dimension is an integer expression over symbols: `2 * N + 1`,
///   `floordiv(N, 2)`, `ceildiv`, `min`, `max`, `broadcast(N, M)` (equal, or one of them is 1).
///   `?1` is a dimension that depends on data. Inputs introduce symbols; so does the declared type
///   of a result for a dimension that depends on data: `n: i64[1, count] = NonZero(x)`. A declared
///   type stands unless it contradicts the inferred one.
/// - `seq(f32)` is a sequence of tensors of any shapes, `optional(f32)` a tensor or nothing,
///   `optional(seq(f32))` likewise. How many dimensions a tensor has that is taken out, the
///   declared type of the result says: `y: f32[n, 3] = SequenceAt(s, 0)`.
/// - Results: `a: f32[2], _, b: f32[3] = Split(x, ...)`; `_` is a result or operand left out.
/// - Operators have their ONNX names, others with their domain: `crease.FusedConv`. Attributes are
///   given by name after the operands; one that has its default value is not written.
/// - `@name` behind a node is the node's own name.
/// - A name may hold dots (`conv1.weight`). Any other name is quoted: `` `/conv/W:0` ``. Quoted
///   names and strings have escapes: a backslash before a quote, a backslash, `n`, `r`, `t`, or `u`
///   and four hexadecimal digits.
/// - Constants: `true`, `-1`, `0.1`, `inf`, `nan`, `nan(0x7fc00001)`, `"text"`; lists nested as
///   deep as the rank; `zeros`, `ones`, `constant(0.5)`; `weights(offset = bytes)` for elements in
///   the weights file. Decimals are the shortest that read back bit for bit.
/// - Attributes that are tensors or graphs: `value = tensor i64[2]([0, 1])`, `body = graph loop(i:
///   i64[]) -> (y: f32[2]) { ... }`. A subgraph sees the names around it; nothing around it sees
///   its own. Its outputs are known by their order: `graph otherwise() -> (x: f32[2]) {}` returns
///   the `x` of the graph around.
///
/// The weights file lies in the text's folder or below, is mapped, and holds the elements in
/// little-endian order; [TextWriter] aligns every tensor to 64 bytes and states the file's size,
/// which is checked.
///
/// # What expands while reading
///
/// ```
/// block conv_bn(x, channels, kernel = 3, stride = 1) {
///   w: f32[channels, x.shape[1], kernel, kernel] = he_normal(seed = 7)
///   return batch_norm(Conv(x, w, strides = [stride, stride], pads = same))
/// }
/// model Net(image: f32[N, 1, 28, 28]) -> (logits: f32[N, 10]) {
///   x = relu(conv_bn(image, 16))
///   repeat 3 { x = relu(conv_bn(x, 16) + x) }
///   if x.shape[1] != 32 { x = conv_bn(x, 32, stride = 2) }
///   logits = dense(global_average_pool(x), 10)
/// }
/// ```
///
/// - Calls nest. `+ - * /` between tensors are `Add`, `Sub`, `Mul`, `Div`; a number beside a tensor
///   or as an operand becomes a constant of the type that the operator needs, a list likewise. An
///   operand may be given by its ONNX name: `Conv(x, w, B = b)`.
/// - A name bound again, be it in a subgraph, is a new value: `x`, `x.1`, `x.2`. A name bound to a
///   number, a list, a string or a truth value is known while expanding. Arithmetic on integers is
///   exact, `/` rounds down, `%` is its remainder; `x.shape`, `x.rank`, lists with `[i]` (negative
///   from the end) and `+`, comparisons, `&& || !`.
/// - A block sees its parameters and what it binds, nothing else; `if` and `repeat` open no scope.
///   Values inside are named after the block and a running number: `conv_bn1.w`. What a block
///   returns takes the name it is bound to. Blocks cannot call themselves. Blocks of the standard
///   library (resource `standard.crease`) can be called by every text.
/// - `if` and `repeat` are decided while expanding, on numbers and shapes; a condition on a symbol
///   that cannot be told is an error. What a run decides is the operator's business: `y = If(t,
///   then_branch = graph a() -> (r: f32[2]) { r = relu(x) }, else_branch = ...)`.
/// - `x.type` as an element type is that of `x`; `x.type == f32` compares it, `Cast(x, to =
///   y.type)` casts to it.
/// - `known(n)` tells whether an integer is a number and no symbol; `range(2, 5)` is `[2, 3, 4]`;
///   `sqrt(n)` is a number.
/// - `_` can be given to a block, bound to a name in one, and compared: `if bias != _ { ... }`.
/// - `pads = same`: `dilation * (kernel - 1)` in all, the greater half behind.
///
/// # Definitions of operators
///
/// A block can define an operator by others: [dev.crease.compiler.op.Defined] says where it lies
/// and what it is given, `OperatorTexts` expands it where a plan is made.
///
/// ```
/// block SwiGLU(a, b, alpha) { return a * Sigmoid(alpha * a) * b }
/// ```
///
/// # Initializers
///
/// `zeros`, `ones`, `constant(value)`, `normal(mean = 0, std = 1)`, `uniform(low = 0, high = 1)`;
/// `he_normal` (variance `2 / fan_in`), `he_uniform` (limit `sqrt(6 / fan_in)`), `xavier_normal`
/// (variance `2 / (fan_in + fan_out)`), `xavier_uniform` (limit `sqrt(6 / (fan_in + fan_out))`).
/// Weights are `[outputs, inputs, kernel...]`; `fan_in = n`, `fan_out = n` for other shapes. All
/// random ones take `seed = 7`, or `seed = auto` (the same as none): a seed of the model's and the
/// value's name. The generator is specified in `RandomStream`: the same bits on every machine.
///
/// # Errors and bounds
///
/// Every mistake is an [dev.crease.compiler.InvalidModelException] with file, line, column, the
/// line with a caret, and the nearest name where one is unknown. Whatever the text, reading ends
/// and the stack stays shallow: text size, nesting, length of expressions, depth of blocks, number
/// of statements expanded, and the size of generated tensors are bounded. `train` definitions are
/// parsed, and not supported yet.
///
/// ANTLR's types stay in `SyntaxParser`, `SyntaxErrors` and `SyntaxTree`. The rest is `Expander`
/// (statements), `Evaluator` (expressions), and what they call. Nothing here knows ONNX's file
/// format, a pass, or the plan.
package dev.crease.compiler.frontend.dsl;
