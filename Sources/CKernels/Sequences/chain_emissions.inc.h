// The emissions of a tile of rows, and their statistics. Included once per instruction set.

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
      for (size_t d = 0; d < D; d++) {
        const double *ratios = c->table + d * S;
        if (x[d] != 0)
          for (size_t v = 0; v < S; v += LANES) store(row + v, load(row + v) + splat(x[d]) * load(ratios + v));
      }
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
