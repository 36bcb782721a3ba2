/// A program that reads pictures of text lines: two trained models, compiled while building, and
/// the runtime beside it.
package dev.crease.samples.ocr;
