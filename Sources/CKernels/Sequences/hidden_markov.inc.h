// Forward-backward, its statistics and the best path over one tile after another. Included once per instruction set.

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

// MARK: Emissions

// Log-emissions less each row's largest, and unless `logs` their exponentials.
static void emit(const surprisal_chain *c, size_t first, size_t end, int logs, chain_workspace *w) {
  const size_t S = c->stride, D = c->columns;
  if (c->emissions == SURPRISAL_GAUSSIAN_EMISSIONS)
    surprisal_mixture_tile_logits(c->mixture, first, end, w->logs, S, w->mixture);
  for (size_t r = 0; r < end - first; r++) {
    // Single numbers right before the vectors that read them would have to wait for each other: not in the loop below.
    for (size_t k = c->states; k < S; k++) w->logs[r * S + k] = -INFINITY;
  }
  for (size_t r = 0; r < end - first; r++) {
    const double *x = c->rows ? c->rows + (first + r) * D : NULL;
    double *row = w->logs + r * S;
    if (c->emissions == SURPRISAL_CATEGORICAL_EMISSIONS) {
      memset(row, 0, c->states * sizeof(double));
      for (size_t d = 0; d < D; d++) {
        const double *level = c->table + ((size_t)c->offsets[d] + (size_t)x[d]) * S;
        for (size_t v = 0; v < S; v += LANES) store(row + v, load(row + v) + load(level + v));
      }
    } else if (c->emissions == SURPRISAL_POISSON_EMISSIONS) {
      memcpy(row, c->table + D * S, c->states * sizeof(double));
      // A rate of 0 has the logarithm -inf, which counts of 0 do not meet.
      for (size_t d = 0; d < D; d++)
        if (x[d] != 0)
          for (size_t v = 0; v < S; v += LANES) store(row + v, load(row + v) + splat(x[d]) * load(c->table + d * S + v));
    }
    vec top = largest_everywhere(row, S);
    w->tops[r] = top[0];
    for (size_t v = 0; v < S; v += LANES) {
      vec below = load(row + v) - top;
      store(row + v, below);
      if (logs) continue;
      vec floor = select_vec(below > splat(-INFINITY), splat(SMALLEST), (vec){0});
      store(w->emissions + r * S + v, maximum(exp_nonpositive(below), floor));
    }
  }
}

// Adds the statistics at the weighted posteriors in `betas`.
static void emission_statistics(const surprisal_chain *c, size_t first, size_t end, chain_workspace *w, double *sums) {
  const size_t S = c->stride, D = c->columns;
  if (c->emissions == SURPRISAL_GAUSSIAN_EMISSIONS) {
    surprisal_mixture_tile_statistics(c->mixture, end - first, w->betas, S, sums, w->mixture);
    return;
  }
  const int poisson = c->emissions == SURPRISAL_POISSON_EMISSIONS;
  for (size_t r = 0; r < end - first; r++) {
    const double *x = c->rows + (first + r) * D, *share = w->betas + r * S;
    for (size_t d = 0; d <= D; d++) {
      if (d == D && !poisson) break;
      double factor = poisson && d < D ? x[d] : 1;
      double *out = sums + (poisson ? d : (size_t)c->offsets[d] + (size_t)x[d]) * S;
      for (size_t v = 0; v < S; v += LANES) store(out + v, load(out + v) + splat(factor) * load(share + v));
    }
  }
}

// MARK: Recursions over one tile

