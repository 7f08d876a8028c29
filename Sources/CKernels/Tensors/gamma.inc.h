// Attempts at gamma numbers by Marsaglia and Tsang's method, of normal numbers by Box and Muller's.

typedef uint64_t words64 __attribute__((ext_vector_type(LANES64)));
typedef words64 loose_words64 __attribute__((aligned(4)));
INLINE words64 load_words(const uint32_t *p) { return *(const loose_words64 *)p; }
// 52 random bits as a number of [1, 2).
INLINE vec64 one_to_two(words64 bits) { return (vec64)(bits >> 12 | 0x3FF0000000000000); }

// The number, of the concentration plus 1 where that is below 1, or -1 where the attempt is rejected or it is no number.
INLINE vec64 gamma_attempt(vec64 a, vec64 x, vec64 u) {
  a = a >= 0 ? (a < 1 ? a + 1 : a) : (vec64)(double)NAN;
  const vec64 d = a - 1.0 / 3, t = x / __builtin_elementwise_sqrt(9 * d), v = 1 + t, square = x * x;
  // Most are accepted without a logarithm.
  ints64 accepted = u < 1 - 0.0331 * square * square;
  if (__builtin_reduce_and(accepted) == 0)
    // 1 - v³ + 3 log v of v = 1 + t, without the cancellation that a large d would show.
    accepted |= v_log(u) < 0.5 * square + d * (3 * (v_log1p(t) - t) - t * t * (3 + t));
  return (accepted & (t > -1)) ? d * v * v * v : -1;
}

static void gamma_attempts(size_t half, const uint32_t *words, const double *concentrations, double *values) {
  for (size_t i = 0; i < half; i += LANES64) {
    const words64 turn = load_words(words + 2 * (half + i)), tests = load_words(words + 2 * (2 * half + i));
    const vec64 radius = __builtin_elementwise_sqrt(-2 * v_log(one_to_two(load_words(words + 2 * i)) - (1 - 0x1p-53)));
    // An angle within an eighth of a turn of 0; one bit swaps the axes and another turns by a half.
    const vec64 r = (one_to_two(turn) - 1.5) * 1.5707963267948966, z = r * r;
    const vec64 sine = r + r * z * POLYNOMIAL64(z, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800,
                                                1.0 / 6227020800, -1.0 / 1307674368000);
    const vec64 cosine = 1 + z * POLYNOMIAL64(z, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800,
                                              1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000);
    const vec64 turned = (vec64)((words64)radius ^ (turn & 2) << 62);
    const ints64 swapped = (ints64)(turn << 63) < 0;
    const vec64 x = turned * (swapped ? sine : cosine), y = turned * (swapped ? cosine : sine);
    const double middle = 1 - 0x1p-33;
    const vec64 u = one_to_two(tests << 32) - middle, w = one_to_two(tests >> 32 << 32) - middle;
    store(values + i, gamma_attempt(load(concentrations + i), x, u));
    store(values + half + i, gamma_attempt(load(concentrations + half + i), y, w));
  }
}
