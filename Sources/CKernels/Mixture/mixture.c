// Calls the mixture kernels of the best instruction set.
#include "kernels.h"
#include "surprisal_cpu.h"

static const surprisal_mixture_kernels *kernels(void) {
#if defined(__x86_64__)
  switch (surprisal_current_instruction_set()) {
  case SURPRISAL_V4: return &surprisal_mixture_v4;
  case SURPRISAL_V3: return &surprisal_mixture_v3;
  default: break;
  }
#endif
  return &surprisal_mixture_baseline;
}

size_t surprisal_mixture_feature_count(size_t columns, int diagonal) {
  return (diagonal ? columns : columns * (columns + 1) / 2) + columns + 1;
}

size_t surprisal_mixture_workspace_count(const surprisal_mixture *plan) { return kernels()->workspace_count(plan); }

void surprisal_mixture_pack(const surprisal_mixture *plan, const double *coefficients, double *packed) {
  kernels()->pack(plan, coefficients, packed);
}

size_t surprisal_mixture_whitening_count(size_t columns, int diagonal) {
  return kernels()->whitening_count(columns, diagonal);
}

void surprisal_mixture_pack_whitening(size_t columns, int diagonal, const double *lower, double *packed) {
  kernels()->pack_whitening(columns, diagonal, lower, packed);
}

void surprisal_mixture_expectation(const surprisal_mixture *plan, size_t first, size_t end, double *statistics,
                                   double *totals, double *workspace) {
  kernels()->expectation(plan, first, end, statistics, totals, workspace);
}

void surprisal_mixture_posterior(const surprisal_mixture *plan, size_t first, size_t end, double *densities,
                                 double *responsibilities, double *workspace) {
  kernels()->posterior(plan, first, end, densities, responsibilities, workspace);
}

void surprisal_mixture_tile_logits(const surprisal_mixture *plan, size_t first, size_t end, double *logits,
                                   size_t stride, double *workspace) {
  kernels()->tile_logits(plan, first, end, logits, stride, workspace);
}

void surprisal_mixture_tile_statistics(const surprisal_mixture *plan, size_t count, const double *responsibilities,
                                       size_t stride, double *statistics, double *workspace) {
  kernels()->tile_statistics(plan, count, responsibilities, stride, statistics, workspace);
}