// Fills `alphas`, `scales` and `logScales` from the normalized row before, or from the initial states if it is NULL. Rows
// of `alphas` have the sums in `scales`: a row is divided by its sum on the way to the next, while the product is formed.
static int forward_scaled(const surprisal_chain *c, size_t count, const double *before, chain_workspace *w) {
  const size_t S = c->stride;
  int_vec low = {0};
  vec share = splat(1.0);
  if (before) memcpy(w->alphas, before, S * sizeof(double));
  for (size_t r = 0; r < count; r++) {
    const double *b = w->emissions + r * S;
    double *out = w->alphas + (r + 1) * S;
    vec total = {0};
    if (r > 0 || before) {
      total = product(c->transitions, c->states, S, w->alphas + r * S, b, share, out, &low);
    } else {
      for (size_t v = 0; v < S; v += LANES) {
        vec predicted = load(c->initial + v), emission = load(b + v), value = predicted * emission;
        low |= (value < splat(UNSEEN)) & (predicted > splat(0.0)) & (emission > splat(0.0));
        total += value;
        store(out + v, value);
      }
      total = total_everywhere(total);
    }
    if (!(total[0] >= LOST)) return SURPRISAL_CHAIN_UNDERFLOW;
    share = splat(1.0) / total;
    w->scales[r] = total[0];
  }
  for (size_t r = count; r < ROWS; r++) w->scales[r] = 1;
  log_rows(w->scales, w->logScales);
  return c->sparse && any_lane(low) ? SURPRISAL_CHAIN_UNDERFLOW : SURPRISAL_CHAIN_SOUND;
}

static int forward_logs(const surprisal_chain *c, size_t count, const double *before, chain_workspace *w) {
  const size_t S = c->stride;
  if (before) memcpy(w->alphas, before, S * sizeof(double));
  for (size_t r = 0; r < count; r++) {
    double *out = w->alphas + (r + 1) * S;
    if (r == 0 && !before) memcpy(out, c->logInitial, S * sizeof(double));
    else log_product(c->logTransitions, c->states, S, w->alphas + r * S, out);
    for (size_t v = 0; v < S; v += LANES) store(out + v, load(out + v) + load(w->logs + r * S + v));
    double total = log_sum(out, S);
    w->logScales[r] = total;
    if (!(total > -INFINITY)) {
      for (; r < count; r++) w->logScales[r] = -INFINITY;
      return SURPRISAL_CHAIN_IMPOSSIBLE;
    }
    for (size_t v = 0; v < S; v += LANES) store(out + v, load(out + v) - splat(total));
  }
  return SURPRISAL_CHAIN_SOUND;
}

// Fills `betas`, `flows` and `norms` (logarithms if `logs`) from `after` of the last row, 1 if it is NULL; if `goes_on`,
// `previous` receives that of the row before the tile. Scaled rows before the last have the sum in the norm of the row
// behind them, by which they are divided on the way to the next; `previous` is normalized.
static int backward_tile(const surprisal_chain *c, size_t count, int logs, const double *after, int goes_on,
                         chain_workspace *w) {
  const size_t S = c->stride;
  double *last = w->betas + (count - 1) * S;
  int_vec low = {0};
  vec share = splat(1.0);
  for (size_t k = 0; k < S; k++) last[k] = after ? after[k] : k < c->states ? !logs : logs ? -INFINITY : 0;
  for (size_t r = count; r-- > 0;) {
    double *beta = w->betas + r * S, *flow = w->flows + r * S, *out = r > 0 ? beta - S : w->previous;
    const double *b = (logs ? w->logs : w->emissions) + r * S;
    for (size_t v = 0; v < S; v += LANES) {
      vec later = load(beta + v), own = load(b + v), value = logs ? later + own : later * own;
      low |= (value < splat(UNSEEN)) & (later > splat(0.0)) & (own > splat(0.0));
      store(flow + v, value);
    }
    w->norms[r] = 1;
    if (r == 0 && !goes_on) break;
    if (logs) {
      log_product(c->logTransposed, c->states, S, flow, out);
      double total = log_sum(out, S);
      if (!(total > -INFINITY)) return SURPRISAL_CHAIN_IMPOSSIBLE;
      for (size_t v = 0; v < S; v += LANES) store(out + v, load(out + v) - splat(total));
      w->norms[r] = total;
    } else {
      vec total = product(c->transposed, c->states, S, flow, NULL, share, out, &low);
      if (!(total[0] >= LOST)) return SURPRISAL_CHAIN_UNDERFLOW;
      share = splat(1.0) / total;
      w->norms[r] = total[0];
    }
  }
  if (!logs && goes_on) scale(w->previous, 1 / w->norms[0], S, w->previous);
  return !logs && c->sparse && any_lane(low) ? SURPRISAL_CHAIN_UNDERFLOW : SURPRISAL_CHAIN_SOUND;
}

// MARK: Posteriors

