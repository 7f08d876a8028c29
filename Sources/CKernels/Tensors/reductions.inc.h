// Reductions of one real type over x [count] with stride `inner`, for `width` neighboring results.

enum { NAME(sum_rows) = 16, NAME(panel) = 512 };

#define TERM_SUM(x, c) (x)
#define TERM_ABS(x, c) __builtin_elementwise_abs(x)
#define TERM_SQUARE(x, c) ((x) * (x))
#define TERM_DEVIATION(x, c) ((x) - (c))
#define TERM_CENTERED(x, c) (((x) - (c)) * ((x) - (c)))

// Blocks of at most 1024 terms in vectors, their sums in double with Neumaier's correction.
#define SUMMATION(name, TERM)                                                                                \
  INLINE double NAME(name##_row)(size_t n, const T *x, T c) {                                                \
    (void)c;                                                                                                 \
    if (n <= LANES) {                                                                                        \
      const V few = n == LANES ? load(x) : load_few(x, n, c);                                                \
      return (double)sum_lanes(TERM(few, c));                                                                \
    }                                                                                                        \
    double total = 0, correction = 0;                                                                        \
    for (size_t start = 0; start < n; start += 1024) {                                                       \
      const size_t end = n - start < 1024 ? n : start + 1024;                                                \
      V s0 = 0, s1 = 0, s2 = 0, s3 = 0;                                                                      \
      size_t i = start;                                                                                      \
      for (; i + 4 * LANES <= end; i += 4 * LANES) {                                                         \
        s0 += TERM(load(x + i), c), s1 += TERM(load(x + i + LANES), c);                                      \
        s2 += TERM(load(x + i + 2 * LANES), c), s3 += TERM(load(x + i + 3 * LANES), c);                      \
      }                                                                                                      \
      for (; i + LANES <= end; i += LANES) s0 += TERM(load(x + i), c);                                       \
      double block = (double)sum_lanes((s0 + s1) + (s2 + s3));                                               \
      for (; i < end; i++) block += (double)(TERM(x[i], c));                                                 \
      double next = total + block;                                                                           \
      correction += fabs(total) >= fabs(block) ? (total - next) + block : (block - next) + total;            \
      total = next;                                                                                          \
    }                                                                                                        \
    return total + (correction == correction ? correction : 0);                                              \
  }                                                                                                          \
  /* By halves of the rows. */                                                                               \
  static void NAME(name##_panel)(size_t rows, size_t inner, size_t width, const T *restrict x,               \
                                 const T *center, T *restrict out) {                                         \
    if (rows <= NAME(sum_rows)) {                                                                            \
      for (size_t i = 0; i < width; i++) out[i] = 0;                                                         \
      for (size_t r = 0; r < rows; r++)                                                                      \
        for (size_t i = 0; i < width; i++) {                                                                 \
          const T c = center ? center[i] : 0;                                                                \
          (void)c;                                                                                           \
          out[i] += TERM(x[r * inner + i], c);                                                               \
        }                                                                                                    \
      return;                                                                                                \
    }                                                                                                        \
    T other[NAME(panel)];                                                                                    \
    const size_t half = rows / 2;                                                                            \
    NAME(name##_panel)(half, inner, width, x, center, out);                                                  \
    NAME(name##_panel)(rows - half, inner, width, x + half * inner, center, other);                          \
    for (size_t i = 0; i < width; i++) out[i] += other[i];                                                   \
  }
SUMMATION(plain, TERM_SUM)
SUMMATION(absolute, TERM_ABS)
SUMMATION(squares, TERM_SQUARE)
SUMMATION(deviations, TERM_DEVIATION)
SUMMATION(centered, TERM_CENTERED)

// Each row of `outer` rows; otherwise one panel of neighbors.
#define SUM_CASE(op, name)                                                                                   \
  case op:                                                                                                   \
    if (row)                                                                                                 \
      for (size_t r = 0; r < outer; r++)                                                                     \
        out[r] = (T)NAME(name##_row)(count, x + r * count, center ? center[r] : 0);                          \
    else                                                                                                     \
      NAME(name##_panel)(count, inner, width, x, center, out);                                               \
    break;

// The largest of the row times `sign`; NaN if there is one.
static T NAME(largest)(size_t n, const T *x, T sign) {
  V top = -(V)(T)INFINITY;
  __typeof__(top == top) invalid = 0;
#define LARGER(value) { V v = (value) * sign; top = top > v ? top : v; invalid |= v != v; }
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) LARGER(load(x + i))
  if (i < n) LARGER(load_few(x + i, n - i, sign * -(T)INFINITY))
#undef LARGER
  if (__builtin_reduce_or(invalid)) return (T)NAN;
  T lanes[LANES];
  store(lanes, top);
  for (size_t half = LANES / 2; half > 0; half /= 2)
    for (size_t j = 0; j < half; j++) lanes[j] = lanes[j] > lanes[j + half] ? lanes[j] : lanes[j + half];
  return lanes[0];
}

// Σ exp(x - top) of a row without NaN and with a finite largest element `top`.
static double NAME(exponential_sum)(size_t n, const T *x, T top) {
  double total = 0;
  for (size_t start = 0; start < n; start += 1024) {
    const size_t end = n - start < 1024 ? n : start + 1024;
    V sum = 0;
    size_t i = start;
    for (; i + LANES <= end; i += LANES) sum += v_exp_nonpositive(load(x + i) - top);
    if (i < end) sum += v_exp_nonpositive(load_few(x + i, end - i, -(T)INFINITY) - top);
    total += (double)sum_lanes(sum);
  }
  return total;
}

// Each of the extremes by its own comparison.
#define EXTREMES(COMPARE)                                                                                    \
  for (size_t r = 1; r < count; r++)                                                                         \
    for (size_t i = 0; i < width; i++) {                                                                     \
      T value = x[r * inner + i];                                                                            \
      out[i] = ((value COMPARE out[i]) | (value != value)) ? value : out[i];                                 \
    }

static void NAME(reduce)(int op, size_t outer, size_t count, size_t inner, size_t width, const void *input,
                         const void *centers, void *output) {
  const int row = inner == 1;
  const T *restrict x = input, *center = centers;
  T *restrict out = output;
  int64_t *restrict where = output;
  uint8_t *restrict flags = output;
  if (width > NAME(panel)) {
    const size_t size = op == SURPRISAL_ARGMAX || op == SURPRISAL_ARGMIN ? 8
                        : op == SURPRISAL_ANY || op == SURPRISAL_ALL   ? 1
                                                                       : sizeof(T);
    for (size_t i = 0; i < width; i += NAME(panel))
      NAME(reduce)(op, 1, count, inner, width - i < NAME(panel) ? width - i : NAME(panel), x + i,
                   center ? center + i : NULL, (char *)output + i * size);
    return;
  }
  switch (op) {
    SUM_CASE(SURPRISAL_SUM, plain)
    SUM_CASE(SURPRISAL_SUM_ABS, absolute)
    SUM_CASE(SURPRISAL_SUM_SQUARES, squares)
    SUM_CASE(SUM_CENTERED, deviations)
    SUM_CASE(SUM_CENTERED_SQUARES, centered)
  case SURPRISAL_PRODUCT:
    if (row) {
      for (size_t r = 0; r < outer; r++) {
        out[r] = 1;
        for (size_t i = 0; i < count; i++) out[r] *= x[r * count + i];
      }
      break;
    }
    for (size_t i = 0; i < width; i++) out[i] = 1;
    for (size_t r = 0; r < count; r++)
      for (size_t i = 0; i < width; i++) out[i] *= x[r * inner + i];
    break;
  case SURPRISAL_MAX:
  case SURPRISAL_MIN: {
    const T sign = op == SURPRISAL_MAX ? 1 : -1;
    if (row) {
      for (size_t r = 0; r < outer; r++) out[r] = sign * NAME(largest)(count, x + r * count, sign);
      break;
    }
    memcpy(out, x, width * sizeof(T));
    if (op == SURPRISAL_MAX) { EXTREMES(>) } else { EXTREMES(<) }
    break;
  }
  case SURPRISAL_ARGMAX:
  case SURPRISAL_ARGMIN: {
    const T sign = op == SURPRISAL_ARGMAX ? 1 : -1;
    T best[NAME(panel)];
    if (row) {
      for (size_t r = 0; r < outer; r++) {
        const T *element = x + r * count, top = sign * NAME(largest)(count, element, sign);
        size_t at = 0;
        while (at < count && (top == top ? element[at] != top : element[at] == element[at])) at++;
        where[r] = (int64_t)at;
      }
      break;
    }
    for (size_t i = 0; i < width; i++) best[i] = x[i], where[i] = 0;
    for (size_t r = 1; r < count; r++)
      for (size_t i = 0; i < width; i++) {
        T value = x[r * inner + i];
        int better = (sign * value > sign * best[i]) | ((value != value) & (best[i] == best[i]));
        best[i] = better ? value : best[i];
        where[i] = better ? (int64_t)r : where[i];
      }
    break;
  }
  case SURPRISAL_ANY:
  case SURPRISAL_ALL: {
    const uint8_t any = op == SURPRISAL_ANY;
    if (row) {
      for (size_t r = 0; r < outer; r++) {
        flags[r] = !any;
        for (size_t i = 0; i < count && flags[r] != any; i++) flags[r] = x[r * count + i] != 0;
      }
      break;
    }
    for (size_t i = 0; i < width; i++) flags[i] = !any;
    for (size_t r = 0; r < count; r++)
      for (size_t i = 0; i < width; i++)
        flags[i] = any ? flags[i] | (x[r * inner + i] != 0) : flags[i] & (x[r * inner + i] != 0);
    break;
  }
  case SURPRISAL_LOG_SUM_EXP: {
    if (row) {
      for (size_t r = 0; r < outer; r++) {
        const T *element = x + r * count, top = NAME(largest)(count, element, 1);
        out[r] = ABS(top) < (T)INFINITY ? top + (T)log(NAME(exponential_sum)(count, element, top)) : top;
      }
      break;
    }
    if (count == 0) {
      for (size_t i = 0; i < width; i++) out[i] = -(T)INFINITY;
      break;
    }
    T top[NAME(panel)], sum[NAME(panel)] = {0}, block[NAME(panel)];
    NAME(reduce)(SURPRISAL_MAX, 1, count, inner, width, x, NULL, top);
    for (size_t start = 0; start < count; start += 64) {
      for (size_t i = 0; i < width; i++) block[i] = 0;
      for (size_t r = start; r < count && r < start + 64; r++) {
        const T *row = x + r * inner;
        size_t i = 0;
        for (; i + LANES <= width; i += LANES) store(block + i, load(block + i) + v_exp(load(row + i) - load(top + i)));
        if (i < width) {
          const size_t left = width - i;
          store_few(block + i, left,
                    load_few(block + i, left, 0) + v_exp(load_few(row + i, left, 0) - load_few(top + i, left, 0)));
        }
      }
      for (size_t i = 0; i < width; i++) sum[i] += block[i];
    }
    for (size_t i = 0; i < width; i++)
      out[i] = ABS(top[i]) < (T)INFINITY ? top[i] + (T)log((double)sum[i]) : top[i];
    break;
  }
  default: break;
  }
}

static void NAME(cumulate)(size_t count, size_t inner, size_t width, int reverse, const void *input, void *output) {
  const T *restrict x = input;
  T *restrict y = output;
  if (inner == 1 && !reverse) {
    // Four at a time, so that only one addition of four waits for the one before.
    double sum = 0;
    size_t r = 0;
    for (; r + 4 <= count; r += 4) {
      const double a = (double)x[r], b = a + (double)x[r + 1], c = b + (double)x[r + 2], d = c + (double)x[r + 3];
      y[r] = (T)(sum + a), y[r + 1] = (T)(sum + b), y[r + 2] = (T)(sum + c), y[r + 3] = (T)(sum += d);
    }
    for (; r < count; r++) y[r] = (T)(sum += (double)x[r]);
    return;
  }
  double sums[NAME(panel)];
  for (size_t i = 0; i < width; i++) sums[i] = 0;
  for (size_t r = 0; r < count; r++) {
    const size_t at = (reverse ? count - 1 - r : r) * inner;
    for (size_t i = 0; i < width; i++) y[at + i] = (T)(sums[i] += (double)x[at + i]);
  }
}
