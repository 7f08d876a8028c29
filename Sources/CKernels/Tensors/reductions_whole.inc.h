// Reductions of one type of whole numbers; sums wrap.
static void NAME(reduce)(int op, size_t outer, size_t count, size_t inner, size_t width, const void *input,
                         const void *center, void *output) {
  if (outer > 1) {
    const size_t size = op == SURPRISAL_ARGMAX || op == SURPRISAL_ARGMIN ? 8
                        : op == SURPRISAL_ANY || op == SURPRISAL_ALL   ? 1
                                                                       : sizeof(T);
    for (size_t r = 0; r < outer; r++)
      NAME(reduce)(op, 1, count, 1, 1, (const T *)input + r * count, center, (char *)output + r * size);
    return;
  }
  const T *restrict x = input;
  T *restrict out = output;
  int64_t *restrict where = output;
  uint8_t *restrict flags = output;
  (void)center;
#define FOLD(first, target, expression)                                                                      \
  {                                                                                                          \
    for (size_t i = 0; i < width; i++) target[i] = first;                                                    \
    if (inner == 1 && width == 1) {                                                                          \
      UNSIGNED t = (UNSIGNED)target[0];                                                                      \
      for (size_t r = 0; r < count; r++) {                                                                   \
        T v = x[r];                                                                                          \
        UNSIGNED u = (UNSIGNED)v;                                                                            \
        (void)v, (void)u;                                                                                    \
        t = (UNSIGNED)(expression);                                                                          \
      }                                                                                                      \
      target[0] = (__typeof__(target[0]))t;                                                                  \
      break;                                                                                                 \
    }                                                                                                        \
    for (size_t r = 0; r < count; r++)                                                                       \
      for (size_t i = 0; i < width; i++) {                                                                   \
        T v = x[r * inner + i];                                                                              \
        UNSIGNED u = (UNSIGNED)v, t = (UNSIGNED)target[i];                                                   \
        (void)v, (void)u;                                                                                    \
        target[i] = (__typeof__(target[0]))(UNSIGNED)(expression);                                           \
      }                                                                                                      \
  }                                                                                                          \
  break;
  switch (op) {
  case SURPRISAL_SUM: FOLD(0, out, t + u)
  case SURPRISAL_PRODUCT: FOLD(1, out, t * u)
  case SURPRISAL_SUM_ABS: FOLD(0, out, t + (v < 0 ? 0 - u : u))
  case SURPRISAL_SUM_SQUARES: FOLD(0, out, t + u * u)
  case SURPRISAL_MAX: FOLD(x[i], out, (T)t > v ? t : u)
  case SURPRISAL_MIN: FOLD(x[i], out, (T)t < v ? t : u)
  case SURPRISAL_ANY: FOLD(0, flags, t | (u != 0))
  case SURPRISAL_ALL: FOLD(1, flags, t & (u != 0))
  case SURPRISAL_ARGMAX:
  case SURPRISAL_ARGMIN:
    for (size_t i = 0; i < width; i++) {
      size_t best = 0;
      for (size_t r = 1; r < count; r++) {
        T value = x[r * inner + i], top = x[best * inner + i];
        if (op == SURPRISAL_ARGMAX ? value > top : value < top) best = r;
      }
      where[i] = (int64_t)best;
    }
    break;
  default: break;
  }
#undef FOLD
}

static void NAME(cumulate)(size_t count, size_t inner, size_t width, int reverse, const void *input, void *output) {
  const T *restrict x = input;
  T *restrict y = output;
  for (size_t r = 0; r < count; r++) {
    const size_t at = (reverse ? count - 1 - r : r) * inner, before = reverse ? at + inner : at - inner;
    for (size_t i = 0; i < width; i++) y[at + i] = (T)((UNSIGNED)x[at + i] + (r ? (UNSIGNED)y[before + i] : 0));
  }
}
