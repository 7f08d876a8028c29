// Posteriors, their statistics and the best path over one tile after another. Included once per instruction set.

#include "chain_products.inc.h"
#include "chain_emissions.inc.h"
#include "chain_recursions.inc.h"

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
