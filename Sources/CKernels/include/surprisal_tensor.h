// Kernels on the elements of tensors: elementwise, reductions along one axis, normalization, losses.
//
// Counts and strides are in elements. Outputs are contiguous and never overlap inputs unless a comment says so.
// Large calls are split over the process's threads such that a result does not depend on their number.
#ifndef SURPRISAL_TENSOR_H
#define SURPRISAL_TENSOR_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  SURPRISAL_FLOAT32 = 0,
  SURPRISAL_FLOAT64 = 1,
  SURPRISAL_BFLOAT16 = 2,
  SURPRISAL_INT32 = 3,
  SURPRISAL_INT64 = 4,
  SURPRISAL_UINT8 = 5,
  SURPRISAL_BOOL = 6 // one byte, 0 or 1
} surprisal_dtype;

#define SURPRISAL_MAXIMUM_RANK 12

// Memory aligned to 64 bytes from a cache of freed blocks; any thread may allocate and free. NULL if there is none.
void *surprisal_tensor_allocate(size_t bytes);
// `bytes` as it was asked for.
void surprisal_tensor_free(void *pointer, size_t bytes);
// Gives the cached blocks back to the system.
void surprisal_tensor_release_cache(void);
// Counts since the start of the process: blocks asked for, and bytes now lent out.
uint64_t surprisal_tensor_allocation_count(void);
uint64_t surprisal_tensor_bytes_in_use(void);

// y = f(x; p, q). float32 and float64: all. int32, int64: negate to square, add to minimum by a number.
typedef enum {
  SURPRISAL_NEGATE, SURPRISAL_ABS, SURPRISAL_SIGN, SURPRISAL_SQUARE,
  SURPRISAL_SQRT, SURPRISAL_RSQRT, SURPRISAL_RECIPROCAL,
  SURPRISAL_EXP, SURPRISAL_EXPM1, SURPRISAL_LOG, SURPRISAL_LOG1P, SURPRISAL_SIN, SURPRISAL_COS, SURPRISAL_TANH,
  SURPRISAL_SIGMOID, SURPRISAL_SOFTPLUS, SURPRISAL_RELU,
  SURPRISAL_LEAKY_RELU, // slope p below 0
  SURPRISAL_ELU,        // p (e^x - 1) below 0
  SURPRISAL_GELU,       // x Φ(x)
  SURPRISAL_GELU_TANH,  // the approximation by tanh
  SURPRISAL_SILU, SURPRISAL_ERF, SURPRISAL_LGAMMA, SURPRISAL_DIGAMMA,
  SURPRISAL_POLYGAMMA, // of order p, a whole number from 1 on
  SURPRISAL_FLOOR, SURPRISAL_CEIL, SURPRISAL_ROUND, // to even
  SURPRISAL_ADD_NUMBER,       // x + p
  SURPRISAL_MULTIPLY_NUMBER,  // x p
  SURPRISAL_SUBTRACT_FROM,    // p - x
  SURPRISAL_DIVIDE_INTO,      // p / x
  SURPRISAL_POWER_NUMBER,     // x^p
  SURPRISAL_MAXIMUM_NUMBER, SURPRISAL_MINIMUM_NUMBER, // NaN stays NaN
  SURPRISAL_CLAMP             // to p ... q
} surprisal_unary_op;
void surprisal_unary(surprisal_unary_op op, surprisal_dtype dtype, size_t count, const void *x, void *y, double p,
                     double q);

// dx = g f'(x), float32 and float64. `saved` is the output y for sigmoid, tanh, exp, sqrt and the input x for the
// others. Defined for: abs, square, sqrt, exp, log, tanh, sigmoid, softplus, relu, leaky relu, elu, gelu, gelu_tanh,
// silu, erf, clamp. Derivatives at kinks are 0 for abs and relu at 0; clamp passes at its ends.
void surprisal_unary_backward(surprisal_unary_op op, surprisal_dtype dtype, size_t count, const void *saved,
                              const void *g, void *dx, double p, double q);

// out = a ∘ b for shapes already broadcast: strides (0 where broadcast) per axis of `shape`.
// Numbers of one dtype: float32, float64, int32, int64, uint8 (wrapping; no division; and, or, xor also bool).
typedef enum {
  SURPRISAL_ADD, SURPRISAL_SUBTRACT, SURPRISAL_MULTIPLY, SURPRISAL_DIVIDE, SURPRISAL_POWER,
  SURPRISAL_MAXIMUM, SURPRISAL_MINIMUM, // NaN wins
  SURPRISAL_AND, SURPRISAL_OR, SURPRISAL_XOR
} surprisal_binary_op;
void surprisal_binary(surprisal_binary_op op, surprisal_dtype dtype, int rank, const int64_t *shape, const void *a,
                      const int64_t *a_strides, const void *b, const int64_t *b_strides, void *out);

