// The E-step and its statistics over one tile after another. Included once per instruction set.

typedef struct {
  double *columns;   // [block][D][BLOCK_ROWS] standardized rows
  double *weights;   // [256]
  double *logits;    // [block][K][BLOCK_ROWS], then the weighted responsibilities
  double *features;  // [block][F][BLOCK_ROWS], or one panel of it
  double *offsets;   // [D][BLOCK_ROWS]: z - m of one block
  double *whitened;  // [component][block][D][BLOCK_ROWS], or of one component
  double *products;  // [block][D][BLOCK_ROWS]: responsibility * whitened
} tile_workspace;

enum { TILE_BLOCKS = SURPRISAL_TILE_ROWS / BLOCK_ROWS };
// A tile's features are kept between the two products while they fit in the second-level cache.
enum { KEPT_FEATURES = 256, PANEL_FEATURES = 48, KEPT_WHITENED = 384 };

static int keeps_features(const surprisal_mixture *plan, size_t features) {
  return plan->diagonal || features <= KEPT_FEATURES;
}

static int keeps_whitened(const surprisal_mixture *plan) {
  size_t centered = plan->components - plan->featureComponents;
  return centered * plan->columns <= KEPT_WHITENED;
}

static size_t arrange(const surprisal_mixture *plan, double *base, tile_workspace *work) {
  const size_t D = plan->columns, K = plan->components, rows = SURPRISAL_TILE_ROWS;
  const size_t F = surprisal_mixture_feature_count(D, plan->diagonal);
  const size_t centered = K - plan->featureComponents;
  size_t sizes[7] = {D * rows, rows, K * rows, 0, 0, 0, 0};
  if (plan->featureComponents > 0)
    sizes[3] = keeps_features(plan, F) ? F * rows : PANEL_FEATURES * rows;
  if (centered > 0) {
    sizes[4] = D * BLOCK_ROWS;
    sizes[5] = (keeps_whitened(plan) ? centered : 1) * D * rows;
    sizes[6] = D * rows;
  }
  double **parts[7] = {&work->columns, &work->weights,  &work->logits,  &work->features,
                       &work->offsets, &work->whitened, &work->products};
  size_t total = 0;
  for (int i = 0; i < 7; i++) {
    if (base) *parts[i] = base + total;
    total += (sizes[i] + 7) / 8 * 8;
  }
  return total;
}

// Standardizes BLOCK_ROWS whole rows into columns [D][BLOCK_ROWS].
static void load_block(const surprisal_mixture *plan, const double *rows, double *columns) {
  const size_t D = plan->columns;
  size_t d = 0;
  for (; d + LANES <= D; d += LANES) {
    vec shift = load(plan->shift + d), scale = load(plan->inverseScale + d);
    for (size_t r = 0; r < BLOCK_ROWS; r += LANES) {
      vec square[LANES];
#pragma unroll
      for (int i = 0; i < LANES; i++) square[i] = (load(rows + (r + (size_t)i) * D + d) - shift) * scale;
      transpose(square);
#pragma unroll
      for (int i = 0; i < LANES; i++) store(columns + (d + (size_t)i) * BLOCK_ROWS + r, square[i]);
    }
  }
  for (; d < D; d++) {
    double shift = plan->shift[d], scale = plan->inverseScale[d];
    // One number at a time: gathers are slower than scalar loads on many processors.
#pragma clang loop vectorize(disable) interleave(disable)
    for (size_t r = 0; r < BLOCK_ROWS; r++) columns[d * BLOCK_ROWS + r] = rows[r * D + d];
    for (size_t r = 0; r < BLOCK_ROWS; r += LANES)
      store(columns + d * BLOCK_ROWS + r, (load(columns + d * BLOCK_ROWS + r) - splat(shift)) * splat(scale));
  }
}

// Copies up to 256 rows into columns, standardized; rows past the end are zeros of weight zero.
static void load_tile(const surprisal_mixture *plan, size_t first, size_t count, tile_workspace *work) {
  const size_t D = plan->columns;
  for (size_t block = 0; block < TILE_BLOCKS; block++) {
    size_t start = block * BLOCK_ROWS;
    double *columns = work->columns + block * D * BLOCK_ROWS;
    const double *rows = plan->rows + (first + start) * D;
    if (start + BLOCK_ROWS <= count) {
      load_block(plan, rows, columns);
      continue;
    }
    size_t here = start >= count ? 0 : count - start;
    for (size_t d = 0; d < D; d++)
      for (size_t r = 0; r < BLOCK_ROWS; r++)
        columns[d * BLOCK_ROWS + r] =
          r < here ? (rows[r * D + d] - plan->shift[d]) * plan->inverseScale[d] : 0;
  }
  if (plan->weights) {
    memcpy(work->weights, plan->weights + first, count * sizeof(double));
  } else {
    for (size_t r = 0; r < count; r++) work->weights[r] = 1.0;
  }
  for (size_t r = count; r < SURPRISAL_TILE_ROWS; r++) work->weights[r] = 0;
}

