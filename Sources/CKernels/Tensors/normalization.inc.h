// Softmax, cross entropy, layer norm and channel sums of one real type. A row is read from memory once and then from
// the cache.

// Evaluates `body` for the elements i ..< i + left of a row, left <= LANES.
#define ROW(n, body)                                                                                         \
  {                                                                                                          \
    size_t i = 0;                                                                                            \
    for (const size_t left = LANES; i + LANES <= (n); i += LANES) { body; }                                  \
    if (i < (n)) { const size_t left = (n) - i; body; }                                                      \
  }
// The sum over the row of an expression in i, in four sums that do not wait for each other.
#define SUM_ROW(total, n, expression)                                                                        \
  V total;                                                                                                   \
  {                                                                                                          \
    V s0 = 0, s1 = 0, s2 = 0, s3 = 0;                                                                        \
    size_t i = 0;                                                                                            \
    for (const size_t left = LANES; i + 4 * LANES <= (n); i += LANES) {                                      \
      s0 += expression, i += LANES, s1 += expression, i += LANES, s2 += expression, i += LANES;              \
      s3 += expression;                                                                                      \
    }                                                                                                        \
    for (const size_t left = LANES; i + LANES <= (n); i += LANES) s0 += expression;                          \
    if (i < (n)) { const size_t left = (n) - i; s1 += expression; }                                          \
    total = (s0 + s1) + (s2 + s3);                                                                           \
  }
// The next row comes from memory while this one is written.
#define AHEAD(p) __builtin_prefetch((p) + columns + i)
#define LOAD(p) (left == LANES ? load((p) + i) : load_few((p) + i, left, 0))
#define LOAD_OR(p, fill) (left == LANES ? load((p) + i) : load_few((p) + i, left, fill))
#define STORE(p, v) (left == LANES ? store((p) + i, v) : store_few((p) + i, left, v))

static void NAME(softmax)(size_t rows, size_t columns, int logarithm, const void *input, void *output) {
  const T *x = input;
  T *y = output;
  for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
    const T top = NAME(largest)(columns, x, 1);
    if (!(ABS(top) < (T)INFINITY)) {
      const T every = top < 0 ? (logarithm ? top : 0) : (T)NAN;
      for (size_t i = 0; i < columns; i++) y[i] = every;
    } else if (logarithm) {
      const T shift = (T)log(NAME(exponential_sum)(columns, x, top));
      ROW(columns, AHEAD(x); STORE(y, (LOAD(x) - top) - shift))
    } else {
      double total = 0;
      for (size_t start = 0; start < columns; start += 1024) {
        V sum = 0;
        ROW(columns - start < 1024 ? columns - start : 1024,
            V e = v_exp_nonpositive(LOAD_OR(x + start, -(T)INFINITY) - top); sum += e; STORE(y + start, e))
        total += (double)sum_lanes(sum);
      }
      const T factor = (T)(1 / total);
      ROW(columns, AHEAD(x); STORE(y, LOAD(y) * factor))
    }
  }
}

static void NAME(softmax_backward)(size_t rows, size_t columns, int logarithm, const void *saved,
                                   const void *cotangent, void *output) {
  const T *y = saved, *g = cotangent;
  T *dx = output;
  for (size_t r = 0; r < rows; r++, y += columns, g += columns, dx += columns) {
    if (logarithm && NAME(largest)(columns < LANES ? columns : LANES, y, 1) == -(T)INFINITY
        && NAME(largest)(columns, y, 1) == -(T)INFINITY) {
      memset(dx, 0, columns * sizeof(T));
    } else if (logarithm) {
      const T total = (T)NAME(plain_row)(columns, g, 0);
      ROW(columns, AHEAD(g); AHEAD(y); STORE(dx, LOAD(g) - v_exp(LOAD(y)) * total))
    } else {
      SUM_ROW(sums, columns, LOAD(g) * LOAD(y))
      const T total = sum_lanes(sums);
      ROW(columns, AHEAD(g); AHEAD(y); STORE(dx, LOAD(y) * (LOAD(g) - total)))
    }
  }
}

static void NAME(cross_entropy)(size_t rows, size_t columns, const void *input, const int64_t *targets,
                                int64_t ignored, void *losses, void *normalizers) {
  const T *x = input;
  T *loss = losses, *normalizer = normalizers;
  for (size_t r = 0; r < rows; r++, x += columns) {
    const T top = NAME(largest)(columns, x, 1);
    const int finite = ABS(top) < (T)INFINITY;
    const T rest = finite ? (T)log(NAME(exponential_sum)(columns, x, top)) : 0;
    normalizer[r] = top + rest;
    // The large numbers first: their difference is exact. A row of only -inf costs +inf.
    loss[r] = targets[r] == ignored ? 0 : finite ? (top - x[targets[r]]) + rest : top < 0 ? -top : (T)NAN;
  }
}

