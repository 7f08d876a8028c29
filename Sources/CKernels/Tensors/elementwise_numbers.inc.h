// Functions of two tensors and comparisons, for one type of numbers.

// c[i] = expression of x and y for elements or a repeated first element.
#define EACH(R, expression)                                                                                  \
  {                                                                                                          \
    R *restrict out = output;                                                                                \
    if (a_step && b_step)                                                                                    \
      for (size_t i = 0; i < n; i++) { T x = a[i], y = b[i]; out[i] = (R)(expression); }                     \
    else if (a_step) {                                                                                       \
      const T y = *b;                                                                                        \
      for (size_t i = 0; i < n; i++) { T x = a[i]; out[i] = (R)(expression); }                               \
    } else {                                                                                                 \
      const T x = *a;                                                                                        \
      for (size_t i = 0; i < n; i++) { T y = b_step ? b[i] : *b; out[i] = (R)(expression); }                 \
    }                                                                                                        \
  }                                                                                                          \
  break;

static void NAME(accumulate)(size_t count, const void *input, void *output) {
  const T *restrict x = input;
  T *restrict y = output;
#ifdef WHOLE
  for (size_t i = 0; i < count; i++) y[i] = (T)((UNSIGNED)x[i] + (UNSIGNED)y[i]);
#else
  for (size_t i = 0; i < count; i++) y[i] += x[i];
#endif
}

#ifdef WHOLE
// Wrapping; a negative exponent gives what truncation of the quotient does.
INLINE T NAME(power)(T x, T y) {
  if (y < 0) return (T)(x == 1 ? 1 : x == (T)-1 ? (y & 1 ? -1 : 1) : 0);
  UNSIGNED base = (UNSIGNED)x, result = 1;
  for (; y > 0; y >>= 1, base = (UNSIGNED)(base * base))
    if (y & 1) result = (UNSIGNED)(result * base);
  return (T)result;
}
static void NAME(binary)(int op, size_t n, const void *left, int a_step, const void *right, int b_step,
                         void *output) {
  const T *restrict a = left, *restrict b = right;
  switch (op) {
  case SURPRISAL_ADD: EACH(T, (UNSIGNED)x + (UNSIGNED)y)
  case SURPRISAL_SUBTRACT: EACH(T, (UNSIGNED)x - (UNSIGNED)y)
  case SURPRISAL_MULTIPLY: EACH(T, (UNSIGNED)x * (UNSIGNED)y)
  case SURPRISAL_POWER: EACH(T, NAME(power)(x, y))
  case SURPRISAL_AND: EACH(T, x & y)
  case SURPRISAL_OR: EACH(T, x | y)
  case SURPRISAL_XOR: EACH(T, x ^ y)
  case SURPRISAL_MAXIMUM: EACH(T, x > y ? x : y)
  case SURPRISAL_MINIMUM: EACH(T, x < y ? x : y)
  default: break;
  }
}

#endif

static void NAME(compare)(int op, size_t n, const void *left, int a_step, const void *right, int b_step,
                          void *output) {
  const T *restrict a = left, *restrict b = right;
  switch (op) {
  case SURPRISAL_EQUAL: EACH(uint8_t, x == y)
  case SURPRISAL_NOT_EQUAL: EACH(uint8_t, x != y)
  case SURPRISAL_LESS: EACH(uint8_t, x < y)
  case SURPRISAL_LESS_EQUAL: EACH(uint8_t, x <= y)
  case SURPRISAL_GREATER: EACH(uint8_t, x > y)
  case SURPRISAL_GREATER_EQUAL: EACH(uint8_t, x >= y)
  default: break;
  }
}
#undef EACH
