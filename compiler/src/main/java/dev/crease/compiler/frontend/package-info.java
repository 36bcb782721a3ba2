/// What readers and writers of every format share: files that are mapped, confined to the model's
/// folder, and replaced at once. Knows no format.
package dev.crease.compiler.frontend;