// counts[i][j] = Σ_r alpha[r][i] * flow[r][j], the transitions but for their own probabilities.
INLINE void count_block(const int rows, const int vectors, const double *x, const double *y, size_t n, size_t S,
                        double *out) {
  vec sums[BLOCK][2];
#pragma unroll
  for (int i = 0; i < rows; i++)
#pragma unroll
    for (int v = 0; v < vectors; v++) sums[i][v] = (vec){0};
  for (size_t r = 0; r < n; r++, x += S, y += S)
#pragma unroll
    for (int i = 0; i < rows; i++)
#pragma unroll
      for (int v = 0; v < vectors; v++) sums[i][v] += splat(x[i]) * load(y + v * LANES);
#pragma unroll
  for (int i = 0; i < rows; i++)
#pragma unroll
    for (int v = 0; v < vectors; v++) store(out + (size_t)i * S + v * LANES, sums[i][v]);
}

static void count_transitions(const double *x, const double *y, size_t n, size_t K, size_t S, double *out) {
  for (size_t v = 0; v < S; v += 2 * LANES) {
    const int pair = v + 2 * LANES <= S;
    size_t i = 0;
    for (; i + BLOCK <= K; i += BLOCK)
      if (pair) count_block(BLOCK, 2, x + i, y + v, n, S, out + i * S + v);
      else count_block(BLOCK, 1, x + i, y + v, n, S, out + i * S + v);
    for (; i < K; i++)
      if (pair) count_block(1, 2, x + i, y + v, n, S, out + i * S + v);
      else count_block(1, 1, x + i, y + v, n, S, out + i * S + v);
  }
}

// Posteriors into `betas`, transitions into `counts`; Σ -log q of the paths' transitions is added to `entropy`: the
// conditionals from the backward recursion, whose own parts cancel along a path but for the norms.
static int posteriors_scaled(const surprisal_chain *c, size_t count, int starts, chain_workspace *w, double *entropy) {
  const size_t S = c->stride, K = c->states;
  vec surprise = {0};
  int_vec low = {0};
  for (size_t r = 0; r < count; r++) {
    double *beta = w->betas + r * S, *flow = w->flows + r * S;
    const double *alpha = w->alphas + (r + 1) * S;
    vec sum = {0};
    for (size_t v = 0; v < S; v += LANES) sum += load(alpha + v) * load(beta + v);
    vec total = total_everywhere(sum);
    if (!(total[0] >= UNSEEN)) return SURPRISAL_CHAIN_UNDERFLOW;
    const int initial = starts && r == 0;
    // Of the rows' own sums only the row's before is not in both parts of a quotient.
    if (initial) w->norms[0] = total[0] / (count > 1 ? w->norms[1] : 1);
    else product(c->entropies, K, S, w->alphas + r * S, NULL, splat(1.0), w->row, &low);
    vec share = splat(1.0) / total, flow_share = share * splat(1 / (r > 0 ? w->scales[r - 1] : 1));
    for (size_t v = 0; v < S; v += LANES) {
      vec posterior = load(alpha + v) * load(beta + v) * share, into = load(flow + v) * flow_share;
      surprise -= posterior * maximum(load(w->logs + r * S + v), splat(-1e300));
      surprise -= initial ? posterior * maximum(load(c->logInitial + v), splat(-1e300)) : load(w->row + v) * into;
      store(beta + v, posterior);
      store(flow + v, into);
    }
  }
  for (size_t r = count; r < ROWS; r++) w->norms[r] = 1;
  log_rows(w->norms, w->norms);
  *entropy = sum_lanes(surprise);
  for (size_t r = 0; r < count; r++) *entropy += w->norms[r];
  size_t skip = starts ? 1 : 0;
  count_transitions(w->alphas + skip * S, w->flows + skip * S, count - skip, K, S, w->counts);
  for (size_t i = 0; i < K * S; i++) w->counts[i] *= c->transitions[i];
  return SURPRISAL_CHAIN_SOUND;
}

