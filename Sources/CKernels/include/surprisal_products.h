// Matrix products, convolution and pooling. Counts and strides are in elements. float32 and float64.
//
// Large calls are split over the process's threads in fixed pieces, so that a result does not depend on their number.
#ifndef SURPRISAL_PRODUCTS_H
#define SURPRISAL_PRODUCTS_H

#include "surprisal_tensor.h"

typedef struct {
  size_t m, n, k;
  ptrdiff_t a_row, a_column, b_row, b_column; // any strides, also 0 and negative; transposing costs no copy
  ptrdiff_t c_row;                            // columns of c are contiguous
  const void *bias;                           // [n], added to every row, or NULL
  int accumulate;                             // c += instead of c =
} surprisal_product;

// c [m, n] = a [m, k] · b [k, n]. k = 0 gives zeros (and the bias).
void surprisal_matmul(surprisal_dtype dtype, const surprisal_product *shape, const void *a, const void *b, void *c);

// `batch` products whose operands start at a + a_offsets[i], b + b_offsets[i], c + c_offsets[i].
void surprisal_matmul_batch(surprisal_dtype dtype, const surprisal_product *shape, size_t batch, const void *a,
                            const int64_t *a_offsets, const void *b, const int64_t *b_offsets, void *c,
                            const int64_t *c_offsets);

// Two-dimensional; a one-dimensional convolution has height 1. Everything is contiguous in NCHW:
// x [batch, inputs, height, width], weight [outputs, inputs / groups, kernel_height, kernel_width],
// y [batch, outputs, out_height, out_width] with out = (in + before + after - dilation (kernel - 1) - 1) / stride + 1.
typedef struct {
  size_t batch, inputs, height, width;
  size_t outputs, kernel_height, kernel_width, groups;
  size_t stride_height, stride_width, dilation_height, dilation_width;
  size_t top, left;             // zeros before the first row and column
  size_t out_height, out_width; // given by the caller: zeros behind are whatever this needs
} surprisal_convolution;

void surprisal_convolve(surprisal_dtype dtype, const surprisal_convolution *shape, const void *x, const void *weight,
                        const void *bias, void *y); // bias [outputs] or NULL
void surprisal_convolve_backward_input(surprisal_dtype dtype, const surprisal_convolution *shape, const void *weight,
                                       const void *g, void *dx);
void surprisal_convolve_backward_weight(surprisal_dtype dtype, const surprisal_convolution *shape, const void *x,
                                        const void *g, void *dweight);

// Pooling over x [planes, height, width] to y [planes, out_height, out_width].
typedef struct {
  size_t planes, height, width, kernel_height, kernel_width, stride_height, stride_width;
  size_t dilation_height, dilation_width, top, left, out_height, out_width;
  size_t padded_height, padded_width; // of x with its zeros, beyond which a last window may reach
  int count_padding; // average: divide by the elements inside x and its zeros (1) or inside x (0)
} surprisal_pooling;
// `indices` [planes, out_height, out_width]: the position in the plane of each maximum, the first of equals.
void surprisal_max_pool(surprisal_dtype dtype, const surprisal_pooling *shape, const void *x, void *y,
                        int64_t *indices);
void surprisal_max_pool_backward(surprisal_dtype dtype, const surprisal_pooling *shape, const int64_t *indices,
                                 const void *g, void *dx);
void surprisal_average_pool(surprisal_dtype dtype, const surprisal_pooling *shape, const void *x, void *y);
void surprisal_average_pool_backward(surprisal_dtype dtype, const surprisal_pooling *shape, const void *g, void *dx);

#endif
