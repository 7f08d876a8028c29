// Recurrent cells over whole sequences: tanh, relu, LSTM (Hochreiter and Schmidhuber 1997, with forget gates), GRU
// (Cho et al. 2014, reset after the product). float32 and float64, contiguous.
//
// The hidden units are split over the process's threads, which meet after every step; a result does not depend on
// how they are split.
#ifndef SURPRISAL_RECURRENT_H
#define SURPRISAL_RECURRENT_H

#include "surprisal_tensor.h"

// The order of the gates: LSTM input, forget, candidate, output; GRU reset, update, candidate.
typedef enum { SURPRISAL_CELL_TANH, SURPRISAL_CELL_RELU, SURPRISAL_CELL_LSTM, SURPRISAL_CELL_GRU } surprisal_cell;

typedef struct {
  surprisal_cell cell;
  size_t steps, batch, hidden;
  int reversed;              // from the last step to the first
  const int64_t *lengths;    // [batch]: steps of each row, at the others its state stays as it is; NULL: all
  const void *weight;        // [gates · hidden, hidden]
  const void *candidate_bias; // GRU: [hidden], within the product that is reset, or NULL
  void *states;              // [steps + 1, batch, hidden]: the initial one is first, or last if reversed
  void *memories;            // LSTM: the same of the memory cells
  void *gates;               // LSTM, GRU: [steps, batch, 4 · hidden], what the derivative needs, or NULL
} surprisal_recurrence;

// From the products with the inputs, [steps, batch, gates · hidden], biases added.
void surprisal_recurrent_forward(surprisal_dtype dtype, const surprisal_recurrence *shape, const void *projections);

typedef struct {
  const void *g;     // of the states at each step, [steps, batch, hidden], or NULL
  void *projections; // out: of the products with the inputs
  void *products;    // out: of those with the states; GRU only, for the others they are the same
  void *state;       // [batch, hidden]: of the last state, replaced by that of the initial one
  void *memory;      // LSTM: the same
} surprisal_recurrent_cotangents;
void surprisal_recurrent_backward(surprisal_dtype dtype, const surprisal_recurrence *shape,
                                  const surprisal_recurrent_cotangents *cotangents);

#endif
