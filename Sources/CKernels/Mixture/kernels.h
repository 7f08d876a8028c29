// The table of one instruction set's kernels; see surprisal_mixture.h for what each does.
#ifndef SURPRISAL_MIXTURE_KERNELS_H
#define SURPRISAL_MIXTURE_KERNELS_H

#include "surprisal_mixture.h"

#include <string.h>

typedef struct {
  size_t (*workspace_count)(const surprisal_mixture *);
  void (*pack)(const surprisal_mixture *, const double *, double *);
  size_t (*whitening_count)(size_t, int);
  void (*pack_whitening)(size_t, int, const double *, double *);
  void (*expectation)(const surprisal_mixture *, size_t, size_t, double *, double *, double *);
  void (*posterior)(const surprisal_mixture *, size_t, size_t, double *, double *, double *);
  void (*tile_logits)(const surprisal_mixture *, size_t, size_t, double *, size_t, double *);
  void (*tile_statistics)(const surprisal_mixture *, size_t, const double *, size_t, double *, double *);
} surprisal_mixture_kernels;

extern const surprisal_mixture_kernels surprisal_mixture_baseline;
#if defined(__x86_64__)
extern const surprisal_mixture_kernels surprisal_mixture_v3;
extern const surprisal_mixture_kernels surprisal_mixture_v4;
#endif

#endif