static int posteriors_logs(const surprisal_chain *c, size_t count, int starts, chain_workspace *w, double *entropy) {
  const size_t S = c->stride, K = c->states;
  vec surprise = {0};
  double norms = 0;
  memset(w->counts, 0, K * S * sizeof(double));
  for (size_t r = 0; r < count; r++) {
    double *beta = w->betas + r * S;
    const double *alpha = w->alphas + (r + 1) * S, *before = w->alphas + r * S, *flow = w->flows + r * S;
    for (size_t v = 0; v < S; v += LANES) store(w->row + v, load(alpha + v) + load(beta + v));
    double total = log_sum(w->row, S), norm = total + w->logScales[r];
    if (!(total > -INFINITY)) return SURPRISAL_CHAIN_IMPOSSIBLE;
    const int initial = starts && r == 0;
    norms += initial ? norm : w->norms[r];
    for (size_t v = 0; v < S; v += LANES) {
      vec posterior = exp_nonpositive(load(w->row + v) - splat(total));
      surprise -= posterior * maximum(load(w->logs + r * S + v), splat(-1e300));
      if (initial) surprise -= posterior * maximum(load(c->logInitial + v), splat(-1e300));
      store(beta + v, posterior);
    }
    for (size_t i = 0; i < K && !initial; i++)
      for (size_t v = 0; v < S; v += LANES) {
        vec transition = load(c->logTransitions + i * S + v);
        vec share = exp_nonpositive(splat(before[i] - norm) + transition + load(flow + v));
        surprise -= share * maximum(transition, splat(-1e300));
        store(w->counts + i * S + v, load(w->counts + i * S + v) + share);
      }
  }
  *entropy = sum_lanes(surprise) + norms;
  return SURPRISAL_CHAIN_SOUND;
}

static int tile(const surprisal_chain *c, size_t first, size_t end, int logs, const double *before, const double *after,
                double weight, double *sums, double *totals, double *posteriors, double *workspace) {
  const size_t S = c->stride, K = c->states, count = end - first;
  chain_workspace w;
  double entropy;
  arrange(c, workspace, &w);
  emit(c, first, end, logs, &w);
  int state = logs ? forward_logs(c, count, before, &w) : forward_scaled(c, count, before, &w);
  if (!state) state = backward_tile(c, count, logs, after, before != NULL, &w);
  if (!state) state = (logs ? posteriors_logs : posteriors_scaled)(c, count, before == NULL, &w, &entropy);
  if (state) return state;
  if (posteriors)
    for (size_t r = 0; r < count; r++) memcpy(posteriors + r * K, w.betas + r * S, K * sizeof(double));
  if (!sums) return state;
  double likelihood = 0, magnitude = 0;
  for (size_t r = 0; r < count; r++) {
    double density = w.tops[r] + w.logScales[r];
    likelihood += density;
    magnitude += fabs(density);
  }
  totals[0] += weight * (double)count;
  totals[1] += weight * likelihood;
  totals[2] += weight * magnitude;
  totals[3] += weight * entropy;
  if (weight != 1)
    for (size_t i = 0; i < count * S; i++) w.betas[i] *= weight;
  if (!before)
    for (size_t k = 0; k < K; k++) sums[k] += w.betas[k];
  for (size_t i = 0; i < K * S; i++) sums[S + i] += weight * w.counts[i];
  emission_statistics(c, first, end, &w, sums + S + K * S);
  return state;
}

// MARK: Whole sequences

static int forward(const surprisal_chain *c, size_t first, size_t end, int logs, double *checkpoints, double *densities,
                   double *workspace) {
  const size_t S = c->stride;
  const double *before = NULL;
  chain_workspace w;
  arrange(c, workspace, &w);
  for (size_t row = first; row < end; row += ROWS) {
    size_t count = end - row < ROWS ? end - row : ROWS;
    emit(c, row, row + count, logs, &w);
    int state = logs ? forward_logs(c, count, before, &w) : forward_scaled(c, count, before, &w);
    if (state == SURPRISAL_CHAIN_UNDERFLOW) return state;
    if (densities)
      for (size_t r = 0; r < count; r++) densities[row - first + r] = w.tops[r] + w.logScales[r];
    if (state) {
      if (densities)
        for (size_t r = row - first + count; r < end - first; r++) densities[r] = -INFINITY;
      return state;
    }
    scale(w.alphas + count * S, logs ? 1 : 1 / w.scales[count - 1], S, checkpoints);
    before = checkpoints;
    checkpoints += S;
  }
  return SURPRISAL_CHAIN_SOUND;
}

