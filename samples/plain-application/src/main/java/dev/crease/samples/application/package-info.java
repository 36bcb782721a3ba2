/// A program that runs a model: one jar beside its own, a plan among its resources.
package dev.crease.samples.application;
