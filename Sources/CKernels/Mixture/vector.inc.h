// Vectors of LANES doubles, and exp and log on them. Included once per instruction set.

typedef double vec __attribute__((vector_size(LANES * 8)));
typedef double loose_vec __attribute__((vector_size(LANES * 8), aligned(8)));
typedef int64_t int_vec __attribute__((vector_size(LANES * 8)));

#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const double *p) { return *(const loose_vec *)p; }
INLINE void store(double *p, vec v) { *(loose_vec *)p = v; }
INLINE vec splat(double x) { return x - (vec){0}; }
INLINE vec select_vec(int_vec mask, vec yes, vec no) {
  return (vec)((mask & (int_vec)yes) | (~mask & (int_vec)no));
}
INLINE vec maximum(vec a, vec b) { return select_vec(a > b, a, b); }

// exp(x) for x <= 0, at most 1 ulp off; below -708 it is 0.
// x = n ln 2 + r, |r| <= ln 2 / 2, and the Taylor sum to r^13 (its remainder is below 2^-57).
INLINE vec exp_nonpositive(vec x) {
  const double magic = 0x1.8p52; // adding it leaves the rounded number in the low bits
  vec shifted = x * splat(0x1.71547652b82fep0) + splat(magic);
  vec n = shifted - splat(magic);
  vec r = x - n * splat(0x1.62e42fefa3800p-1);
  r = r - n * splat(0x1.ef35793c76730p-45);
  vec r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  vec p01 = splat(1.0) + r, p23 = splat(1.0 / 2) + r * splat(1.0 / 6);
  vec p45 = splat(1.0 / 24) + r * splat(1.0 / 120), p67 = splat(1.0 / 720) + r * splat(1.0 / 5040);
  vec p89 = splat(1.0 / 40320) + r * splat(1.0 / 362880);
  vec pab = splat(1.0 / 3628800) + r * splat(1.0 / 39916800);
  vec pcd = splat(1.0 / 479001600) + r * splat(1.0 / 6227020800.0);
  vec low = (p01 + r2 * p23) + r4 * (p45 + r2 * p67);
  vec high = (p89 + r2 * pab) + r4 * pcd;
  vec value = low + r8 * high;
  int_vec exponent = (int_vec)shifted << 52; // the low bits of `shifted` hold n, modulo 2^12
  vec scaled = (vec)((int_vec)value + exponent);
  return select_vec(x < splat(-708.0), (vec){0}, scaled);
}

// log(x) for normal x > 0, at most 2 ulp off away from 1 and 2^-53 absolute near it.
// x = 2^e m, √½ <= m < √2, and log m = 2 atanh((m - 1) / (m + 1)) to the 21st power.
INLINE vec log_positive(vec x) {
  int_vec bits = (int_vec)x;
  int_vec offset = bits - 0x3fe6a09e667f3bcd; // the bits of √½
  int_vec e = offset >> 52;
  vec m = (vec)(bits - (e << 52));
  vec exponent = (vec)((e + 0x4338000000000000)) - splat(0x1.8p52);
  vec s = (m - splat(1.0)) / (m + splat(1.0));
  vec z = s * s;
  vec p = splat(1.0 / 21);
  p = p * z + splat(1.0 / 19);
  p = p * z + splat(1.0 / 17);
  p = p * z + splat(1.0 / 15);
  p = p * z + splat(1.0 / 13);
  p = p * z + splat(1.0 / 11);
  p = p * z + splat(1.0 / 9);
  p = p * z + splat(1.0 / 7);
  p = p * z + splat(1.0 / 5);
  p = p * z + splat(1.0 / 3);
  vec tail = s * z * p;
  return exponent * splat(0x1.62e42fefa3800p-1) +
         (splat(2.0) * s + (splat(2.0) * tail + exponent * splat(0x1.ef35793c76730p-45)));
}

// The sum of the lanes, always in the same order.
INLINE double sum_lanes(vec v) {
  double total[LANES];
  store(total, v);
  for (int width = LANES / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) total[i] += total[i + width];
  return total[0];
}

// Turns LANES rows of LANES numbers into columns.
INLINE void transpose(vec rows[LANES]) {
#if LANES == 8
  vec pairs[8], quads[8];
#pragma unroll
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    pairs[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
#pragma unroll
  for (int i = 0; i < 8; i += 4)
#pragma unroll
    for (int j = 0; j < 2; j++) {
      quads[i + j] = __builtin_shufflevector(pairs[i + j], pairs[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      quads[i + j + 2] = __builtin_shufflevector(pairs[i + j], pairs[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma unroll
  for (int i = 0; i < 4; i++) {
    rows[i] = __builtin_shufflevector(quads[i], quads[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    rows[i + 4] = __builtin_shufflevector(quads[i], quads[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
#elif LANES == 4
  vec pairs[4];
#pragma unroll
  for (int i = 0; i < 4; i += 2) {
    pairs[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 4, 2, 6);
    pairs[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 1, 5, 3, 7);
  }
#pragma unroll
  for (int i = 0; i < 2; i++) {
    rows[i] = __builtin_shufflevector(pairs[i], pairs[i + 2], 0, 1, 4, 5);
    rows[i + 2] = __builtin_shufflevector(pairs[i], pairs[i + 2], 2, 3, 6, 7);
  }
#else
  vec first = __builtin_shufflevector(rows[0], rows[1], 0, 2);
  rows[1] = __builtin_shufflevector(rows[0], rows[1], 1, 3);
  rows[0] = first;
#endif
}
