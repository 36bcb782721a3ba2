package dev.crease.samples.ocr;

/// What a picture of a line of text says.
///
/// @param upsideDown whether it was turned by 180 degrees
/// @param confidence the mean probability of its characters, 0 to 1
public record TextLine(String text, boolean upsideDown, double confidence) {}
