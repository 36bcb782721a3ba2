/// Crease beside other engines: the same model, the same inputs, compared and timed.
package dev.crease.samples.benchmarks;
