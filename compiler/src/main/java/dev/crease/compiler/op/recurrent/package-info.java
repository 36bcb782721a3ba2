/// Operators that walk through time: RNN, GRU, LSTM.
package dev.crease.compiler.op.recurrent;
