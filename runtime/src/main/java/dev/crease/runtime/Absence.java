package dev.crease.runtime;

/// An optional that holds nothing.
public enum Absence implements Value {
  NOTHING
}
