// What the recurrent cells of all instruction sets share: a call, cut into stages and pieces.
#ifndef SURPRISAL_RECURRENT_KERNELS_H
#define SURPRISAL_RECURRENT_KERNELS_H

#include "surprisal_recurrent.h"

#include <stddef.h>

typedef struct recurrent_call {
  const surprisal_recurrence *shape;
  const surprisal_recurrent_cotangents *cotangents; // of the backward call
  const void *projections;
  void *packed;  // the weights in panels, of each piece by itself
  void *left[2]; // the left factors of the products of even and odd stages, rows `left_row` apart
  size_t gates, groups, pieces, left_row;
} recurrent_call;

// Runs every piece of every stage: a stage begins when all pieces of the one before are done. A thread takes the same
// piece of every stage, which keeps its panels in its cache, and another's only where that thread is late.
void surprisal_run_stages(const recurrent_call *call, size_t stages,
                          void (*body)(const recurrent_call *, size_t stage, size_t piece));

static inline size_t recurrent_gates(surprisal_cell cell) {
  return cell == SURPRISAL_CELL_LSTM ? 4 : cell == SURPRISAL_CELL_GRU ? 3 : 1;
}

#endif
