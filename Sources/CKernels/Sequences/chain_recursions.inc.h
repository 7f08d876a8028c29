// The recursions over one tile, forward and backward, scaled and in logarithms. Included once per instruction set.

// Fills `alphas`, `scales` and `logScales` from the normalized row before, or from the initial states if it is NULL.
// Rows of `alphas` have the sums in `scales`: a row is divided by its sum on the way to the next, while the product is
// formed.
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

// Fills `betas`, `flows` and `norms` (logarithms if `logs`) from `after` of the last row, 1 if it is NULL; if
// `goes_on`, `previous` receives that of the row before the tile. Scaled rows before the last have the sum in the norm of
// the row behind them, by which they are divided on the way to the next; `previous` is normalized.
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
