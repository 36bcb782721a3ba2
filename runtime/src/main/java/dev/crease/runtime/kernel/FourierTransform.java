package dev.crease.runtime.kernel;

import java.util.Optional;

/// `X[k] = sum of e^(-2 pi i k n / N) x[n]`, or with the other sign, not divided by `N`, in double.
///
/// Powers of two go by halves (Cooley and Tukey, 1965); other lengths become a convolution with a
/// chirp, of a power of two (Bluestein, 1970): `k n = (k^2 + n^2 - (k - n)^2) / 2`. Immutable, so
/// that tasks share it.
final class FourierTransform {
  private final int length;
  private final boolean inverse;
  private final double[] cosines;
  private final double[] sines;
  private final Optional<Chirp> chirp;

  FourierTransform(int length, boolean inverse) {
    this.length = length;
    this.inverse = inverse;
    boolean halves = Integer.bitCount(length) <= 1;
    cosines = new double[halves ? length / 2 : 0];
    sines = new double[cosines.length];
    for (int i = 0; i < cosines.length; i++) {
      double angle = -2 * Math.PI * i / length;
      cosines[i] = Math.cos(angle);
      sines[i] = inverse ? -Math.sin(angle) : Math.sin(angle);
    }
    chirp = halves ? Optional.empty() : Optional.of(new Chirp(length, inverse));
  }

  /// Operations of one transform, about.
  long operations() {
    return 16L * length * (Integer.SIZE - Integer.numberOfLeadingZeros(length));
  }

  /// Replaces the first elements of two arrays, real and imaginary parts, by their transform.
  void apply(double[] re, double[] im) {
    if (chirp.isPresent()) {
      chirp.get().apply(re, im);
      return;
    }
    reverseBits(re, im);
    for (int half = 1; half < length; half *= 2) {
      for (int start = 0; start < length; start += 2 * half) {
        butterflies(re, im, start, half);
      }
    }
  }

  private void reverseBits(double[] re, double[] im) {
    int shift = Integer.numberOfLeadingZeros(length) + 1;
    for (int i = 1; i < length; i++) {
      int j = Integer.reverse(i) >>> shift;
      if (i < j) {
        double real = re[i];
        re[i] = re[j];
        re[j] = real;
        double imaginary = im[i];
        im[i] = im[j];
        im[j] = imaginary;
      }
    }
  }

  private void butterflies(double[] re, double[] im, int start, int half) {
    int turn = length / (2 * half);
    for (int i = 0; i < half; i++) {
      int p = start + i;
      int q = p + half;
      double c = cosines[i * turn];
      double s = sines[i * turn];
      double real = re[q] * c - im[q] * s;
      double imaginary = re[q] * s + im[q] * c;
      re[q] = re[p] - real;
      im[q] = im[p] - imaginary;
      re[p] += real;
      im[p] += imaginary;
    }
  }

  @Override
  public String toString() {
    return (inverse ? "inverse " : "") + "transform of " + length;
  }

  /// A transform of any length as a convolution with `e^(i pi n^2 / N)`.
  private static final class Chirp {
    private final int length;
    private final double[] re;
    private final double[] im;
    private final double[] kernelRe;
    private final double[] kernelIm;
    private final FourierTransform forward;
    private final FourierTransform backward;

    Chirp(int length, boolean inverse) {
      this.length = length;
      re = new double[length];
      im = new double[length];
      for (int n = 0; n < length; n++) {
        // The angle repeats after 2 N, and n^2 does not fit an int.
        double angle = Math.PI * ((long) n * n % (2L * length)) / length;
        re[n] = Math.cos(angle);
        im[n] = inverse ? Math.sin(angle) : -Math.sin(angle);
      }
      int size = Integer.highestOneBit(2 * length - 1) * 2;
      forward = new FourierTransform(size, false);
      backward = new FourierTransform(size, true);
      kernelRe = new double[size];
      kernelIm = new double[size];
      for (int n = 0; n < length; n++) {
        kernelRe[n] = re[n];
        kernelIm[n] = -im[n];
        kernelRe[(size - n) % size] = re[n];
        kernelIm[(size - n) % size] = -im[n];
      }
      forward.apply(kernelRe, kernelIm);
    }

    void apply(double[] x, double[] y) {
      int size = kernelRe.length;
      double[] a = new double[size];
      double[] b = new double[size];
      for (int n = 0; n < length; n++) {
        a[n] = x[n] * re[n] - y[n] * im[n];
        b[n] = x[n] * im[n] + y[n] * re[n];
      }
      forward.apply(a, b);
      for (int k = 0; k < size; k++) {
        double real = a[k] * kernelRe[k] - b[k] * kernelIm[k];
        b[k] = (a[k] * kernelIm[k] + b[k] * kernelRe[k]) / size;
        a[k] = real / size;
      }
      backward.apply(a, b);
      for (int n = 0; n < length; n++) {
        x[n] = a[n] * re[n] - b[n] * im[n];
        y[n] = a[n] * im[n] + b[n] * re[n];
      }
    }
  }
}