static int backward(const surprisal_chain *c, size_t first, size_t end, int logs, double *checkpoints,
                    double *workspace) {
  const size_t S = c->stride;
  const double *after = NULL;
  chain_workspace w;
  arrange(c, workspace, &w);
  for (size_t tiles = (end - first + ROWS - 1) / ROWS; tiles-- > 0;) {
    size_t row = first + tiles * ROWS, count = end - row < ROWS ? end - row : ROWS;
    emit(c, row, row + count, logs, &w);
    int state = backward_tile(c, count, logs, after, tiles > 0, &w);
    if (state) return state;
    memcpy(checkpoints + tiles * S, w.betas + (count - 1) * S, S * sizeof(double));
    if (tiles == 0) break;
    memcpy(w.row, w.previous, S * sizeof(double));
    after = w.row;
  }
  return SURPRISAL_CHAIN_SOUND;
}

// ln p of the best path into every state, [1 + ROWS] rows in `alphas`, less each row's largest (in `logScales`);
// if `origins`, where each came from, [ROWS][stride].
static int best_tile(const surprisal_chain *c, size_t count, const double *before, int64_t *origins,
                     chain_workspace *w) {
  const size_t S = c->stride;
  if (before) memcpy(w->alphas, before, S * sizeof(double));
  for (size_t r = 0; r < count; r++) {
    const double *from = w->alphas + r * S;
    double *out = w->alphas + (r + 1) * S;
    for (size_t v = 0; v < S; v += LANES) {
      vec best = splat(-INFINITY);
      int_vec origin = {0};
      if (r == 0 && !before) best = load(c->logInitial + v);
      else
        for (size_t i = 0; i < c->states; i++) {
          vec value = splat(from[i]) + load(c->logTransitions + i * S + v);
          int_vec better = value > best, number = (int64_t)i - (int_vec){0};
          best = select_vec(better, value, best);
          origin = (better & number) | (~better & origin);
        }
      store(out + v, best + load(w->logs + r * S + v));
      if (origins) memcpy(origins + r * S + v, &origin, sizeof origin);
    }
    double top = largest(out, S);
    w->logScales[r] = top;
    if (!(top > -1e299)) return SURPRISAL_CHAIN_IMPOSSIBLE;
    for (size_t v = 0; v < S; v += LANES) store(out + v, load(out + v) - splat(top));
  }
  return SURPRISAL_CHAIN_SOUND;
}

static int best_path(const surprisal_chain *c, size_t first, size_t end, int32_t *path, double *density,
                     double *checkpoints, double *workspace) {
  const size_t S = c->stride, tiles = (end - first + ROWS - 1) / ROWS;
  chain_workspace w;
  arrange(c, workspace, &w);
  int64_t *origins = (int64_t *)w.flows;
  *density = 0;
  for (size_t t = 0; t < tiles; t++) {
    size_t row = first + t * ROWS, count = end - row < ROWS ? end - row : ROWS;
    emit(c, row, row + count, 1, &w);
    int state = best_tile(c, count, t > 0 ? checkpoints + (t - 1) * S : NULL, NULL, &w);
    for (size_t r = 0; r < count && !state; r++) *density += w.tops[r] + w.logScales[r];
    if (state) return *density = -INFINITY, state;
    memcpy(checkpoints + t * S, w.alphas + count * S, S * sizeof(double));
  }
  size_t now = 0;
  for (size_t k = 1; k < c->states; k++)
    if (checkpoints[(tiles - 1) * S + k] > checkpoints[(tiles - 1) * S + now]) now = k;
  for (size_t t = tiles; t-- > 0;) {
    size_t row = first + t * ROWS, count = end - row < ROWS ? end - row : ROWS;
    emit(c, row, row + count, 1, &w);
    best_tile(c, count, t > 0 ? checkpoints + (t - 1) * S : NULL, origins, &w);
    for (size_t r = count; r-- > 0;) {
      path[row - first + r] = (int32_t)now;
      now = (size_t)origins[r * S + now];
    }
  }
  return SURPRISAL_CHAIN_SOUND;
}

const surprisal_chain_kernels KERNELS = {workspace_count, forward, backward, tile, best_path};
