// The tables of one instruction set's products, for float32 and float64; see surprisal_products.h for what each does.
#ifndef SURPRISAL_PRODUCT_KERNELS_H
#define SURPRISAL_PRODUCT_KERNELS_H

#include "surprisal_attention.h"
#include "surprisal_parallel.h"
#include "surprisal_products.h"
#include "recurrent_kernels.h"
#include "tensor_kernels.h"

#include <stdlib.h>
#include <string.h>

// Work in multiply-adds that is worth a second thread.
#define PARALLEL_WORK (1 << 19)
// What the sources of one piece of a convolution may take of the second cache.
#define CONVOLUTION_BYTES (5 << 16)
// Positions that images share a convolution's panels for.
#define JOINED_POSITIONS 256
// Multiply-adds of one step of a recurrence that are worth waiting for a second thread.
#define RECURRENT_WORK (1 << 18)

typedef struct {
  void (*product)(const surprisal_product *, size_t, const void *, const int64_t *, const void *, const int64_t *,
                  void *, const int64_t *);
  void (*convolve)(const surprisal_convolution *, const void *, const void *, const void *, void *);
  void (*convolve_backward_input)(const surprisal_convolution *, const void *, const void *, void *);
  void (*convolve_backward_weight)(const surprisal_convolution *, const void *, const void *, void *);
  void (*max_pool)(const surprisal_pooling *, const void *, void *, int64_t *);
  void (*max_pool_backward)(const surprisal_pooling *, const int64_t *, const void *, void *);
  void (*average_pool)(const surprisal_pooling *, const void *, void *);
  void (*average_pool_backward)(const surprisal_pooling *, const void *, void *);
  // Backward with cotangents, else forward.
  void (*recurrence)(const surprisal_recurrence *, const void *, const surprisal_recurrent_cotangents *);
  void (*attend)(const surprisal_attention *);
  void (*attend_backward)(const surprisal_attention *);
} surprisal_product_kernels;

// The processors of this process, asked for once, or as many as surprisal_set_thread_count said.
int surprisal_thread_count(void);

// A convolution (or its transpose, which is the gradient of its input) as products:
// target[t][position] = Σ over steps of weights[t][step] · padded[taps[step] + position], for every pair of an image
// and a group. The targets of a transposed one with strides fall into phases, each of which has its own steps.
typedef enum { CONVOLUTION, CONVOLUTION_TRANSPOSED, CONVOLUTION_GRADIENT } convolution_mode;
typedef struct {
  size_t pairs, groups, sources, targets; // sources and targets: planes of one group
  size_t source_height, source_width, target_height, target_width;
  size_t row_phases, column_phases;  // distance of a phase's targets
  size_t row_step, interleave;       // distance of the sources of neighboring targets, down and across
  ptrdiff_t first_row, first_column; // of the sources that the first targets read
  size_t chunk_rows, chunk_columns, row_chunks, column_chunks; // pieces of the grid of targets
  size_t channel_pieces;                                       // of a gradient: pieces of the sources
  size_t padded_rows, padded_width, padded_count;              // of the sources of one chunk
  size_t steps, most_steps, *phase_steps, *taps, *weights;     // in all, of one phase; begins; of every step
  size_t weight_stride, group_weights;                         // between targets, between groups
  size_t span, joined, table_bytes;                            // pairs of one piece, of one panel; of phase_steps …
  int threads;
} convolution_plan;
// The caller frees phase_steps (of table_bytes).
void surprisal_plan_convolution(const surprisal_convolution *, convolution_mode, size_t number_bytes,
                                convolution_plan *);
// surprisal_tensor_allocate, or the end of the process: there is no way to tell a caller.
void *surprisal_workspace(size_t bytes);

// Indexed by the dtype.
extern const surprisal_product_kernels surprisal_products_baseline[2];
#if defined(__x86_64__)
extern const surprisal_product_kernels surprisal_products_v3[2];
extern const surprisal_product_kernels surprisal_products_v4[2];
#endif

#endif