// out is one byte per element, 0 or 1. All dtypes but bfloat16.
typedef enum {
  SURPRISAL_EQUAL, SURPRISAL_NOT_EQUAL, SURPRISAL_LESS, SURPRISAL_LESS_EQUAL, SURPRISAL_GREATER,
  SURPRISAL_GREATER_EQUAL
} surprisal_comparison;
void surprisal_compare(surprisal_comparison op, surprisal_dtype dtype, int rank, const int64_t *shape, const void *a,
                       const int64_t *a_strides, const void *b, const int64_t *b_strides, void *out);

// out = condition ? a : b, element by element of `size` bytes (1, 2, 4, 8).
void surprisal_where(size_t size, int rank, const int64_t *shape, const uint8_t *condition,
                     const int64_t *condition_strides, const void *a, const int64_t *a_strides, const void *b,
                     const int64_t *b_strides, void *out);

// Gathers a strided view into contiguous memory, and scatters back. Elements of `size` bytes; strides may be
// negative.
void surprisal_copy_strided(size_t size, int rank, const int64_t *shape, const void *x, const int64_t *strides,
                            void *out);
void surprisal_copy_to_strided(size_t size, int rank, const int64_t *shape, const void *x, void *out,
                               const int64_t *strides);
void surprisal_fill(surprisal_dtype dtype, size_t count, double value, void *out);
// Between any two dtypes. To whole numbers: toward zero, saturating, NaN to 0. To bool: not equal 0. To bfloat16: to
// nearest even.
void surprisal_convert(surprisal_dtype from, surprisal_dtype to, size_t count, const void *x, void *out);

// Reduces the middle axis of x [outer, count, inner] to out [outer, inner]. float32, float64; int32, int64, uint8
// (wrapping); any and all take and give bool; argmax and argmin give int64 (first of equals; a NaN is the extreme). max
// and min of nothing are not asked for. Sums of float32 are blocked so that the error is that of ~log n roundings.
typedef enum {
  SURPRISAL_SUM, SURPRISAL_PRODUCT, SURPRISAL_MAX, SURPRISAL_MIN, SURPRISAL_ARGMAX, SURPRISAL_ARGMIN, SURPRISAL_ANY,
  SURPRISAL_ALL, SURPRISAL_SUM_ABS, SURPRISAL_SUM_SQUARES, SURPRISAL_LOG_SUM_EXP // -inf of only -inf, +inf of any +inf
} surprisal_reduction;
void surprisal_reduce(surprisal_reduction op, surprisal_dtype dtype, size_t outer, size_t count, size_t inner,
                      const void *x, void *out);
// out [outer, count, inner]: running sums along the middle axis, from its end if `reverse`.
void surprisal_cumulative_sum(surprisal_dtype dtype, size_t outer, size_t count, size_t inner, int reverse,
                              const void *x, void *out);
// Mean and Σ(x - mean)² / (count - correction) over the middle axis in two passes, or a third one where a
// rounded mean would show; either output may be NULL.
void surprisal_moments(surprisal_dtype dtype, size_t outer, size_t count, size_t inner, double correction,
                       const void *x, void *mean, void *variance);

// The functions below: float32 and float64, rows of `columns` contiguous elements.
// A row of only -inf gives softmax 0 and log-softmax -inf everywhere.
void surprisal_softmax(surprisal_dtype dtype, size_t rows, size_t columns, int logarithm, const void *x, void *y);
// From y: softmax dx = y (g - Σ g y); logarithm dx = g - exp(y) Σ g, and 0 in a row of only -inf.
void surprisal_softmax_backward(surprisal_dtype dtype, size_t rows, size_t columns, int logarithm, const void *y,
                                const void *g, void *dx);
// Per row: -log softmax(x)[target] into losses; log Σ exp into normalizers. A target equal to `ignored` costs 0; a
// row of only -inf costs +inf, and its softmax counts as 0.
void surprisal_cross_entropy(surprisal_dtype dtype, size_t rows, size_t columns, const void *x, const int64_t *targets,
                             int64_t ignored, void *losses, void *normalizers);
