// The E-step of product mixtures with vectors of LANES components. Included once per instruction set.

#define WIDEST 4 // vectors of components worked on at once
#define ROWS 4   // rows, or dense columns, worked on at once

// Sums lie anywhere, so nothing is taken to be aligned to whole vectors.
INLINE loose_vec *at(double *base, size_t index, size_t width) { return (loose_vec *)(base + index * width); }
INLINE const loose_vec *from(const double *base, size_t index, size_t width) {
  return (const loose_vec *)(base + index * width);
}

static void sum_tables(const surprisal_product_mixture *plan, const double *values, double *table) {
  size_t width = (plan->components + LANES - 1) / LANES * LANES;
  for (size_t f = 0; f < plan->featureCount; f++)
    for (size_t v = 0; v < width / LANES; v++) {
      vec sum = {0};
      for (size_t i = plan->slotStarts[f]; i < plan->slotStarts[f + 1]; i++)
        sum += from(values, plan->slots[i], width)[v];
      at(table, f, width)[v] = sum;
    }
}

// logits[row] = base + Σ x * linear - ½ Σ y² over ROWS or fewer rows.
INLINE void add_dense(const surprisal_product_mixture *plan, size_t width, size_t part, const int V, size_t row,
                      const int count, double *logits) {
  size_t columns = plan->linearColumns + plan->normalColumns;
  const double *x = plan->dense + row * columns;
  vec sum[ROWS][WIDEST];
  for (int i = 0; i < count; i++)
    for (int v = 0; v < V; v++) sum[i][v] = from(plan->base + part, 0, width)[v];
  for (size_t d = 0; d < plan->linearColumns; d++) {
    const loose_vec *coefficient = from(plan->linear + part, d, width);
    for (int i = 0; i < count; i++)
      for (int v = 0; v < V; v++) sum[i][v] += splat(x[i * columns + d]) * coefficient[v];
  }
  for (size_t d = 0; d < plan->normalColumns; d++) {
    const loose_vec *center = from(plan->centers + part, d, width), *scale = from(plan->inverseScales + part, d, width);
    for (int i = 0; i < count; i++)
      for (int v = 0; v < V; v++) {
        vec y = (splat(x[i * columns + plan->linearColumns + d]) - center[v]) * scale[v];
        sum[i][v] -= splat(0.5) * y * y;
      }
  }
  for (int i = 0; i < count; i++)
    for (int v = 0; v < V; v++) at(logits + part, i, width)[v] = sum[i][v];
}

// Adds the row's table entries to sums[V].
INLINE void add_features(const surprisal_product_mixture *plan, const double *table, size_t width, const int V,
                         size_t row, vec *sums) {
  size_t i = plan->featureStarts[row], end = plan->featureStarts[row + 1];
#define ADD(numbers)                                                                                                  \
  for (; i + 2 <= end; i += 2) {                                                                                      \
    const loose_vec *entry = from(table, numbers[i], width), *next = from(table, numbers[i + 1], width);              \
    for (int v = 0; v < V; v++) sums[v] += entry[v] + next[v];                                                        \
  }                                                                                                                   \
  for (; i < end; i++)                                                                                                \
    for (int v = 0; v < V; v++) sums[v] += from(table, numbers[i], width)[v];
  if (plan->narrowFeatures) {
    ADD(plan->narrowFeatures)
  } else {
    ADD(plan->features)
  }
#undef ADD
}

INLINE void fill_logits_part(const surprisal_product_mixture *plan, size_t width, size_t part, const int V,
                             size_t first, size_t end, double *logits) {
  size_t row = first;
  int hasDense = plan->linearColumns + plan->normalColumns > 0;
  if (hasDense || !plan->featureCount) {
    for (; row + ROWS <= end; row += ROWS) add_dense(plan, width, part, V, row, ROWS, logits + (row - first) * width);
    for (; row < end; row++) add_dense(plan, width, part, V, row, 1, logits + (row - first) * width);
  }
  if (!plan->featureCount && !plan->bans) return;
  for (row = first; row < end; row++) {
    loose_vec *target = at(logits + part, row - first, width);
    vec sum[WIDEST], bans[WIDEST];
    const loose_vec *start = hasDense ? target : from(plan->base + part, 0, width);
    for (int v = 0; v < V; v++) sum[v] = start[v];
    add_features(plan, plan->table + part, width, V, row, sum);
    if (plan->bans) {
      for (int v = 0; v < V; v++) bans[v] = from(plan->banBase + part, 0, width)[v];
      add_features(plan, plan->bans + part, width, V, row, bans);
      for (int v = 0; v < V; v++) sum[v] = select_vec(bans[v] > splat(0.5), splat(-INFINITY), sum[v]);
    }
    for (int v = 0; v < V; v++) target[v] = sum[v];
  }
}

