// The table of one instruction set's kernels; see surprisal_tensor.h for what each does. A kernel runs on one thread.
#ifndef SURPRISAL_TENSOR_KERNELS_H
#define SURPRISAL_TENSOR_KERNELS_H

#include "surprisal_parallel.h"
#include "surprisal_tensor.h"

#include <math.h>
#include <string.h>

// Reductions beyond the public ones: Σ (x - center) and Σ (x - center)², with one center per result.
enum { SUM_CENTERED = SURPRISAL_LOG_SUM_EXP + 1, SUM_CENTERED_SQUARES };

// For a and b, a step of 1 walks the elements and a step of 0 repeats the first.
typedef struct {
  void (*binary)(int op, size_t count, const void *a, int a_step, const void *b, int b_step, void *out);
  void (*compare)(int op, size_t count, const void *a, int a_step, const void *b, int b_step, void *out);
  void (*accumulate)(size_t count, const void *x, void *y);
  // x [outer, count, inner], of which `width` neighbors of `inner`; outer > 1 only if inner = 1.
  void (*reduce)(int op, size_t outer, size_t count, size_t inner, size_t width, const void *x, const void *center,
                 void *out);
  void (*cumulate)(size_t count, size_t inner, size_t width, int reverse, const void *x, void *out);
} surprisal_number_kernels;

// For float32 and float64.
typedef struct {
  void (*unary)(int op, size_t count, const void *x, void *y, double p, double q);
  void (*unary_backward)(int op, size_t count, const void *saved, const void *g, void *dx, double p, double q);
  void (*softmax)(size_t rows, size_t columns, int logarithm, const void *x, void *y);
  void (*softmax_backward)(size_t rows, size_t columns, int logarithm, const void *y, const void *g, void *dx);
  void (*cross_entropy)(size_t rows, size_t columns, const void *x, const int64_t *targets, int64_t ignored,
                        void *losses, void *normalizers);
  void (*cross_entropy_backward)(size_t rows, size_t columns, const void *x, const int64_t *targets, int64_t ignored,
                                 const void *normalizers, const void *g, void *dx);
  void (*layer_norm)(size_t rows, size_t columns, double epsilon, const void *x, const void *scale, const void *shift,
                     void *y, void *mean, void *rstd);
  // Adds to dscale and dshift.
  void (*layer_norm_backward)(size_t rows, size_t columns, const void *x, const void *scale, const void *mean,
                              const void *rstd, const void *g, void *dx, void *dscale, void *dshift);
  void (*affine)(size_t count, const void *x, const void *factor, const void *other, const void *slope,
                 const void *term, void *y);
  void (*sums)(size_t count, const void *a, const void *b, const void *center, double *sum, double *product);
  void (*optimize)(int rule, size_t count, const surprisal_step_rates *rates, const void *gradient, void *parameter,
                   void *state0, void *state1, void *state2);
} surprisal_real_kernels;

typedef struct {
  surprisal_number_kernels numbers[7]; // by surprisal_dtype; bool has the reductions and logic of bytes
  surprisal_real_kernels reals[2];
  void (*where)(size_t size, size_t count, const uint8_t *condition, const void *a, int a_step, const void *b,
                int b_step, void *out);
  void (*convert)(surprisal_dtype from, surprisal_dtype to, size_t count, const void *x, void *out);
  void (*philox)(uint64_t seed, uint64_t stream, uint64_t block, size_t blocks, uint32_t *words);
  void (*gamma)(size_t half, const uint32_t *words, const double *concentrations, double *values);
} surprisal_tensor_kernels;

extern const surprisal_tensor_kernels surprisal_tensor_baseline;
#if defined(__x86_64__)
extern const surprisal_tensor_kernels surprisal_tensor_v3;
extern const surprisal_tensor_kernels surprisal_tensor_v4;
#endif

// Functions without a vector form, in double.
double surprisal_lgamma(double x);
double surprisal_digamma(double x);
double surprisal_polygamma(int order, double x);

#endif
