/// A program that reads pictures of text lines: two trained models, which the build fetches and
/// compiles, and the runtime beside it.
///
/// ```
/// mvn -q -pl samples/ocr -am -DskipTests package
/// java --add-modules jdk.incubator.vector
///     -cp samples/ocr/target/crease-sample-ocr-0.1.0-SNAPSHOT.jar:runtime/target/crease-runtime-0.1.0-SNAPSHOT.jar
///     dev.crease.samples.ocr.Ocr samples/ocr/pictures/*.png
/// ```
package dev.crease.samples.ocr;
