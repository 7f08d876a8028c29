// Choice, conversion between types, and random words.

// Both are loaded before the choice, so that it is one instruction on vectors.
#define CHOOSE_EACH(R, first, second)                                                                        \
  for (size_t i = 0; i < count; i++) {                                                                       \
    const R u = first, v = second;                                                                           \
    py[i] = condition[i] ? u : v;                                                                            \
  }
#define CHOOSE(R)                                                                                            \
  {                                                                                                          \
    const R *restrict pa = a, *restrict pb = b;                                                              \
    R *restrict py = out;                                                                                    \
    if (a_step && b_step) CHOOSE_EACH(R, pa[i], pb[i])                                                       \
    else if (a_step) CHOOSE_EACH(R, pa[i], *pb)                                                              \
    else if (b_step) CHOOSE_EACH(R, *pa, pb[i])                                                              \
    else CHOOSE_EACH(R, *pa, *pb)                                                                            \
  }                                                                                                          \
  break;

static void where_elements(size_t size, size_t count, const uint8_t *condition, const void *a, int a_step,
                           const void *b, int b_step, void *out) {
  switch (size) {
  case 1: CHOOSE(uint8_t)
  case 2: CHOOSE(uint16_t)
  case 4: CHOOSE(uint32_t)
  case 8: CHOOSE(uint64_t)
  default: break;
  }
}
#undef CHOOSE
#undef CHOOSE_EACH

INLINE float widened(uint16_t bits) {
  uint32_t word = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}
INLINE uint16_t narrowed(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  uint32_t rounded = (word + 0x7fff + (word >> 16 & 1)) >> 16;
  return (uint16_t)(value != value ? (word >> 16 | 0x40) : rounded);
}
// Rounded toward zero with an odd last bit if it is not exact: rounding that further is rounding once.
INLINE float odd(double x) {
  float nearest = (float)x;
  uint32_t word;
  memcpy(&word, &nearest, sizeof word);
  const double value = (double)nearest;
  word = value == x ? word : (fabs(value) > fabs(x) ? word - 1 : word) | 1;
  memcpy(&nearest, &word, sizeof word);
  return nearest;
}
// In a double; where it has more digits than that, those behind 52 bits as one bit.
INLINE double odd_whole(int64_t x) {
  return (double)(x >= -(1LL << 53) && x <= 1LL << 53 ? x : (x & ~0x7ffLL) | ((x & 0x7ff) != 0) << 10);
}
// A number of any type limited to low ... high, whose ends are compared in the type of x.
#define LIMITED(x, R, low, high) (x != x ? 0 : x <= low ? (R)low : x >= high ? (R)high : (R)x)
#define LIMITED64(x) \
  (x != x ? 0 : (double)x <= -0x1p63 ? INT64_MIN : (double)x >= 0x1p63 ? INT64_MAX : (int64_t)x)

#define CONVERT(R, expression)                                                                               \
  {                                                                                                          \
    R *restrict py = out;                                                                                    \
    for (size_t i = 0; i < count; i++) { READ py[i] = (R)(expression); }                                     \
  }                                                                                                          \
  break;
#define CONVERT_FROM(from, S, LIMIT)                                                                         \
  case from: {                                                                                               \
    const S *restrict px = input;                                                                            \
    switch (to) {                                                                                            \
    case SURPRISAL_FLOAT32: CONVERT(float, x)                                                                \
    case SURPRISAL_FLOAT64: CONVERT(double, x)                                                               \
    case SURPRISAL_BFLOAT16: CONVERT(uint16_t, NARROWED(x))                                                  \
    case SURPRISAL_INT32: CONVERT(int32_t, LIMITED((LIMIT)x, int32_t, INT32_MIN, INT32_MAX))                 \
    case SURPRISAL_INT64: CONVERT(int64_t, LIMITED64(x))                                                     \
    case SURPRISAL_UINT8: CONVERT(uint8_t, LIMITED((LIMIT)x, uint8_t, 0, 255))                               \
    case SURPRISAL_BOOL: CONVERT(uint8_t, x != 0)                                                            \
    }                                                                                                        \
  } break;

static void convert_elements(surprisal_dtype from, surprisal_dtype to, size_t count, const void *input, void *out) {
  switch ((int)from) {
#define READ const double x = (double)px[i];
#define NARROWED(x) narrowed(odd(x))
    CONVERT_FROM(SURPRISAL_FLOAT64, double, double)
#undef NARROWED
#define NARROWED(x) narrowed((float)x)
    CONVERT_FROM(SURPRISAL_FLOAT32, float, double)
#undef READ
#define READ const double x = (double)widened(px[i]);
    CONVERT_FROM(SURPRISAL_BFLOAT16, uint16_t, double)
#undef READ
#undef NARROWED
#define READ const int64_t x = px[i];
#define NARROWED(x) narrowed(odd(odd_whole(x)))
    CONVERT_FROM(SURPRISAL_INT32, int32_t, int64_t)
    CONVERT_FROM(SURPRISAL_UINT8, uint8_t, int64_t)
    CONVERT_FROM(SURPRISAL_BOOL, uint8_t, int64_t)
#undef LIMITED64
#define LIMITED64(x) x
    CONVERT_FROM(SURPRISAL_INT64, int64_t, int64_t)
#undef READ
#undef NARROWED
  }
}

static void philox_blocks(uint64_t seed, uint64_t stream, uint64_t block, size_t blocks, uint32_t *restrict words) {
  for (size_t i = 0; i < blocks; i++) {
    uint32_t c0 = (uint32_t)(block + i), c1 = (uint32_t)((block + i) >> 32), c2 = (uint32_t)stream;
    uint32_t c3 = (uint32_t)(stream >> 32), k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
      uint64_t first = (uint64_t)c0 * 0xD2511F53, second = (uint64_t)c2 * 0xCD9E8D57;
      c0 = (uint32_t)(second >> 32) ^ c1 ^ k0, c1 = (uint32_t)second;
      c2 = (uint32_t)(first >> 32) ^ c3 ^ k1, c3 = (uint32_t)first;
      k0 += 0x9E3779B9, k1 += 0xBB67AE85;
    }
    words[4 * i] = c0, words[4 * i + 1] = c1, words[4 * i + 2] = c2, words[4 * i + 3] = c3;
  }
}