static void NAME(cross_entropy_backward)(size_t rows, size_t columns, const void *input, const int64_t *targets,
                                         int64_t ignored, const void *normalizers, const void *cotangent,
                                         void *output) {
  const T *x = input, *normalizer = normalizers, *g = cotangent;
  T *dx = output;
  for (size_t r = 0; r < rows; r++, x += columns, dx += columns) {
    if (targets[r] == ignored || normalizer[r] == -(T)INFINITY) {
      memset(dx, 0, columns * sizeof(T));
      if (targets[r] != ignored) dx[targets[r]] = -g[r];
      continue;
    }
    const T factor = g[r];
    T top = 0, shift = normalizer[r];
    if (ABS(shift) > 16) { // its rounding would show
      top = NAME(largest)(columns, x, 1);
      shift = (T)log(NAME(exponential_sum)(columns, x, top));
    }
    ROW(columns, STORE(dx, factor * v_exp((LOAD(x) - top) - shift)))
    dx[targets[r]] -= factor;
  }
}

static void NAME(layer_norm)(size_t rows, size_t columns, double epsilon, const void *input, const void *scales,
                             const void *shifts, void *output, void *means, void *rstds) {
  const T *x = input, *scale = scales, *shift = shifts;
  T *y = output, *mean = means, *rstd = rstds;
  for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
    const T center = mean ? (T)(NAME(plain_row)(columns, x, 0) / (double)columns) : 0;
    const T factor = (T)(1 / sqrt(NAME(centered_row)(columns, x, center) / (double)columns + epsilon));
    if (mean) mean[r] = center;
    rstd[r] = factor;
    if (scale && shift)
      ROW(columns, AHEAD(x); STORE(y, (LOAD(x) - center) * factor * LOAD(scale) + LOAD(shift)))
    else
      ROW(columns, V z = (LOAD(x) - center) * factor; if (scale) z *= LOAD(scale); if (shift) z += LOAD(shift);
          STORE(y, z))
  }
}

// `all`: every pointer is there, a constant for the compiler.
INLINE void NAME(layer_norm_backward_rows)(const int all, size_t rows, size_t columns, const T *x, const T *scale,
                                           const T *mean, const T *rstd, const T *g, T *dx, T *dscale, T *dshift) {
  for (size_t r = 0; r < rows; r++, x += columns, g += columns) {
    const T center = mean ? mean[r] : 0, factor = rstd[r];
    V sum = 0, product = 0;
    ROW(columns, V gi = LOAD(g); V z = (LOAD_OR(x, center) - center) * factor;
        V h = all || scale ? gi * LOAD(scale) : gi; sum += h; product += h * z;
        if (all || dscale) STORE(dscale, LOAD(dscale) + gi * z); if (all || dshift) STORE(dshift, LOAD(dshift) + gi))
    if (!all && !dx) continue;
    const T a = mean ? sum_lanes(sum) / (T)columns : 0, b = sum_lanes(product) / (T)columns * factor;
    ROW(columns, AHEAD(g); AHEAD(x); V gi = LOAD(g); V h = all || scale ? gi * LOAD(scale) : gi;
        STORE(dx, factor * (h - a - (LOAD(x) - center) * b)))
    dx += columns;
  }
}

static void NAME(layer_norm_backward)(size_t rows, size_t columns, const void *x, const void *scale, const void *mean,
                                      const void *rstd, const void *g, void *dx, void *dscale, void *dshift) {
  if (scale && dx && dscale && dshift)
    NAME(layer_norm_backward_rows)(1, rows, columns, x, scale, mean, rstd, g, dx, dscale, dshift);
  else
    NAME(layer_norm_backward_rows)(0, rows, columns, x, scale, mean, rstd, g, dx, dscale, dshift);
}

static void NAME(affine)(size_t count, const void *input, const void *factors, const void *others, const void *slopes,
                         const void *terms, void *output) {
  const T *restrict x = input, *restrict other = others, factor = *(const T *)factors, term = *(const T *)terms;
  T *restrict y = output;
  if (other) {
    const T slope = *(const T *)slopes;
    for (size_t i = 0; i < count; i++) y[i] = x[i] * factor + (other[i] * slope + term);
  } else
    for (size_t i = 0; i < count; i++) y[i] = x[i] * factor + term;
}

static void NAME(sums)(size_t count, const void *values, const void *others, const void *centers, double *sum,
                       double *product) {
  const T *a = values, *b = others;
  *sum += NAME(plain_row)(count, a, 0);
  if (!product) return;
  const T center = *(const T *)centers;
  for (size_t start = 0; start < count; start += 1024, a += 1024, b += 1024) {
    const size_t n = count - start < 1024 ? count - start : 1024;
    SUM_ROW(total, n, LOAD(a) * (LOAD(b) - center))
    *product += (double)sum_lanes(total);
  }
}
#undef ROW
#undef AHEAD
#undef SUM_ROW
#undef LOAD
#undef LOAD_OR
#undef STORE
#undef LANES