INLINE void multiply_columns(const double *a, const double *b, double *out) {
#pragma unroll
  for (int v = 0; v < BLOCK_ROWS; v += LANES) store(out + v, load(a + v) * load(b + v));
}

// Features first ..< end of one block of values [D][BLOCK_ROWS].
static void make_features(const double *columns, size_t D, int diagonal, size_t first, size_t end, double *out) {
  const size_t squares = diagonal ? D : D * (D + 1) / 2;
  size_t f = first;
  if (diagonal) {
    for (; f < end && f < squares; f++, out += BLOCK_ROWS)
      multiply_columns(columns + f * BLOCK_ROWS, columns + f * BLOCK_ROWS, out);
  } else if (f < squares) {
    size_t i = 0, row_start = 0;
    while (row_start + (D - i) <= f) row_start += D - i++;
    size_t j = i + (f - row_start);
    for (; f < end && f < squares; f++, out += BLOCK_ROWS) {
      multiply_columns(columns + i * BLOCK_ROWS, columns + j * BLOCK_ROWS, out);
      if (++j == D) j = ++i;
    }
  }
  for (; f < end && f < squares + D; f++, out += BLOCK_ROWS)
    memcpy(out, columns + (f - squares) * BLOCK_ROWS, BLOCK_ROWS * sizeof(double));
  if (f < end)
    for (int r = 0; r < BLOCK_ROWS; r++) out[r] = 1.0;
}

static void feature_logits(const surprisal_mixture *plan, size_t F, tile_workspace *work) {
  const size_t D = plan->columns, K = plan->components, M = plan->featureComponents;
  const int keep = keeps_features(plan, F);
  const size_t blocks = block_count(M, keep ? MAX_OUTPUTS : MAX_FORMS);
  for (size_t block = 0; block < TILE_BLOCKS; block++) {
    if (!keep) {
      for (size_t b = 0; b < blocks; b++) {
        size_t start = block_start(M, blocks, b), end = block_start(M, blocks, b + 1);
        quadratic(end - start, work->columns + block * D * BLOCK_ROWS, D, plan->coefficients + start * F,
                  work->logits + (block * K + start) * BLOCK_ROWS);
      }
      continue;
    }
    double *features = work->features + block * F * BLOCK_ROWS;
    make_features(work->columns + block * D * BLOCK_ROWS, D, plan->diagonal, 0, F, features);
    for (size_t b = 0; b < blocks; b++) {
      size_t start = block_start(M, blocks, b), end = block_start(M, blocks, b + 1);
      combine(end - start, features, F, plan->coefficients + start * F,
              work->logits + (block * K + start) * BLOCK_ROWS);
    }
  }
}

// y = W (z - m) of one component in one block.
static void whiten_block(const surprisal_mixture *plan, size_t component, const double *columns, double *offsets,
                         double *out) {
  const size_t D = plan->columns;
  const double *center = plan->centers + component * D;
  const double *packed = plan->whitening + component * surprisal_mixture_whitening_count(D, plan->diagonal);
  if (plan->diagonal) {
    for (size_t d = 0; d < D; d++)
      for (int v = 0; v < BLOCK_ROWS; v += LANES)
        store(out + d * BLOCK_ROWS + v, (load(columns + d * BLOCK_ROWS + v) - splat(center[d])) * splat(packed[d]));
    return;
  }
  for (size_t d = 0; d < D; d++)
    for (int v = 0; v < BLOCK_ROWS; v += LANES)
      store(offsets + d * BLOCK_ROWS + v, load(columns + d * BLOCK_ROWS + v) - splat(center[d]));
  const size_t blocks = block_count(D, MAX_OUTPUTS);
  for (size_t b = 0; b < blocks; b++) {
    size_t start = block_start(D, blocks, b), end = block_start(D, blocks, b + 1);
    combine(end - start, offsets, end, packed, out + start * BLOCK_ROWS);
    packed += end * (end - start);
  }
}