// Calls a function for every group of at most WIDEST vectors with the number of vectors as a constant.
#define FOR_EACH_PART(call)                                                                                           \
  for (size_t part = 0; part < width; part += WIDEST * LANES) switch ((width - part) / LANES) {                       \
    case 1: call(1); break;                                                                                           \
    case 2: call(2); break;                                                                                           \
    case 3: call(3); break;                                                                                           \
    default: call(4); break;                                                                                          \
    }

// The values of rows first + i ..., one a lane, or `otherwise` behind the end and without values.
INLINE vec row_values(const double *values, size_t first, size_t i, size_t count, double otherwise) {
  if (values && i + LANES <= count) return load(values + first + i);
  double some[LANES];
  for (size_t j = 0; j < LANES; j++) some[j] = values && i + j < count ? values[first + i + j] : otherwise;
  return load(some);
}

// The sums over the lanes of LANES vectors, one a lane.
INLINE vec sum_rows(vec rows[LANES]) {
  transpose(rows);
  vec sum = rows[0];
  for (int j = 1; j < LANES; j++) sum += rows[j];
  return sum;
}

// Turns the logits into responsibilities times weights (1 without `weights`), and gives each row's log-density
// and the entropy of its posterior; LANES rows at a time, those behind the last one without meaning.
static void normalize(const surprisal_product_mixture *plan, size_t width, size_t first, size_t count,
                      const double *weights, double *logits, double *densities, double *entropies) {
  size_t vectors = width / LANES;
  for (size_t i = 0; i < count; i += LANES) {
    vec sums[LANES], dots[LANES];
    for (int j = 0; j < LANES; j++) {
      const loose_vec *l = at(logits, i + j, width);
      sums[j] = l[0];
      for (size_t v = 1; v < vectors; v++) sums[j] = maximum(sums[j], l[v]);
    }
    transpose(sums);
    vec top = sums[0];
    for (int j = 1; j < LANES; j++) top = maximum(top, sums[j]);
    int_vec isPossible = top > splat(-1e308); // the stand-in for log 0 in linear columns is below
    top = select_vec(isPossible, top, (vec){0});
    for (int j = 0; j < LANES; j++) {
      loose_vec *l = at(logits, i + j, width);
      sums[j] = dots[j] = (vec){0};
      for (size_t v = 0; v < vectors; v++) {
        vec below = maximum(l[v] - splat(top[j]), splat(-1e3)), share = exp_nonpositive(below);
        sums[j] += share;
        dots[j] += share * below;
        l[v] = share;
      }
    }
    vec total = select_vec(isPossible, sum_rows(sums), splat(1.0)), dot = sum_rows(dots) / total;
    vec factor = row_values(weights, first, i, count, 1) / total, logarithm = log_positive(total);
    for (int j = 0; j < LANES; j++)
      for (size_t v = 0; v < vectors; v++) at(logits, i + j, width)[v] *= splat(factor[j]);
    vec density = top + logarithm + row_values(plan->constants, first, i, count, 0);
    store(densities + i, select_vec(isPossible, density, splat(-INFINITY)));
    store(entropies + i, select_vec(isPossible, logarithm - dot, (vec){0}));
  }
}

static void fill_responsibilities(const surprisal_product_mixture *plan, size_t width, size_t first, size_t end,
                                  const double *weights, double *workspace) {
#define FILL(V) fill_logits_part(plan, width, part, V, first, end, workspace)
  FOR_EACH_PART(FILL)
  double *densities = workspace + SURPRISAL_CHUNK_ROWS * width;
  normalize(plan, width, first, end - first, weights, workspace, densities, densities + SURPRISAL_CHUNK_ROWS);
}

// Σ w r of each slot: a feature's rows first, then into every slot it stands for.
INLINE void sum_slots(const surprisal_product_mixture *plan, size_t width, size_t part, const int V, size_t chunk,
                      const double *shares, double *sums) {
  size_t begin = plan->listStarts[chunk], position = begin ? plan->listEnds[begin - 1] : 0;
  for (size_t list = begin; list < plan->listStarts[chunk + 1]; list++) {
    vec sum[WIDEST] = {0};
    size_t end = plan->listEnds[list];
    for (; position + 2 <= end; position += 2) {
      const loose_vec *share = from(shares + part, plan->listRows[position], width);
      const loose_vec *next = from(shares + part, plan->listRows[position + 1], width);
      for (int v = 0; v < V; v++) sum[v] += share[v] + next[v];
    }
    for (; position < end; position++)
      for (int v = 0; v < V; v++) sum[v] += from(shares + part, plan->listRows[position], width)[v];
    size_t feature = plan->listFeature[list];
    for (size_t i = plan->slotStarts[feature]; i < plan->slotStarts[feature + 1]; i++) {
      loose_vec *target = at(sums + part, plan->slots[i], width);
      for (int v = 0; v < V; v++) target[v] += sum[v];
    }
  }
}

