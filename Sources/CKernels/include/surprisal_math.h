// Elementary functions for Swift without Foundation: thin names for the C library's.
#ifndef SURPRISAL_MATH_H
#define SURPRISAL_MATH_H

#include <math.h>

static inline double surprisal_log(double x) { return log(x); }
static inline double surprisal_log1p(double x) { return log1p(x); }
static inline double surprisal_expm1(double x) { return expm1(x); }
static inline double surprisal_exp(double x) { return exp(x); }
static inline double surprisal_pow(double x, double y) { return pow(x, y); }
static inline double surprisal_sin(double x) { return sin(x); }
static inline double surprisal_cos(double x) { return cos(x); }
static inline double surprisal_erfc(double x) { return erfc(x); }
static inline double surprisal_lgamma(double x) {
  // lgamma writes the global signgam; lgamma_r keeps concurrent callers apart.
  int sign;
  return lgamma_r(x, &sign);
}

double surprisal_digamma(double x);
double surprisal_polygamma(int order, double x);

#endif
