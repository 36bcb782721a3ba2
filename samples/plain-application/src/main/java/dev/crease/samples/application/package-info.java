/// A program that runs a model: one jar beside its own, a plan among its resources.
@NullMarked
package dev.crease.samples.application;

import org.jspecify.annotations.NullMarked;
