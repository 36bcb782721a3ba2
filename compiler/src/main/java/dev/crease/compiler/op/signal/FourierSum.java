package dev.crease.compiler.op.signal;

/// The discrete Fourier transform as its defining sum: the reference.
final class FourierSum {
  private FourierSum() {}

  /// `e^(-2 pi i k n / N)`, or its conjugate, summed over a signal: the real and the imaginary part
  /// of `X[k]`.
  static double[] of(double[] re, double[] im, int k, boolean inverse) {
    double real = 0;
    double imaginary = 0;
    for (int n = 0; n < re.length; n++) {
      double angle = 2 * Math.PI * ((long) k * n % re.length) / re.length;
      double cosine = Math.cos(angle);
      double sine = inverse ? Math.sin(angle) : -Math.sin(angle);
      real += re[n] * cosine - im[n] * sine;
      imaginary += re[n] * sine + im[n] * cosine;
    }
    return new double[] {real, imaginary};
  }
}
