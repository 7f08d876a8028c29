// The table of one instruction set's recursions; see surprisal_hidden_markov.h for what each does.
#ifndef SURPRISAL_SEQUENCE_KERNELS_H
#define SURPRISAL_SEQUENCE_KERNELS_H

#include "surprisal_hidden_markov.h"

#include <math.h>
#include <string.h>

typedef struct {
  size_t (*workspace_count)(const surprisal_chain *);
  int (*forward)(const surprisal_chain *, size_t, size_t, int, double *, double *, double *);
  int (*backward)(const surprisal_chain *, size_t, size_t, int, double *, double *);
  int (*tile)(const surprisal_chain *, size_t, size_t, int, const double *, const double *, double, double *, double *,
              double *, double *);
  int (*best_path)(const surprisal_chain *, size_t, size_t, int32_t *, double *, double *, double *);
} surprisal_chain_kernels;

extern const surprisal_chain_kernels surprisal_chain_baseline;
#if defined(__x86_64__)
extern const surprisal_chain_kernels surprisal_chain_v3;
extern const surprisal_chain_kernels surprisal_chain_v4;
#endif

#endif
