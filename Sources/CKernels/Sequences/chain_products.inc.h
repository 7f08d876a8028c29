// Memory, vectors and small products of the recursions. Included once per instruction set.

enum { ROWS = SURPRISAL_TILE_ROWS, BLOCK = 4 };

// Emissions below SMALLEST of their row's largest count as SMALLEST, so that only true zeros are 0; a state that is
// possible but falls below UNSEEN, or a sum below LOST, asks for the log form.
#define SMALLEST 1e-300
#define UNSEEN 1e-200
#define LOST 1e-100

typedef struct {
  double *mixture;
  double *logs;      // [ROWS][stride]: log-emission - its row's largest
  double *emissions; // [ROWS][stride]: their exponentials
  double *alphas;    // [1 + ROWS][stride]: filtered states, from the row before the tile on
  double *betas;     // [ROWS][stride]: scaled p(x after | state), then posteriors
  double *flows;     // [ROWS][stride]: emission * beta, then what a transition into the state is multiplied by
  double *counts;    // [states][stride]: transitions of the tile
  double *tops, *scales, *logScales, *norms; // [ROWS]
  double *row, *previous;                    // [stride]
} chain_workspace;

static size_t arrange(const surprisal_chain *c, double *base, chain_workspace *w) {
  const size_t S = c->stride;
  size_t mixture = c->emissions == SURPRISAL_GAUSSIAN_EMISSIONS ? surprisal_mixture_workspace_count(c->mixture) : 0;
  size_t sizes[13] = {(mixture + 7) / 8 * 8, ROWS * S, ROWS * S, (1 + ROWS) * S, ROWS * S, ROWS * S, c->states * S,
                      ROWS, ROWS, ROWS, ROWS, S, S};
  double **parts[13] = {&w->mixture, &w->logs, &w->emissions, &w->alphas, &w->betas, &w->flows, &w->counts,
                        &w->tops, &w->scales, &w->logScales, &w->norms, &w->row, &w->previous};
  size_t total = 0;
  for (int i = 0; i < 13; i++) {
    if (base) *parts[i] = base + total;
    total += sizes[i];
  }
  return total;
}

static size_t workspace_count(const surprisal_chain *c) { return arrange(c, NULL, &(chain_workspace){0}); }

// The vector with its halves, quarters and so on exchanged: sums and maxima of lanes end up in every lane, where the
// next vector operation wants them.
#if LANES == 8
#define SWAPPED(v, step)                                                                                               \
  ((step) == 1   ? __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3)                                               \
   : (step) == 2 ? __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5)                                               \
                 : __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6))
#elif LANES == 4
#define SWAPPED(v, step)                                                                                               \
  ((step) == 1 ? __builtin_shufflevector(v, v, 2, 3, 0, 1) : __builtin_shufflevector(v, v, 1, 0, 3, 2))
#else
#define SWAPPED(v, step) __builtin_shufflevector(v, v, 1, 0)
#endif

INLINE vec total_everywhere(vec v) {
#pragma unroll
  for (int step = 1; (1 << step) <= LANES; step++) v += SWAPPED(v, step);
  return v;
}

INLINE vec largest_everywhere(const double *x, size_t S) {
  vec top = load(x);
  for (size_t v = LANES; v < S; v += LANES) top = maximum(top, load(x + v));
#pragma unroll
  for (int step = 1; (1 << step) <= LANES; step++) top = maximum(top, SWAPPED(top, step));
  return maximum(top, splat(-1e300)); // -inf less itself would be no number
}

INLINE double largest(const double *x, size_t S) { return largest_everywhere(x, S)[0]; }

// ln Σ exp(x), -inf for nothing.
INLINE double log_sum(const double *x, size_t S) {
  double top = largest(x, S);
  vec sum = {0};
  for (size_t v = 0; v < S; v += LANES) sum += exp_nonpositive(load(x + v) - splat(top));
  double total = sum_lanes(sum);
  return total > 0 ? top + log(total) : -INFINITY;
}

INLINE void log_rows(const double *x, double *out) {
  for (size_t r = 0; r < ROWS; r += LANES) store(out + r, log_positive(load(x + r)));
}

INLINE int any_lane(int_vec mask) {
  int64_t bits = 0;
  for (int i = 0; i < LANES; i++) bits |= mask[i];
  return bits != 0;
}

// out = share * factor * Σ_i x[i] * matrix[i] (factor 1 if NULL) for up to BLOCK vectors of columns, and its sum; even
// and odd rows apart, as additions wait. `low` notes where a positive product fell below UNSEEN.
INLINE vec product_block(const int vectors, const double *matrix, size_t n, size_t S, const double *x,
                         const double *factor, vec share, double *out, int_vec *low) {
  vec even[BLOCK], odd[BLOCK], sum = {0};
#pragma unroll
  for (int v = 0; v < vectors; v++) even[v] = odd[v] = (vec){0};
  size_t i = 0;
  for (; i + 2 <= n; i += 2, matrix += 2 * S) {
    vec a = splat(x[i]), b = splat(x[i + 1]);
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      even[v] += a * load(matrix + v * LANES);
      odd[v] += b * load(matrix + S + v * LANES);
    }
  }
  if (i < n)
#pragma unroll
    for (int v = 0; v < vectors; v++) even[v] += splat(x[i]) * load(matrix + v * LANES);
#pragma unroll
  for (int v = 0; v < vectors; v++) {
    vec all = even[v] + odd[v], own = factor ? load(factor + v * LANES) : splat(1.0), value = all * own * share;
    if (factor) *low |= (value < splat(UNSEEN)) & (all > splat(0.0)) & (own > splat(0.0));
    store(out + v * LANES, value);
    sum += value;
  }
  return sum;
}

INLINE vec product(const double *matrix, size_t n, size_t S, const double *x, const double *factor, vec share,
                   double *out, int_vec *low) {
  vec sum = {0};
  size_t v = 0;
#define PRODUCT_BLOCK(count)                                                                                           \
  for (; v + (count)*LANES <= S; v += (count)*LANES)                                                                   \
    sum += product_block(count, matrix + v, n, S, x, factor ? factor + v : NULL, share, out + v, low);
  PRODUCT_BLOCK(BLOCK)
  PRODUCT_BLOCK(2)
  PRODUCT_BLOCK(1)
  return total_everywhere(sum);
}

INLINE void scale(const double *x, double share, size_t S, double *out) {
  for (size_t v = 0; v < S; v += LANES) store(out + v, load(x + v) * splat(share));
}

// out = ln Σ_i exp(x[i] + matrix[i]).
static void log_product(const double *matrix, size_t n, size_t S, const double *x, double *out) {
  for (size_t v = 0; v < S; v += LANES) {
    vec top = splat(-1e300), sum = {0};
    for (size_t i = 0; i < n; i++) top = maximum(top, splat(x[i]) + load(matrix + i * S + v));
    for (size_t i = 0; i < n; i++) sum += exp_nonpositive(splat(x[i]) + load(matrix + i * S + v) - top);
    int_vec some = sum > splat(0.0);
    store(out + v, select_vec(some, top + log_positive(select_vec(some, sum, splat(1.0))), splat(-INFINITY)));
  }
}
