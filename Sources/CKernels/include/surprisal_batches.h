// Batches of data: chosen rows converted, standardized and moved in one pass.
#ifndef SURPRISAL_BATCHES_H
#define SURPRISAL_BATCHES_H

#include "surprisal_tensor.h"

// Where a pixel of an image comes from: (y, x) from (y + dy, dx + x), or from (y + dy, dx - x) where mirrored.
typedef struct {
  int32_t dy, dx, mirrored;
} surprisal_move;

typedef struct {
  size_t channels, height, width;         // of a row of x; a table's columns are channels of 1 x 1
  size_t out_height, out_width;           // of a row of the result
  const double *means, *factors;          // [channels]
} surprisal_batch_form;

// out[r, c, ...] = (x[indices[r], c, ...] - means[c]) * factors[c], each number the same on every instruction set.
// `from` is uint8, float32 or float64, `to` is float32 or float64. Without `moves` (one for each row) the sizes are
// those of x; with them what comes from outside an image is 0 before it is standardized.
void surprisal_gather_batch(surprisal_dtype from, surprisal_dtype to, size_t rows, const int64_t *indices,
                            const surprisal_batch_form *form, const surprisal_move *moves, const void *x, void *out);

#endif
