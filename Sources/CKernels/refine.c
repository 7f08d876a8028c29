#include "surprisal_refine.h"

#include <math.h>

// The error-free transformations below are wrong if the compiler fuses or reorders their operations.
#pragma STDC FP_CONTRACT OFF

typedef struct {
  double high, low;
} Pair;

// a·b = high + low exactly (Dekker 1971; with a fused multiply-add where the processor has one).
// The splitting needs |a|, |b| < 2^996; callers pass scaled matrices.
static inline Pair two_product(double a, double b) {
  double p = a * b;
#ifdef FP_FAST_FMA
  return (Pair){p, fma(a, b, -p)};
#else
  const double splitter = 134217729.0;  // 2^27 + 1
  double ca = splitter * a, cb = splitter * b;
  double ah = ca - (ca - a), al = a - ah;
  double bh = cb - (cb - b), bl = b - bh;
  return (Pair){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
#endif
}

// a + b = high + low exactly (Knuth).
static inline Pair two_sum(double a, double b) {
  double s = a + b;
  double t = s - a;
  return (Pair){s, (a - (s - t)) + (b - t)};
}

// sum ← sum + a·b, the sum's error kept in its low part (Ogita, Rump and Oishi 2005).
static inline Pair accumulate(Pair sum, double a, double b) {
  Pair p = two_product(a, b);
  Pair s = two_sum(sum.high, p.high);
  return (Pair){s.high, sum.low + (s.low + p.low)};
}

void surprisal_cholesky_residual(const double *c, const double *l, double *r, long n) {
  for (long i = 0; i < n; i++) {
    for (long j = 0; j <= i; j++) {
      Pair sum = {-c[i * n + j], 0};
      for (long k = 0; k <= j; k++) sum = accumulate(sum, l[i * n + k], l[j * n + k]);
      r[i * n + j] = -(sum.high + sum.low);
    }
  }
}

void surprisal_precision_residual(
  const double *c, const double *w, double *e, double *scratch, long n) {
  double *high = scratch, *low = scratch + n;
  for (long i = 0; i < n; i++) {
    // Row i of W C as pairs; C is symmetric, so its rows serve as columns.
    for (long j = 0; j <= i; j++) {
      Pair sum = {0, 0};
      for (long k = 0; k <= i; k++) sum = accumulate(sum, w[i * n + k], c[j * n + k]);
      Pair normal = two_sum(sum.high, sum.low);
      high[j] = normal.high;
      low[j] = normal.low;
    }
    for (long j = 0; j <= i; j++) {
      Pair sum = {i == j ? -1.0 : 0.0, 0};
      for (long k = 0; k <= j; k++) {
        sum = accumulate(sum, high[k], w[j * n + k]);
        sum.low += low[k] * w[j * n + k];
      }
      e[i * n + j] = -(sum.high + sum.low);
    }
  }
}
