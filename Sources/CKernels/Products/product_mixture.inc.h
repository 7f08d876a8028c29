// The E-step of product mixtures with vectors of LANES components. Included once per instruction set.

#define WIDEST 4 // vectors of components worked on at once
#define ROWS 4   // rows, or dense columns, worked on at once

INLINE vec *at(double *base, size_t index, size_t width) { return (vec *)(base + index * width); }
INLINE const vec *from(const double *base, size_t index, size_t width) { return (const vec *)(base + index * width); }

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
    const vec *coefficient = from(plan->linear + part, d, width);
    for (int i = 0; i < count; i++)
      for (int v = 0; v < V; v++) sum[i][v] += splat(x[i * columns + d]) * coefficient[v];
  }
  for (size_t d = 0; d < plan->normalColumns; d++) {
    const vec *center = from(plan->centers + part, d, width), *scale = from(plan->inverseScales + part, d, width);
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
  for (size_t i = plan->featureStarts[row]; i < plan->featureStarts[row + 1]; i++) {
    const vec *entry = from(table, plan->features[i], width);
    for (int v = 0; v < V; v++) sums[v] += entry[v];
  }
}

INLINE void fill_logits_part(const surprisal_product_mixture *plan, size_t width, size_t part, const int V,
                             size_t first, size_t end, double *logits) {
  size_t row = first;
  for (; row + ROWS <= end; row += ROWS) add_dense(plan, width, part, V, row, ROWS, logits + (row - first) * width);
  for (; row < end; row++) add_dense(plan, width, part, V, row, 1, logits + (row - first) * width);
  if (!plan->featureCount) return;
  for (row = first; row < end; row++) {
    vec *target = at(logits + part, row - first, width), sum[WIDEST];
    for (int v = 0; v < V; v++) sum[v] = target[v];
    add_features(plan, plan->table + part, width, V, row, sum);
    if (plan->bans) {
      vec bans[WIDEST];
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

// Turns the logits into responsibilities times weights (1 without `weights`), and gives each row's log-density
// and the entropy of its posterior.
static void normalize(const surprisal_product_mixture *plan, size_t width, size_t first, size_t count,
                      const double *weights, double *logits, double *sums, double *densities, double *entropies) {
  size_t vectors = width / LANES;
  for (size_t i = 0; i < count; i++) {
    vec *l = at(logits, i, width), top = l[0];
    for (size_t v = 1; v < vectors; v++) top = maximum(top, l[v]);
    double largest = top[0];
    for (int j = 1; j < LANES; j++) largest = top[j] > largest ? top[j] : largest;
    if (!(largest > -1e308)) { // the stand-in for log 0 in linear columns is below
      for (size_t v = 0; v < vectors; v++) l[v] = (vec){0};
      densities[i] = -INFINITY;
      sums[i] = 1;
      entropies[i] = 0;
      continue;
    }
    vec sum = {0}, dot = {0};
    for (size_t v = 0; v < vectors; v++) {
      vec below = maximum(l[v] - splat(largest), splat(-1e3)), share = exp_nonpositive(below);
      sum += share;
      dot += share * below;
      l[v] = share;
    }
    double total = sum_lanes(sum);
    vec factor = splat((weights ? weights[first + i] : 1) / total);
    for (size_t v = 0; v < vectors; v++) l[v] *= factor;
    densities[i] = largest;
    sums[i] = total;
    entropies[i] = -sum_lanes(dot) / total;
  }
  // The logarithms of the sums, many rows at once.
  for (size_t i = count; i % LANES; i++) sums[i] = 1;
  for (size_t i = 0; i < count; i += LANES) store(sums + i, log_positive(load(sums + i)));
  for (size_t i = 0; i < count; i++) {
    entropies[i] += sums[i];
    densities[i] += sums[i] + (plan->constants ? plan->constants[first + i] : 0);
  }
}

static void fill_responsibilities(const surprisal_product_mixture *plan, size_t width, size_t first, size_t end,
                                  const double *weights, double *workspace) {
#define FILL(V) fill_logits_part(plan, width, part, V, first, end, workspace)
  FOR_EACH_PART(FILL)
  double *sums = workspace + SURPRISAL_CHUNK_ROWS * width, *densities = sums + SURPRISAL_CHUNK_ROWS;
  normalize(plan, width, first, end - first, weights, workspace, sums, densities, densities + SURPRISAL_CHUNK_ROWS);
}

// Σ w r of each slot: a feature's rows first, then into every slot it stands for.
INLINE void sum_slots(const surprisal_product_mixture *plan, size_t width, size_t part, const int V, size_t chunk,
                      const double *shares, double *sums) {
  size_t begin = plan->listStarts[chunk], position = begin ? plan->listEnds[begin - 1] : 0;
  for (size_t list = begin; list < plan->listStarts[chunk + 1]; list++) {
    vec sum[WIDEST] = {0};
    for (; position < plan->listEnds[list]; position++) {
      const vec *share = from(shares + part, plan->listRows[position], width);
      for (int v = 0; v < V; v++) sum[v] += share[v];
    }
    size_t feature = plan->listFeature[list];
    for (size_t i = plan->slotStarts[feature]; i < plan->slotStarts[feature + 1]; i++) {
      vec *target = at(sums + part, plan->slots[i], width);
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
    const vec *share = from(shares + part, i, width);
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
  const vec *center = from(plan->centers + part, column, width);
  const vec *scale = from(plan->inverseScales + part, column, width);
  vec sum[2][WIDEST] = {0};
  for (size_t i = 0; i < rows; i++) {
    const vec *share = from(shares + part, i, width);
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
  const double *densities = workspace + SURPRISAL_CHUNK_ROWS * (width + 1);
  const double *entropies = densities + SURPRISAL_CHUNK_ROWS;
  for (size_t i = 0; i < rows; i++) {
    double weight = plan->weights ? plan->weights[first + i] : 1;
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
    if (densities) densities[i] = workspace[SURPRISAL_CHUNK_ROWS * (width + 1) + i];
    if (!responsibilities) continue;
    for (size_t k = 0; k < plan->components; k++) responsibilities[i * plan->components + k] = workspace[i * width + k];
  }
}

const surprisal_product_mixture_kernels KERNELS = {LANES, sum_tables, expectation, posterior};