static void centered_logits(const surprisal_mixture *plan, tile_workspace *work) {
  const size_t D = plan->columns, K = plan->components, M = plan->featureComponents;
  const int keep = keeps_whitened(plan);
  for (size_t c = 0; c < K - M; c++) {
    double constant = plan->constants[c];
    for (size_t block = 0; block < TILE_BLOCKS; block++) {
      double *y = work->whitened + ((keep ? c * TILE_BLOCKS : 0) + block) * D * BLOCK_ROWS;
      whiten_block(plan, c, work->columns + block * D * BLOCK_ROWS, work->offsets, y);
      double *logit = work->logits + (block * K + M + c) * BLOCK_ROWS;
      for (int v = 0; v < BLOCK_ROWS; v += LANES) {
        vec square = (vec){0};
        for (size_t d = 0; d < D; d++) {
          vec value = load(y + d * BLOCK_ROWS + v);
          square += value * value;
        }
        store(logit + v, splat(constant) - splat(0.5) * square);
      }
    }
  }
}

// Turns logits into weighted responsibilities (weighted = 1) or plain ones, and sums what the ledger needs.
INLINE void normalize(const surprisal_mixture *plan, tile_workspace *work, int weighted, double *totals,
                      double *densities) {
  const size_t K = plan->components;
  vec weight_sum = {0}, likelihood = {0}, magnitude = {0}, entropy = {0};
  for (size_t block = 0; block < TILE_BLOCKS; block++) {
    double *logits = work->logits + block * K * BLOCK_ROWS;
    for (int v = 0; v < BLOCK_ROWS; v += LANES) {
      double *p = logits + v;
      vec top = load(p);
      for (size_t k = 1; k < K; k++) top = maximum(top, load(p + k * BLOCK_ROWS));
      vec sum = {0}, weighted_logit = {0};
      for (size_t k = 0; k < K; k++) {
        vec below = load(p + k * BLOCK_ROWS) - top;
        vec term = exp_nonpositive(below);
        sum += term;
        weighted_logit += term * maximum(below, splat(-1e300));
        store(p + k * BLOCK_ROWS, term);
      }
      vec log_sum = log_positive(sum);
      vec density = top + log_sum;
      vec weight = weighted ? load(work->weights + block * BLOCK_ROWS + v) : splat(1.0);
      vec share = splat(1.0) / sum;
      vec factor = weight * share;
      for (size_t k = 0; k < K; k++) store(p + k * BLOCK_ROWS, load(p + k * BLOCK_ROWS) * factor);
      if (densities) store(densities + block * BLOCK_ROWS + v, density);
      // Rows past the end have weight zero; their densities are finite.
      weight_sum += weight;
      likelihood += weight * density;
      magnitude += weight * maximum(density, -density);
      entropy += weight * (log_sum - weighted_logit * share);
    }
  }
  if (totals) {
    totals[0] += sum_lanes(weight_sum);
    totals[1] += sum_lanes(likelihood);
    totals[2] += sum_lanes(magnitude);
    totals[3] += sum_lanes(entropy);
  }
}

static void feature_statistics(const surprisal_mixture *plan, size_t F, tile_workspace *work, double *statistics) {
  const size_t D = plan->columns, K = plan->components, M = plan->featureComponents;
  const int keep = keeps_features(plan, F);
  const size_t panel = keep ? F : PANEL_FEATURES;
  double *buffer = work->features;
  const size_t left_blocks = block_count(M, MAX_LEFTS);
  double sums[MAX_LEFTS * MAX_RIGHTS];
  for (size_t begin = 0; begin < F; begin += panel) {
    size_t width = F - begin < panel ? F - begin : panel;
    if (!keep)
      for (size_t block = 0; block < TILE_BLOCKS; block++)
        make_features(work->columns + block * D * BLOCK_ROWS, D, plan->diagonal, begin, begin + width,
                      buffer + block * width * BLOCK_ROWS);
    for (size_t f = 0; f < width; f += MAX_RIGHTS) {
      size_t rights = width - f < MAX_RIGHTS ? width - f : MAX_RIGHTS;
      for (size_t b = 0; b < left_blocks; b++) {
        size_t start = block_start(M, left_blocks, b), lefts = block_start(M, left_blocks, b + 1) - start;
        inner(lefts, rights, work->logits + start * BLOCK_ROWS, K * BLOCK_ROWS, buffer + f * BLOCK_ROWS,
              width * BLOCK_ROWS, TILE_BLOCKS, sums);
        for (size_t a = 0; a < lefts; a++) {
          double *out = statistics + (size_t)plan->order[start + a] * F + begin + f;
          for (size_t i = 0; i < rights; i++) out[i] += sums[a * rights + i];
        }
      }
    }
  }
}

