// Calls the recursions of the best instruction set.
#include "kernels.h"
#include "surprisal_cpu.h"

static const surprisal_chain_kernels *kernels(void) {
#if defined(__x86_64__)
  switch (surprisal_current_instruction_set()) {
  case SURPRISAL_V4: return &surprisal_chain_v4;
  case SURPRISAL_V3: return &surprisal_chain_v3;
  default: break;
  }
#endif
  return &surprisal_chain_baseline;
}

size_t surprisal_chain_workspace_count(const surprisal_chain *chain) { return kernels()->workspace_count(chain); }

int surprisal_chain_forward(const surprisal_chain *chain, size_t first, size_t end, int logs, double *checkpoints,
                            double *densities, double *workspace) {
  return kernels()->forward(chain, first, end, logs, checkpoints, densities, workspace);
}

int surprisal_chain_backward(const surprisal_chain *chain, size_t first, size_t end, int logs, double *checkpoints,
                             double *workspace) {
  return kernels()->backward(chain, first, end, logs, checkpoints, workspace);
}

int surprisal_chain_tile(const surprisal_chain *chain, size_t first, size_t end, int logs, const double *before,
                         const double *after, double weight, double *sums, double *totals, double *posteriors,
                         double *workspace) {
  return kernels()->tile(chain, first, end, logs, before, after, weight, sums, totals, posteriors, workspace);
}

int surprisal_chain_best_path(const surprisal_chain *chain, size_t first, size_t end, int32_t *path, double *density,
                              double *checkpoints, double *workspace) {
  return kernels()->best_path(chain, first, end, path, density, checkpoints, workspace);
}
