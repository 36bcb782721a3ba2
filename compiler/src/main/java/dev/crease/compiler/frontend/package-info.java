/// What readers and writers of every format share: files that are mapped, confined to the model's
/// folder, and replaced at once. Knows no format.
@NullMarked
package dev.crease.compiler.frontend;

import org.jspecify.annotations.NullMarked;
