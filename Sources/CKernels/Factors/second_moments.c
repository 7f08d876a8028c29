// Second moments by tiles of rows, standardized into panels of 8 columns that stay in the first cache. One body,
// compiled for each instruction set and chosen by surprisal_cpu.h.
#include "surprisal_second_moments.h"
#include "surprisal_cpu.h"

#include <math.h>

#pragma clang fp contract(fast)
#define BODY static inline __attribute__((always_inline))

typedef double vec8 __attribute__((vector_size(64)));
typedef double loose8 __attribute__((vector_size(64), aligned(8)));

enum { WIDTH = 8, TILE = 64, PANEL = TILE * WIDTH + WIDTH }; // a line apart, so that panels share no cache set

size_t surprisal_second_moments_stride(size_t columns) { return (columns + WIDTH - 1) / WIDTH * WIDTH; }
size_t surprisal_second_moments_workspace_count(size_t columns) {
  return surprisal_second_moments_stride(columns) / WIDTH * PANEL;
}

// Rows to panels [panel][row][8], times √w; returns Σ w.
BODY double pack(const surprisal_second_moments *plan, size_t first, size_t count, double *sums, double *panels) {
  const size_t D = plan->columns, whole = D / WIDTH;
  const double *weights = plan->weights ? plan->weights + first : 0;
  double total = 0, roots[TILE];
  for (size_t r = 0; r < count; r++) {
    double w = weights ? weights[r] : 1;
    total += w;
    roots[r] = weights ? sqrt(w) : 1;
  }
  for (size_t p = 0; p < whole; p++) {
    const double *from = plan->rows + first * D + p * WIDTH;
    double *to = panels + p * PANEL;
    const vec8 shift = *(const loose8 *)(plan->shift + p * WIDTH);
    const vec8 scale = *(const loose8 *)(plan->inverseScale + p * WIDTH);
    vec8 sum = {0};
    for (size_t r = 0; r < count; r++, from += D, to += WIDTH) {
      vec8 t = (*(const loose8 *)from - shift) * scale;
      if (weights) {
        sum += t * weights[r];
        t *= roots[r];
      } else {
        sum += t;
      }
      *(loose8 *)to = t;
    }
    *(loose8 *)(sums + p * WIDTH) += sum;
  }
  if (whole * WIDTH < D)
    for (size_t r = 0; r < count; r++) {
      const double *from = plan->rows + (first + r) * D;
      double *to = panels + whole * PANEL + r * WIDTH;
      for (size_t j = 0; j < WIDTH; j++) {
        size_t d = whole * WIDTH + j;
        double t = d < D ? (from[d] - plan->shift[d]) * plan->inverseScale[d] : 0;
        if (d < D) sums[d] += weights ? t * weights[r] : t;
        to[j] = t * roots[r];
      }
    }
  return total;
}

// products += leftᵀ · right for `lefts` columns from one panel and `panels` whole panels.
BODY void block(const int lefts, const int panels, size_t count, const double *left, const double *right,
                double *products, size_t stride) {
  vec8 sums[24];
#pragma unroll
  for (int i = 0; i < lefts * panels; i++) sums[i] = (vec8){0};
  for (size_t r = 0; r < count; r++, left += WIDTH, right += WIDTH) {
    vec8 values[3];
#pragma unroll
    for (int p = 0; p < panels; p++) values[p] = *(const loose8 *)(right + p * PANEL);
#pragma unroll
    for (int a = 0; a < lefts; a++)
#pragma unroll
      for (int p = 0; p < panels; p++) sums[a * panels + p] += left[a] * values[p];
  }
#pragma unroll
  for (int a = 0; a < lefts; a++)
#pragma unroll
    for (int p = 0; p < panels; p++) *(loose8 *)(products + (size_t)a * stride + p * WIDTH) += sums[a * panels + p];
}

BODY double add(const int lefts, const int most, const surprisal_second_moments *plan, size_t first, size_t end,
                double *sums, double *products, double *panels) {
  const size_t stride = surprisal_second_moments_stride(plan->columns), count = stride / WIDTH;
  double total = 0;
  for (; first < end; first += TILE) {
    const size_t rows = end - first < TILE ? end - first : TILE;
    total += pack(plan, first, rows, sums, panels);
    for (size_t p = 0; p < count; p++) {
      // The next tile's rows come while this one's products are summed.
      if (first + 2 * TILE <= end) {
        const double *next = plan->rows + (first + TILE) * plan->columns + p * WIDTH;
        for (size_t r = 0; r < TILE; r++) __builtin_prefetch(next + r * plan->columns);
      }
      for (int a = 0; a < WIDTH; a += lefts) {
        const double *left = panels + p * PANEL + a;
        double *to = products + (p * WIDTH + (size_t)a) * stride;
        size_t q = p;
        if (most == 3) {
          for (; q + 3 <= count; q += 3) block(lefts, 3, rows, left, panels + q * PANEL, to + q * WIDTH, stride);
          if (q + 2 == count) block(lefts, 2, rows, left, panels + q * PANEL, to + q * WIDTH, stride), q += 2;
        }
        for (; q < count; q++) block(lefts, 1, rows, left, panels + q * PANEL, to + q * WIDTH, stride);
      }
    }
  }
  return total;
}

#define PARAMETERS \
  (const surprisal_second_moments *plan, size_t first, size_t end, double *sums, double *products, double *work)
#define ARGUMENTS plan, first, end, sums, products, work
#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v4"), min_vector_width(512))) static double add_v4 PARAMETERS {
  return add(8, 3, ARGUMENTS);
}
__attribute__((target("arch=x86-64-v3"))) static double add_v3 PARAMETERS { return add(4, 1, ARGUMENTS); }
#endif

double surprisal_second_moments_add PARAMETERS {
#if defined(__x86_64__)
  switch (surprisal_current_instruction_set()) {
  case SURPRISAL_V4: return add_v4(ARGUMENTS);
  case SURPRISAL_V3: return add_v3(ARGUMENTS);
  default: break;
  }
#endif
  return add(2, 1, ARGUMENTS);
}
