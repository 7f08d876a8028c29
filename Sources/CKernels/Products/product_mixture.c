// Calls the kernels of product mixtures of the best instruction set.
#include "product_kernels.h"
#include "surprisal_cpu.h"

static const surprisal_product_mixture_kernels *kernels(void) {
#if defined(__x86_64__)
  switch (surprisal_current_instruction_set()) {
  case SURPRISAL_V4: return &surprisal_product_mixture_v4;
  case SURPRISAL_V3: return &surprisal_product_mixture_v3;
  default: break;
  }
#endif
  return &surprisal_product_mixture_baseline;
}

size_t surprisal_product_mixture_width(size_t components) {
  size_t lanes = kernels()->lanes;
  return (components + lanes - 1) / lanes * lanes;
}

size_t surprisal_product_mixture_sum_count(const surprisal_product_mixture *plan) {
  return surprisal_product_mixture_width(plan->components) *
         (1 + plan->slotCount + plan->linearColumns + 2 * plan->normalColumns);
}

size_t surprisal_product_mixture_workspace_count(const surprisal_product_mixture *plan) {
  return (surprisal_product_mixture_width(plan->components) + 2) * SURPRISAL_CHUNK_ROWS;
}

void surprisal_product_mixture_table(const surprisal_product_mixture *plan, const double *values, double *table) {
  kernels()->table(plan, values, table);
}

void surprisal_product_mixture_expectation(const surprisal_product_mixture *plan, size_t first, size_t end,
                                           double *sums, double *totals, double *workspace) {
  kernels()->expectation(plan, first, end, sums, totals, workspace);
}

void surprisal_product_mixture_posterior(const surprisal_product_mixture *plan, size_t first, size_t end,
                                         double *densities, double *responsibilities, double *workspace) {
  kernels()->posterior(plan, first, end, densities, responsibilities, workspace);
}