// Σ r y_i y_j for i <= j (or y_i² when diagonal), Σ r y_i and Σ r of one component.
static void centered_component_statistics(const surprisal_mixture *plan, const double *responsibility,
                                          const double *whitened, double *products, double *out) {
  const size_t D = plan->columns, K = plan->components;
  const size_t squares = plan->diagonal ? D : D * (D + 1) / 2;
  double sums[MAX_LEFTS * MAX_RIGHTS];
  vec count = {0};
  for (size_t block = 0; block < TILE_BLOCKS; block++)
    for (int v = 0; v < BLOCK_ROWS; v += LANES) count += load(responsibility + block * K * BLOCK_ROWS + v);
  out[squares + D] += sum_lanes(count);
  for (size_t d = 0; d < D; d++) {
    vec first = {0}, second = {0};
    for (size_t block = 0; block < TILE_BLOCKS; block++)
      for (int v = 0; v < BLOCK_ROWS; v += LANES) {
        size_t at = (block * D + d) * BLOCK_ROWS + (size_t)v;
        vec y = load(whitened + at), u = y * load(responsibility + block * K * BLOCK_ROWS + v);
        store(products + at, u);
        first += u;
        second += u * y;
      }
    out[squares + d] += sum_lanes(first);
    if (plan->diagonal) out[d] += sum_lanes(second);
  }
  if (plan->diagonal) return;
  for (size_t i = 0; i < D; i += MAX_LEFTS) {
    size_t lefts = D - i < MAX_LEFTS ? D - i : MAX_LEFTS;
    for (size_t j = i; j < D; j += MAX_RIGHTS) {
      size_t rights = D - j < MAX_RIGHTS ? D - j : MAX_RIGHTS;
      inner(lefts, rights, products + i * BLOCK_ROWS, D * BLOCK_ROWS, whitened + j * BLOCK_ROWS, D * BLOCK_ROWS,
            TILE_BLOCKS, sums);
      for (size_t a = 0; a < lefts; a++)
        for (size_t b = 0; b < rights; b++)
          if (i + a <= j + b) {
            size_t row = i + a;
            out[row * D - row * (row + 1) / 2 + j + b] += sums[a * rights + b];
          }
    }
  }
}

static void centered_statistics(const surprisal_mixture *plan, size_t F, tile_workspace *work, double *statistics) {
  const size_t D = plan->columns, K = plan->components, M = plan->featureComponents;
  const int keep = keeps_whitened(plan);
  for (size_t c = 0; c < K - M; c++) {
    double *y = work->whitened + (keep ? c * TILE_BLOCKS * D * BLOCK_ROWS : 0);
    if (!keep)
      for (size_t block = 0; block < TILE_BLOCKS; block++)
        whiten_block(plan, c, work->columns + block * D * BLOCK_ROWS, work->offsets, y + block * D * BLOCK_ROWS);
    centered_component_statistics(plan, work->logits + (M + c) * BLOCK_ROWS, y, work->products,
                                  statistics + (size_t)plan->order[M + c] * F);
  }
}

static void tile_logits(const surprisal_mixture *plan, size_t F, tile_workspace *work) {
  if (plan->featureComponents > 0) feature_logits(plan, F, work);
  if (plan->featureComponents < plan->components) centered_logits(plan, work);
}

static void expectation(const surprisal_mixture *plan, size_t first, size_t end, double *statistics, double *totals,
                        double *workspace) {
  const size_t F = surprisal_mixture_feature_count(plan->columns, plan->diagonal);
  tile_workspace work;
  arrange(plan, workspace, &work);
  for (size_t row = first; row < end; row += SURPRISAL_TILE_ROWS) {
    size_t count = end - row < SURPRISAL_TILE_ROWS ? end - row : SURPRISAL_TILE_ROWS;
    load_tile(plan, row, count, &work);
    tile_logits(plan, F, &work);
    normalize(plan, &work, 1, totals, NULL);
    if (plan->featureComponents > 0) feature_statistics(plan, F, &work, statistics);
    if (plan->featureComponents < plan->components) centered_statistics(plan, F, &work, statistics);
  }
}

static void posterior(const surprisal_mixture *plan, size_t first, size_t end, double *densities,
                      double *responsibilities, double *workspace) {
  const size_t F = surprisal_mixture_feature_count(plan->columns, plan->diagonal), K = plan->components;
  double tile_densities[SURPRISAL_TILE_ROWS];
  tile_workspace work;
  arrange(plan, workspace, &work);
  for (size_t row = first; row < end; row += SURPRISAL_TILE_ROWS) {
    size_t count = end - row < SURPRISAL_TILE_ROWS ? end - row : SURPRISAL_TILE_ROWS;
    load_tile(plan, row, count, &work);
    tile_logits(plan, F, &work);
    normalize(plan, &work, 0, NULL, tile_densities);
    if (densities) memcpy(densities + (row - first), tile_densities, count * sizeof(double));
    if (!responsibilities) continue;
    for (size_t r = 0; r < count; r++) {
      const double *block = work.logits + (r / BLOCK_ROWS) * K * BLOCK_ROWS + r % BLOCK_ROWS;
      double *out = responsibilities + (row - first + r) * K;
      for (size_t k = 0; k < K; k++) out[plan->order[k]] = block[k * BLOCK_ROWS];
    }
  }
}