// Σ w r x of `count` neighboring linear columns.
INLINE void sum_linear(const surprisal_product_mixture *plan, size_t width, size_t part, const int V, size_t first,
                       size_t rows, size_t column, const int count, const double *shares, double *sums) {
  size_t columns = plan->linearColumns + plan->normalColumns;
  vec sum[ROWS][WIDEST] = {0};
  for (size_t i = 0; i < rows; i++) {
    const loose_vec *share = from(shares + part, i, width);
    const double *x = plan->dense + (first + i) * columns + column;
    for (int d = 0; d < count; d++)
      for (int v = 0; v < V; v++) sum[d][v] += splat(x[d]) * share[v];
  }
  for (int d = 0; d < count; d++)
    for (int v = 0; v < V; v++) at(sums + part, column + d, width)[v] += sum[d][v];
}

// Σ w r y and Σ w r y² of one normal column.
INLINE void sum_normal(const surprisal_product_mixture *plan, size_t width, size_t part, const int V, size_t first,
                       size_t rows, size_t column, const double *shares, double *sums) {
  size_t columns = plan->linearColumns + plan->normalColumns;
  const loose_vec *center = from(plan->centers + part, column, width);
  const loose_vec *scale = from(plan->inverseScales + part, column, width);
  vec sum[2][WIDEST] = {0};
  for (size_t i = 0; i < rows; i++) {
    const loose_vec *share = from(shares + part, i, width);
    vec x = splat(plan->dense[(first + i) * columns + plan->linearColumns + column]);
    for (int v = 0; v < V; v++) {
      vec y = (x - center[v]) * scale[v];
      vec weighted = select_vec(share[v] > (vec){0}, share[v] * y, (vec){0});
      sum[0][v] += weighted;
      sum[1][v] += select_vec(share[v] > (vec){0}, weighted * y, (vec){0});
    }
  }
  for (int s = 0; s < 2; s++)
    for (int v = 0; v < V; v++) at(sums + part, 2 * column + s, width)[v] += sum[s][v];
}

INLINE void sum_part(const surprisal_product_mixture *plan, size_t width, size_t part, const int V, size_t first,
                     size_t rows, const double *shares, double *sums) {
  vec counts[WIDEST] = {0};
  for (size_t i = 0; i < rows; i++)
    for (int v = 0; v < V; v++) counts[v] += from(shares + part, i, width)[v];
  for (int v = 0; v < V; v++) at(sums + part, 0, width)[v] += counts[v];
  sums += width;
  if (plan->featureCount) sum_slots(plan, width, part, V, first / SURPRISAL_CHUNK_ROWS, shares, sums);
  sums += plan->slotCount * width;
  size_t d = 0;
  for (; d + ROWS <= plan->linearColumns; d += ROWS)
    sum_linear(plan, width, part, V, first, rows, d, ROWS, shares, sums);
  for (; d < plan->linearColumns; d++) sum_linear(plan, width, part, V, first, rows, d, 1, shares, sums);
  sums += plan->linearColumns * width;
  for (d = 0; d < plan->normalColumns; d++) sum_normal(plan, width, part, V, first, rows, d, shares, sums);
}

static void expectation(const surprisal_product_mixture *plan, size_t first, size_t end, double *sums, double *totals,
                        double *workspace) {
  size_t width = (plan->components + LANES - 1) / LANES * LANES, rows = end - first;
  fill_responsibilities(plan, width, first, end, plan->weights, workspace);
  const double *densities = workspace + SURPRISAL_CHUNK_ROWS * width;
  const double *entropies = densities + SURPRISAL_CHUNK_ROWS;
  for (size_t i = 0; i < rows; i++) {
    double weight = plan->weights ? plan->weights[first + i] : 1;
    if (weight == 0) continue; // also where the row is impossible
    totals[0] += weight;
    totals[1] += weight * densities[i];
    totals[2] += weight * fabs(densities[i]);
    totals[3] += weight * entropies[i];
  }
#define SUM(V) sum_part(plan, width, part, V, first, rows, workspace, sums)
  FOR_EACH_PART(SUM)
}

static void posterior(const surprisal_product_mixture *plan, size_t first, size_t end, double *densities,
                      double *responsibilities, double *workspace) {
  size_t width = (plan->components + LANES - 1) / LANES * LANES, rows = end - first;
  fill_responsibilities(plan, width, first, end, NULL, workspace);
  for (size_t i = 0; i < rows; i++) {
    if (densities) densities[i] = workspace[SURPRISAL_CHUNK_ROWS * width + i];
    if (!responsibilities) continue;
    for (size_t k = 0; k < plan->components; k++) responsibilities[i * plan->components + k] = workspace[i * width + k];
  }
}

const surprisal_product_mixture_kernels KERNELS = {LANES, sum_tables, expectation, posterior};
