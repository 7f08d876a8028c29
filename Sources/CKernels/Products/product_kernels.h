// The table of one instruction set's kernels; see surprisal_product_mixture.h for what each does.
#ifndef SURPRISAL_PRODUCT_KERNELS_H
#define SURPRISAL_PRODUCT_KERNELS_H

#include "surprisal_mixture.h"
#include "surprisal_product_mixture.h"

#include <math.h>

typedef struct {
  size_t lanes;
  void (*table)(const surprisal_product_mixture *, const double *, double *);
  void (*expectation)(const surprisal_product_mixture *, size_t, size_t, double *, double *, double *);
  void (*posterior)(const surprisal_product_mixture *, size_t, size_t, double *, double *, double *);
} surprisal_product_mixture_kernels;

extern const surprisal_product_mixture_kernels surprisal_product_mixture_baseline;
#if defined(__x86_64__)
extern const surprisal_product_mixture_kernels surprisal_product_mixture_v3;
extern const surprisal_product_mixture_kernels surprisal_product_mixture_v4;
#endif

#endif