// dx = g[row] (exp(x - normalizer) - [column = target]).
void surprisal_cross_entropy_backward(surprisal_dtype dtype, size_t rows, size_t columns, const void *x,
                                      const int64_t *targets, int64_t ignored, const void *normalizers, const void *g,
                                      void *dx);
// y = (x - mean) · rstd · scale + shift with rstd = 1/√(variance + epsilon) over each row; scale, shift [columns] or
// NULL; mean, rstd [rows] are outputs. Where mean is NULL it is 0, also in the backward kernel.
void surprisal_layer_norm(surprisal_dtype dtype, size_t rows, size_t columns, double epsilon, const void *x,
                          const void *scale, const void *shift, void *y, void *mean, void *rstd);
// Any of dx [rows, columns], dscale, dshift [columns] may be NULL.
void surprisal_layer_norm_backward(surprisal_dtype dtype, size_t rows, size_t columns, const void *x,
                                   const void *scale, const void *mean, const void *rstd, const void *g, void *dx,
                                   void *dscale, void *dshift);
// x [batch, channels, positions], y = x · factor[channel] + other · slope[channel] + term[channel]; other and slope
// may both be NULL.
void surprisal_channel_affine(surprisal_dtype dtype, size_t batch, size_t channels, size_t positions, const void *x,
                              const void *factor, const void *other, const void *slope, const void *term, void *y);
// Per channel over batch and positions: Σ a and Σ a (b - center[channel]); `products` may be NULL (b and center too).
void surprisal_channel_sums(surprisal_dtype dtype, size_t batch, size_t channels, size_t positions, const void *a,
                            const void *b, const void *center, void *sums, void *products);

// One step of an optimizer in place on `count` elements of the parameter w, float32 and float64. First
// w ← w (1 - learningRate · decoupledDecay), then the rule with g = gradientScale · gradient + coupledDecay · w of
// before. States are named in the order in which they are given; those that a rule has not are NULL.
typedef enum {
  SURPRISAL_DESCENT,  // w ← w - η g
  SURPRISAL_MOMENTUM, // m ← decay1 m + weight g, w ← w - η m
  SURPRISAL_NESTEROV, // m ← decay1 m + weight g, w ← w - η (g + decay1 m)
  // m ← decay1 m + (1 - decay1) g, v ← decay2 v + (1 - decay2) g², w ← w - η weight m / (root √v + ε)
  SURPRISAL_ADAM,
  SURPRISAL_ADAGRAD,  // v ← v + g², w ← w - η g / (√v + ε)
  // v ← decay2 v + (1 - decay2) g², d = g √(u + ε) / √(v + ε), u ← decay2 u + (1 - decay2) d², w ← w - η d
  SURPRISAL_ADADELTA,
  SURPRISAL_RMSPROP,  // v ← decay2 v + (1 - decay2) g², w ← w - η d with d = g / (√v + ε)
  SURPRISAL_RMSPROP_MOMENTUM, // v, m ← decay1 m + d, w ← w - η m
  SURPRISAL_RMSPROP_CENTERED, // v, a ← decay2 a + (1 - decay2) g, with √(v - a²) for √v
  SURPRISAL_RMSPROP_CENTERED_MOMENTUM // v, a, m
} surprisal_step_rule;
typedef struct {
  double learningRate, gradientScale, coupledDecay, decoupledDecay, decay1, decay2, weight, root, epsilon;
} surprisal_step_rates;
void surprisal_optimizer_step(surprisal_step_rule rule, surprisal_dtype dtype, size_t count,
                              const surprisal_step_rates *rates, const void *gradient, void *parameter,
                              void *const states[3]);
// y += x in place.
void surprisal_accumulate(surprisal_dtype dtype, size_t count, const void *x, void *y);

// Blocks of Philox 4×32-10 from `block` on: words[4 * i ..] for i < blocks (same numbers as RandomGenerator).
void surprisal_philox(uint64_t seed, uint64_t stream, uint64_t block, size_t blocks, uint32_t *words);
// One attempt at each of 2 `half` gamma numbers of scale 1 on the calling thread, for `half` a multiple of 8. Pair i
// makes elements i and half + i from the 64 bits i (radius), half + i (angle) and 2 · half + i (32 each to accept). Gives the number, of concentration a + 1 where a < 1, or -1 where it is rejected and for a negative a or NaN.
void surprisal_gamma_attempts(size_t half, const uint32_t *words, const double *concentrations, double *values);

#endif
