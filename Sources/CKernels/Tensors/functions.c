// The gamma function's logarithm and its derivatives.
#define _GNU_SOURCE
#include "tensor_kernels.h"

double surprisal_lgamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

// Recurrence up to 10 and beyond it Σ B_2k / (2k x^2k); reflection below 0; Taylor's series about the root, where the
// others cancel. Poles give NaN, 0 -inf and -0 inf.
double surprisal_digamma(double x) {
  static const double bernoulli[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
  static const double taylor[] = {
    0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
    0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736};
  if (x == 0) return copysign((double)INFINITY, -x);
  if (x < 0) return x == floor(x) ? (double)NAN : surprisal_digamma(1 - x) - M_PI / tan(M_PI * remainder(x, 1));
  double h = (x - 0x1.762d86356be3fp+0) - 0x1.b86a722197829p-54, sum = 0;
  if (fabs(h) < 0.01) {
    for (int k = 7; k >= 0; k--) sum = (sum + taylor[k]) * h;
    return sum;
  }
  for (; x < 10; x += 1) sum -= 1 / x;
  double z = 1 / (x * x), series = 0;
  for (int k = 6; k >= 0; k--) series = series * z + bernoulli[k];
  return log(x) - 0.5 / x - z * series + sum;
}

// Σ 1 / (x + k)^s for x > 0: terms up to a large argument, the rest by Euler and Maclaurin.
static double hurwitz_zeta(int s, double x) {
  static const double bernoulli[] = {1.0 / 6,         -1.0 / 30, 1.0 / 42,       -1.0 / 30,      5.0 / 66,
                                     -691.0 / 2730, 7.0 / 6,   -3617.0 / 510, 43867.0 / 798, -174611.0 / 330};
  double sum = 0;
  for (; x < 11 + s; x += 1) sum += pow(x, -s);
  double tail = pow(x, 1 - s) / (s - 1) + 0.5 * pow(x, -s), rising = s, power = pow(x, -s - 1), factorial = 2;
  for (int k = 0; k < 10; k++) {
    tail += bernoulli[k] * rising * power / factorial;
    rising *= (s + 2.0 * k + 1) * (s + 2.0 * k + 2), power /= x * x, factorial *= (2.0 * k + 3) * (2.0 * k + 4);
  }
  return sum + tail;
}

// (-1)^(n + 1) n! Σ 1 / (x + k)^(n + 1); the sum from a negative x on is that of both directions without the rest.
double surprisal_polygamma(int n, double x) {
  if (n == 0) return surprisal_digamma(x);
  const int s = n + 1;
  const double sign = n % 2 ? 1 : -1, factor = sign * tgamma(s);
  if (x <= 0 && x == floor(x)) return sign * (double)INFINITY;
  if (!(x < 0)) return factor * hurwitz_zeta(s, x);
  const double r = x - floor(x);
  return factor * (hurwitz_zeta(s, r) + sign * (hurwitz_zeta(s, 1 - r) - hurwitz_zeta(s, 1 - x)));
}
