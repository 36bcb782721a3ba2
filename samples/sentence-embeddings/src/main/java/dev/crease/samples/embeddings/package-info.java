/// Sentences as vectors, inside the program: all-MiniLM-L6-v2 (Apache-2.0), which the build fetches
/// and compiles, the reader of its tokenizer, and the runtime beside it.
///
/// ```
/// mvn -q -Dquick -DskipTests -pl samples/sentence-embeddings -am package
/// java --add-modules jdk.incubator.vector
///     -cp 'samples/sentence-embeddings/target/*:samples/sentence-embeddings/target/lib/*'
///     dev.crease.samples.embeddings.Similar --file samples/sentence-embeddings/sentences.txt
/// ```
///
/// In a program:
///
/// ```java
/// try (SentenceEmbedder embedder = SentenceEmbedder.load()) {
///   float[] question = embedder.embed("How do I fold a crane?");
///   float[] answer = embedder.embed("Start with a square of paper.");
///   double similarity = SentenceEmbedder.similarity(question, answer);
/// }
/// ```
///
/// Text goes through [BertNormalizer], [BertPreTokenizer] and [WordPieces], which
/// [WordPieceTokenizer] puts together as the tokenizer's JSON says; then through the plan; then the
/// states of a sentence's tokens are averaged and scaled to length 1.
package dev.crease.samples.embeddings;
