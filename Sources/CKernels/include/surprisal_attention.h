// Scaled dot-product attention: y = softmax(scale · q kᵀ + mask) v for each head, without the matrix of weights: it is
// made tile by tile and used in the first cache (Dao et al. 2022). float32 and float64.
//
// Large calls are split over the process's threads; a result does not depend on their number.
#ifndef SURPRISAL_ATTENTION_H
#define SURPRISAL_ATTENTION_H

#include "surprisal_tensor.h"

// Rows of each head of each batch; the numbers of a row are contiguous. Distances are in elements.
typedef struct {
  void *data;
  ptrdiff_t batch, head, row;
} surprisal_heads;

typedef struct {
  size_t batch, heads, key_heads; // heads / key_heads neighboring heads of queries share one of keys and values
  size_t queries, keys, width, value_width;
  double scale;
  int causal;             // query i sees the keys up to i + offset, else all of them
  ptrdiff_t offset;
  const int64_t *lengths; // [batch]: keys that count, or NULL for all
  surprisal_heads mask;   // [queries, keys] of each head, added to the scores, or data = NULL
  surprisal_heads q, k, v, y;
  void *normalizers;      // [batch, heads, queries]: log of the sum over the keys, which the derivative needs, or NULL
  surprisal_heads dy, dq, dk, dv; // of the backward call
} surprisal_attention;

// Writes y and the normalizers. A query that sees no key, or none with a score above -infinity, gets zeros (and the
// normalizer +infinity).
void surprisal_attend(surprisal_dtype dtype, const surprisal_attention *shape);

// Writes dq, dk and dv from dy, y and the normalizers.
void surprisal_attend_backward(surprisal_dtype dtype, const surprisal_attention *shape);

#endif
