// Forward and backward recursions of hidden Markov chains, tile by tile.
//
// Rows of states are `stride` doubles, the states rounded up to a multiple of 8; what lies beyond the states is 0 (-inf
// in logarithms). A sequence is worked on in tiles of 256 rows from its first row on. Log-emissions are known up to a
// constant of the row that no state shares in.
//
// The scaled form works on exp(log-emission - the row's largest), normalized row by row. It loses no path that matters
// while transitions are dense, and tells where it would (SURPRISAL_CHAIN_UNDERFLOW); the log form then answers.
#ifndef SURPRISAL_HIDDEN_MARKOV_H
#define SURPRISAL_HIDDEN_MARKOV_H

#include "surprisal_mixture.h"

enum { SURPRISAL_GAUSSIAN_EMISSIONS, SURPRISAL_CATEGORICAL_EMISSIONS, SURPRISAL_POISSON_EMISSIONS };
// What a recursion answers: nothing amiss, the log form is needed, or no path has a positive probability.
enum { SURPRISAL_CHAIN_SOUND, SURPRISAL_CHAIN_UNDERFLOW, SURPRISAL_CHAIN_IMPOSSIBLE };

typedef struct {
  size_t states, stride;
  int sparse; // whether a transition is 0 or below 1e-50: then no state may underflow unseen
  const double *initial;        // [stride]
  const double *transitions;    // [states][stride]: from row to column
  const double *transposed;     // [states][stride]: to row from column
  const double *entropies;      // [states][stride]: a log a
  const double *logInitial;     // [stride]
  const double *logTransitions; // [states][stride]
  const double *logTransposed;  // [states][stride]

  int emissions;                    // one of the kinds above
  const surprisal_mixture *mixture; // Gaussian: a plan with all weights 1
  const double *rows;               // else: row-major
  size_t columns;
  const int32_t *offsets; // categorical: [columns], the table's row of each column's level 0
  const double *table;    // categorical: [levels][stride] log p; Poisson: [columns][stride] log rate, [stride] -Σ rate
} surprisal_chain;

// Doubles that one thread needs.
size_t surprisal_chain_workspace_count(const surprisal_chain *chain);

// Runs over the rows first ..< end of one sequence. Forward writes the filtered p(state | x so far) of each tile's last
// row, backward the scaled p(x after | state) of each tile's last row, both [tiles][stride], in logarithms if `logs`.
// `densities`, if given, receives log p(x_t | x before) of every row; from an impossible row on it is -inf.
int surprisal_chain_forward(const surprisal_chain *chain, size_t first, size_t end, int logs, double *checkpoints,
                            double *densities, double *workspace);
int surprisal_chain_backward(const surprisal_chain *chain, size_t first, size_t end, int logs, double *checkpoints,
                             double *workspace);

// One tile between its checkpoints: `before` of the row before (NULL at the start), `after` of its last row (NULL at
// the end). If `posteriors`, writes p(state | x), [rows][states]. If `sums`, adds `weight` times the statistics:
// initial states [stride], transitions [states][stride], then the emissions' (Gaussian features of each state; shares of
// each level [levels][stride]; counts [columns][stride] and shares [stride]), and to `totals`: Σw, Σ w log p,
// Σ w |log p|, Σ w H. Nothing is added unless the answer is sound.
int surprisal_chain_tile(const surprisal_chain *chain, size_t first, size_t end, int logs, const double *before,
                         const double *after, double weight, double *sums, double *totals, double *posteriors,
                         double *workspace);

// The most probable path of one sequence, of equals the one whose last states have the lowest numbers; `checkpoints` is
// memory for [tiles][stride]. Writes log p(path, x) to `density`.
int surprisal_chain_best_path(const surprisal_chain *chain, size_t first, size_t end, int32_t *path, double *density,
                              double *checkpoints, double *workspace);

#endif
