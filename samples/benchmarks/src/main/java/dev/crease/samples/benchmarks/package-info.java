/// Crease beside other engines: the same model, the same inputs, compared and timed.
@NullMarked
package dev.crease.samples.benchmarks;

import org.jspecify.annotations.NullMarked;