static void single_tile_logits(const surprisal_mixture *plan, size_t first, size_t end, double *logits, size_t stride,
                               double *workspace) {
  tile_workspace work;
  arrange(plan, workspace, &work);
  load_tile(plan, first, end - first, &work);
  tile_logits(plan, surprisal_mixture_feature_count(plan->columns, plan->diagonal), &work);
  for (size_t r = 0; r < end - first; r++) {
    const double *block = work.logits + (r / BLOCK_ROWS) * plan->components * BLOCK_ROWS + r % BLOCK_ROWS;
    for (size_t k = 0; k < plan->components; k++)
      logits[r * stride + (size_t)plan->order[k]] = block[k * BLOCK_ROWS];
  }
}

static void single_tile_statistics(const surprisal_mixture *plan, size_t count, const double *responsibilities,
                                   size_t stride, double *statistics, double *workspace) {
  const size_t F = surprisal_mixture_feature_count(plan->columns, plan->diagonal);
  tile_workspace work;
  arrange(plan, workspace, &work);
  for (size_t r = 0; r < SURPRISAL_TILE_ROWS; r++) {
    double *block = work.logits + (r / BLOCK_ROWS) * plan->components * BLOCK_ROWS + r % BLOCK_ROWS;
    for (size_t k = 0; k < plan->components; k++)
      block[k * BLOCK_ROWS] = r < count ? responsibilities[r * stride + (size_t)plan->order[k]] : 0;
  }
  if (plan->featureComponents > 0) feature_statistics(plan, F, &work, statistics);
  if (plan->featureComponents < plan->components) centered_statistics(plan, F, &work, statistics);
}

static void pack(const surprisal_mixture *plan, const double *coefficients, double *packed) {
  const size_t D = plan->columns, M = plan->featureComponents;
  const size_t F = surprisal_mixture_feature_count(D, plan->diagonal), squares = F - D - 1;
  const int keep = keeps_features(plan, F);
  const size_t blocks = M ? block_count(M, keep ? MAX_OUTPUTS : MAX_FORMS) : 0;
  for (size_t b = 0; b < blocks; b++) {
    size_t start = block_start(M, blocks, b), end = block_start(M, blocks, b + 1);
    if (keep) {
      for (size_t f = 0; f < F; f++)
        for (size_t k = start; k < end; k++) *packed++ = coefficients[k * F + f];
      continue;
    }
    for (size_t k = start; k < end; k++) *packed++ = coefficients[k * F + F - 1];
    for (size_t i = 0, f = 0; i < D; i++) {
      for (size_t k = start; k < end; k++) *packed++ = coefficients[k * F + squares + i];
      for (size_t j = i; j < D; j++, f++)
        for (size_t k = start; k < end; k++) *packed++ = coefficients[k * F + f];
    }
  }
}

static void pack_whitening(size_t D, int diagonal, const double *lower, double *packed) {
  if (diagonal) {
    memcpy(packed, lower, D * sizeof(double));
    return;
  }
  const size_t blocks = block_count(D, MAX_OUTPUTS);
  for (size_t b = 0; b < blocks; b++) {
    size_t start = block_start(D, blocks, b), end = block_start(D, blocks, b + 1);
    for (size_t j = 0; j < end; j++)
      for (size_t i = start; i < end; i++) *packed++ = j <= i ? lower[i * D + j] : 0;
  }
}

static size_t whitening_count(size_t D, int diagonal) {
  if (diagonal) return D;
  const size_t blocks = block_count(D, MAX_OUTPUTS);
  size_t total = 0;
  for (size_t b = 0; b < blocks; b++) {
    size_t start = block_start(D, blocks, b), end = block_start(D, blocks, b + 1);
    total += end * (end - start);
  }
  return total;
}

static size_t workspace_count(const surprisal_mixture *plan) { return arrange(plan, NULL, &(tile_workspace){0}); }

const surprisal_mixture_kernels KERNELS = {workspace_count, pack,        whitening_count,
                                           pack_whitening,  expectation, posterior,
                                           single_tile_logits, single_tile_statistics};
