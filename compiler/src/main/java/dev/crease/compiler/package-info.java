@NullMarked
package dev.crease.compiler;

import org.jspecify.annotations.NullMarked;
