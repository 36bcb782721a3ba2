package dev.crease.runtime.plan;

/// Which of two neighbours is the nearest.
public enum NearestMode {
  ROUND_PREFER_FLOOR,
  ROUND_PREFER_CEIL,
  FLOOR,
  CEIL
}
