// Vectors of floats and doubles, and functions on them. Polynomials are minimax fits (Remez) of ours.

enum { LANES32 = VECTOR_BYTES / 4, LANES64 = VECTOR_BYTES / 8 };
typedef float vec32 __attribute__((ext_vector_type(LANES32)));
typedef double vec64 __attribute__((ext_vector_type(LANES64)));
typedef int32_t ints32 __attribute__((ext_vector_type(LANES32)));
typedef int64_t ints64 __attribute__((ext_vector_type(LANES64)));
typedef vec32 loose_vec32 __attribute__((aligned(4)));
typedef vec64 loose_vec64 __attribute__((aligned(8)));

OVERLOADED vec32 load(const float *p) { return *(const loose_vec32 *)p; }
OVERLOADED vec64 load(const double *p) { return *(const loose_vec64 *)p; }
OVERLOADED void store(float *p, vec32 v) { *(loose_vec32 *)p = v; }
OVERLOADED void store(double *p, vec64 v) { *(loose_vec64 *)p = v; }

// The first n < lanes elements, and `fill` for the others.
#if VECTOR_BYTES == 64
#define MASK(n) ((1u << (n)) - 1)
OVERLOADED vec32 load_few(const float *p, size_t n, float fill) {
  return (vec32)_mm512_mask_loadu_ps((__m512)(vec32)fill, (__mmask16)MASK(n), p);
}
OVERLOADED vec64 load_few(const double *p, size_t n, double fill) {
  return (vec64)_mm512_mask_loadu_pd((__m512d)(vec64)fill, (__mmask8)MASK(n), p);
}
OVERLOADED void store_few(float *p, size_t n, vec32 v) { _mm512_mask_storeu_ps(p, (__mmask16)MASK(n), (__m512)v); }
OVERLOADED void store_few(double *p, size_t n, vec64 v) { _mm512_mask_storeu_pd(p, (__mmask8)MASK(n), (__m512d)v); }
INLINE vec32 scale32(vec32 x, vec32 n) { return (vec32)_mm512_scalef_ps((__m512)x, (__m512)n); }
INLINE vec64 scale64(vec64 x, vec64 n) { return (vec64)_mm512_scalef_pd((__m512d)x, (__m512d)n); }
// 1 / x of an ordinary number to about one rounding: one step of Newton's, cheaper than the division.
INLINE vec32 reciprocal(vec32 x) {
  vec32 y = (vec32)_mm512_rcp14_ps((__m512)x);
  return y + y * (1 - x * y);
}
#else
INLINE vec32 reciprocal(vec32 x) { return 1 / x; }
#define scale32(x, n) (x)
#define scale64(x, n) (x)
#define FEW(T, V, LANES)                                                                                     \
  OVERLOADED V load_few(const T *p, size_t n, T fill) {                                                      \
    T lanes[LANES];                                                                                          \
    for (size_t i = 0; i < LANES; i++) lanes[i] = i < n ? p[i] : fill;                                       \
    return load(lanes);                                                                                      \
  }                                                                                                          \
  OVERLOADED void store_few(T *p, size_t n, V v) {                                                           \
    T lanes[LANES];                                                                                          \
    store(lanes, v);                                                                                         \
    for (size_t i = 0; i < n; i++) p[i] = lanes[i];                                                          \
  }
FEW(float, vec32, LANES32)
FEW(double, vec64, LANES64)
#endif

// The lanes' sum by halves, always in the same order.
#define HALVE(name, v) __typeof__((v).lo) name = (v).lo + (v).hi
OVERLOADED float sum_lanes(vec32 v) {
  HALVE(a, v);
#if VECTOR_BYTES >= 32
  HALVE(b, a);
#if VECTOR_BYTES >= 64
  HALVE(c, b);
  return c.lo + c.hi;
#else
  return b.lo + b.hi;
#endif
#else
  return a.lo + a.hi;
#endif
}
OVERLOADED double sum_lanes(vec64 v) {
#if VECTOR_BYTES >= 32
  HALVE(a, v);
#if VECTOR_BYTES >= 64
  HALVE(b, a);
  return b.lo + b.hi;
#else
  return a.lo + a.hi;
#endif
#else
  return v.lo + v.hi;
#endif
}

OVERLOADED vec32 horner(vec32 x, const float *c, int count) {
  vec32 sum = c[count - 1];
#pragma unroll
  for (int i = count - 2; i >= 0; i--) sum = sum * x + c[i];
  return sum;
}
OVERLOADED vec64 horner(vec64 x, const double *c, int count) {
  vec64 sum = c[count - 1];
#pragma unroll
  for (int i = count - 2; i >= 0; i--) sum = sum * x + c[i];
  return sum;
}
#define POLYNOMIAL32(x, ...) \
  horner(x, (const float[]){__VA_ARGS__}, (int)(sizeof((const float[]){__VA_ARGS__}) / sizeof(float)))
#define POLYNOMIAL64(x, ...) \
  horner(x, (const double[]){__VA_ARGS__}, (int)(sizeof((const double[]){__VA_ARGS__}) / sizeof(double)))

// (e^r - 1 - r) / r² for |r| <= ln 2 / 2.
OVERLOADED vec32 exp_tail(vec32 r) {
  return POLYNOMIAL32(r, 0x1.fffffcp-2f, 0x1.55548ap-3f, 0x1.555916p-5f, 0x1.123fc6p-7f, 0x1.6a1a78p-10f);
}
OVERLOADED vec64 exp_tail(vec64 r) {
  return POLYNOMIAL64(r, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880,
                      1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0);
}

// log(1 + f) - f + f²/2 for √½ <= 1 + f < √2.
OVERLOADED vec32 log_tail(vec32 f) {
  return f * f * f * POLYNOMIAL32(f, 0x1.555548p-2f, -0x1.000006p-2f, 0x1.99a4b6p-3f, -0x1.555c4ep-3f, 0x1.233768p-3f,
                                  -0x1.fc220ap-4f, 0x1.e6f06cp-4f, -0x1.de3c12p-4f, 0x1.1457a0p-4f);
}
// By 2 atanh(f / (2 + f)).
OVERLOADED vec64 log_tail(vec64 f) {
  vec64 s = f / (2 + f), z = s * s;
  return s * (0.5 * f * f + 2 * z * POLYNOMIAL64(z, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15,
                                                 1.0 / 17, 1.0 / 19, 1.0 / 21));
}

// MAGIC: adding it leaves the rounded number in the low bits. LOWEST, HIGHEST: beyond them e^x is 0 and infinite.
#define EXPONENTIALS(T, V, I, MANTISSA, BIAS, MAGIC, LOG2E, LN2_HIGH, LN2_LOW, LOWEST, HIGHEST, MINUS_ONE,   \
                     ROOT_HALF, SCALE)  \
  OVERLOADED V v_maximum(V a, V b) { return ((a > b) | (a != a)) ? a : b; }                                  \
  OVERLOADED V v_minimum(V a, V b) { return ((a < b) | (a != a)) ? a : b; }                                  \
  OVERLOADED V v_limit(V x, T low, T high) { return x < low ? low : x > high ? high : x; }                   \
  OVERLOADED V v_magnitude(V x) { return __builtin_elementwise_abs(x); }                                     \
  OVERLOADED V v_power_of_two(I n) { return (V)((n + BIAS) << MANTISSA); }                                   \
  /* e^(x + low) = value 2^exponent, where `low` is small; with one, x must be in range. */                  \
  OVERLOADED V v_exp_parts(V x, V low, int has_low, V *exponent) {                                           \
    if (!has_low) x = v_limit(x, LOWEST, HIGHEST);                                                           \
    V shifted = x * (T)LOG2E + (T)MAGIC, n = shifted - (T)MAGIC;                                             \
    V r = (x - n * (T)LN2_HIGH) - n * (T)LN2_LOW;                                                            \
    if (has_low) r += low;                                                                                   \
    *exponent = shifted;                                                                                     \
    return 1 + (r + r * r * exp_tail(r));                                                                    \
  }                                                                                                          \
  /* Its one rounding may be to a subnormal number. */                                                       \
  OVERLOADED V v_scaled(V value, V exponent) {                                                               \
    if (VECTOR_BYTES == 64) return SCALE(value, exponent - (T)MAGIC);                                        \
    I whole = (I)exponent - (I)(V)(T)MAGIC, half = whole >> 1;                                               \
    return value * v_power_of_two(half) * v_power_of_two(whole - half);                                      \
  }                                                                                                          \
  OVERLOADED V v_exp(V x) {                                                                                  \
    V exponent, value = v_exp_parts(x, 0, 0, &exponent);                                                     \
    return v_scaled(value, exponent);                                                                        \
  }                                                                                                          \
  /* For x <= 0; results below the normal numbers become 0. */                                               \
  OVERLOADED V v_exp_nonpositive(V x) {                                                                      \
    V shifted = x * (T)LOG2E + (T)MAGIC, n = shifted - (T)MAGIC;                                             \
    V r = (x - n * (T)LN2_HIGH) - n * (T)LN2_LOW, value = 1 + (r + r * r * exp_tail(r));                     \
    V scaled = (V)((I)value + ((I)shifted << MANTISSA));                                                     \
    return x < (T)((2 - BIAS) * 0.6931471805599453) ? 0 : scaled;                                            \
  }                                                                                                          \
  OVERLOADED V v_expm1(V x) {                                                                                \
    V limited = v_limit(x, MINUS_ONE, HIGHEST);                                                              \
    V shifted = limited * (T)LOG2E + (T)MAGIC, n = shifted - (T)MAGIC;                                       \
    V r = (limited - n * (T)LN2_HIGH) - n * (T)LN2_LOW;                                                      \
    V half = v_power_of_two((I)shifted - (I)(V)(T)MAGIC - 1), value = r + r * r * exp_tail(r);               \
    return x == 0 ? x : 2 * (half * value + (half - (T)0.5));                                                \
  }                                                                                                          \
  OVERLOADED V v_log(V x) {                                                                                  \
    I tiny = x < v_power_of_two((I)(1 - BIAS));                                                              \
    V scaled = tiny ? x * (T)((int64_t)1 << MANTISSA) : x;                                                   \
    I e = ((I)scaled - (I)(V)(T)ROOT_HALF) >> MANTISSA;                                                      \
    V f = (V)((I)scaled - (e << MANTISSA)) - 1;                                                              \
    V exponent = __builtin_convertvector(tiny ? e - MANTISSA : e, V);                                        \
    V y = exponent * (T)LN2_HIGH + (f + ((log_tail(f) + exponent * (T)LN2_LOW) - (T)0.5 * f * f));           \
    y = x < 0 ? (V)(T)NAN : x == 0 ? -(V)(T)INFINITY : y;                                                    \
    return x < (T)INFINITY ? y : x;                                                                          \
  }                                                                                                          \
  OVERLOADED V v_log1p(V x) {                                                                                \
    V u = 1 + x;                                                                                             \
    I e = ((I)u - (I)(V)(T)ROOT_HALF) >> MANTISSA;                                                           \
    V s = v_power_of_two(-e), m = (V)((I)u - (e << MANTISSA)), exponent = __builtin_convertvector(e, V);     \
    V f = e > MANTISSA + 2 ? m - 1 : x * s + (s - 1);                                                        \
    V y = exponent * (T)LN2_HIGH + (f + ((log_tail(f) + exponent * (T)LN2_LOW) - (T)0.5 * f * f));           \
    y = x < -1 ? (V)(T)NAN : x == -1 ? -(V)(T)INFINITY : y;                                                  \
    return ((x < (T)INFINITY) & (x != 0)) ? y : x;                                                           \
  }                                                                                                          \
  OVERLOADED V v_sigmoid(V x) {                                                                              \
    V e = v_exp(-v_magnitude(x));                                                                            \
    return (x < 0 ? e : 1) / (1 + e);                                                                        \
  }                                                                                                          \
  /* x sigmoid(u) for u of the sign of x, where x below LOWEST gives -0. */                                  \
  OVERLOADED V v_gated(V x, V u) {                                                                           \
    V exponent, value = v_exp_parts(-v_magnitude(u), 0, 0, &exponent), e = v_scaled(value, exponent);        \
    V below = v_scaled(value * (x < (T)LOWEST ? (T)LOWEST : x), exponent);                                   \
    return (x < 0 ? below : x) / (1 + e);                                                                    \
  }                                                                                                          \
  OVERLOADED V v_softplus(V x) { return v_maximum(x, (V)0) + v_log1p(v_exp(-v_magnitude(x))); }              \
  OVERLOADED V v_silu_derivative(V x) {                                                                      \
    V e = v_exp(-v_magnitude(x)), s = 1 / (1 + e), t = e * s;                                                \
    return (x < 0 ? t : s) + v_limit(x, LOWEST, -LOWEST) * s * t;                                            \
  }                                                                                                          \
  /* √(8/π) (x + 0.044715 x³) */                                                                             \
  OVERLOADED V v_gelu_argument(V x) { return x * ((T)1.5957691216057308 + (T)0.07135481627260025 * x * x); } \
  OVERLOADED V v_gelu_tanh_derivative(V x) {                                                                 \
    x = v_limit(x, -100, 100);                                                                               \
    V e = v_exp(-v_magnitude(v_gelu_argument(x))), s = 1 / (1 + e), t = e * s;                               \
    return (x < 0 ? t : s) + x * s * t * ((T)1.5957691216057308 + (T)0.21406444881780074 * x * x);           \
  }

EXPONENTIALS(float, vec32, ints32, 23, 127, 0x1.8p23, 0x1.715476p+0, 0x1.63p-1, -0x1.bd0106p-13, -150, 89, -20,
             0x1.6a09e6p-1, scale32)
EXPONENTIALS(double, vec64, ints64, 52, 1023, 0x1.8p52, 0x1.71547652b82fep0, 0x1.62e42fefa3800p-1,
             0x1.ef35793c76730p-45, -800, 710, -40, 0x1.6a09e667f3bcdp-1, scale64)

#define EACH_LANE(name, parameters, real)                                                                    \
  OVERLOADED vec32 name parameters(vec32) {                                                                  \
    for (int i = 0; i < LANES32; i++) x[i] = (float)(real);                                                  \
    return x;                                                                                                \
  }                                                                                                          \
  OVERLOADED vec64 name parameters(vec64) {                                                                  \
    for (int i = 0; i < LANES64; i++) x[i] = real;                                                           \
    return x;                                                                                                \
  }
#define OF_ONE(V) (V x)
#define OF_ORDER(V) (V x, int order)
EACH_LANE(v_lgamma, OF_ONE, surprisal_lgamma((double)x[i]))
EACH_LANE(v_digamma, OF_ONE, surprisal_digamma((double)x[i]))
EACH_LANE(v_polygamma, OF_ORDER, surprisal_polygamma(order, (double)x[i]))

#define EACH_DOUBLE(name, real)                                                                              \
  OVERLOADED vec64 name(vec64 x) {                                                                           \
    for (int i = 0; i < LANES64; i++) x[i] = real;                                                           \
    return x;                                                                                                \
  }
EACH_DOUBLE(v_sin, sin(x[i]))
EACH_DOUBLE(v_cos, cos(x[i]))
EACH_DOUBLE(v_erf, erf(x[i]))
EACH_DOUBLE(v_normal_cdf, 0.5 * erfc(-0.70710678118654752 * x[i]))

OVERLOADED vec32 v_tanh(vec32 x) {
  vec32 a = v_magnitude(x), z = a * a;
  vec32 small = a + a * z * POLYNOMIAL32(z, -0x1.555534p-2f, 0x1.110768p-3f, -0x1.b84448p-5f, 0x1.5256d6p-6f,
                                         -0x1.76ac12p-8f);
  vec32 large = 1 - 2 / (v_exp(2 * a) + 1);
  return __builtin_elementwise_copysign(a < 0.625f ? small : large, x);
}
OVERLOADED vec64 v_tanh(vec64 x) {
  vec64 t = v_expm1(-2 * v_magnitude(x));
  return __builtin_elementwise_copysign(-t / (t + 2), x);
}

// Φ(-a) e^(a²/2) for 0 <= a < 15: a polynomial in (a - 7/2) / (a + 7/2) over a + 7/2.
INLINE vec32 mills_ratio(vec32 a) {
  vec32 t = reciprocal(a + 3.5f);
  return t * POLYNOMIAL32((a - 3.5f) * t, 0x1.7d241ap-1f, -0x1.21915p-1f, 0x1.42fecap-2f, -0x1.db5a76p-4f,
                          0x1.1d2f2ep-6f, 0x1.a98a96p-8f, -0x1.a020fcp-9f, -0x1.0382a4p-11f, 0x1.b99fcp-12f,
                          0x1.ce90d2p-14f);
}
OVERLOADED vec32 v_erf(vec32 x) {
  vec32 a = v_limit(v_magnitude(x), 0, 4), z = a * a;
  vec32 small = a + a * POLYNOMIAL32(z, 0x1.06eba8p-3f, -0x1.81273ep-2f, 0x1.ce2d20p-4f, -0x1.b7fbb4p-6f,
                                     0x1.5419f6p-8f, -0x1.a485f6p-11f, 0x1.4ae4eap-14f);
  vec32 large = 1 - 2 * v_exp_nonpositive(-z) * mills_ratio(a * 1.41421356f);
  return __builtin_elementwise_copysign(a < 1 ? small : large, x);
}
// factor e^(-a²/2), with a² as a sum of two numbers: its rounding error would be that of the result.
INLINE vec32 gaussian(vec32 a, vec32 factor) {
#if VECTOR_BYTES >= 32
  vec32 high = a * a, low = __builtin_elementwise_fma(a, a, -high);
#else
  vec32 part = (vec32)((ints32)a & -4096), high = part * part, low = (a - part) * (a + part);
#endif
  vec32 exponent, value = v_exp_parts(-0.5f * high, -0.5f * low, 1, &exponent);
  return v_scaled(factor * value, exponent);
}
OVERLOADED vec32 v_gelu(vec32 x) {
  vec32 a = v_magnitude(x);
  a = a > 15 ? 15 : a;
  return (x < 0 ? 0 : x) - gaussian(a, a * mills_ratio(a));
}
OVERLOADED vec64 v_gelu(vec64 x) { return (x < -40 ? -40 : x) * v_normal_cdf(x); }
OVERLOADED vec32 v_gelu_derivative(vec32 x) {
  vec32 a = v_magnitude(x);
  a = a > 15 ? 15 : a;
  vec32 e = gaussian(a, 1), tail = e * mills_ratio(a);
  vec32 slope = a * e * 0.398942280f;
  return x < 0 ? tail - slope : (1 - tail) + slope;
}
OVERLOADED vec64 v_gelu_derivative(vec64 x) {
  x = v_limit(x, -40, 40);
  return v_normal_cdf(x) + x * 0.3989422804014327 * v_exp(-0.5 * x * x);
}

// sin(x + quarter π/2): the reduction in double, from 2^20 on the library's function.
INLINE vec64 reduce_angle(vec64 x, ints64 *quadrant) {
  vec64 shifted = x * 0x1.45f306dc9c883p-1 + 0x1.8p52, n = shifted - 0x1.8p52;
  *quadrant = (ints64)shifted;
  return (x - n * 0x1.921fb54400000p+0) - n * 0x1.0b4611a626331p-34;
}
INLINE vec32 sine(vec32 x, int quarter) {
  typedef int32_t half_ints __attribute__((ext_vector_type(LANES64)));
  typedef float half_floats __attribute__((ext_vector_type(LANES64)));
  ints64 low, high;
  vec32 r;
  ints32 quadrant;
  r.lo = __builtin_convertvector(reduce_angle(__builtin_convertvector(x.lo, vec64), &low), half_floats);
  r.hi = __builtin_convertvector(reduce_angle(__builtin_convertvector(x.hi, vec64), &high), half_floats);
  quadrant.lo = __builtin_convertvector(low, half_ints), quadrant.hi = __builtin_convertvector(high, half_ints);
  quadrant += quarter;
  vec32 z = r * r;
  vec32 s = r + r * z * POLYNOMIAL32(z, -0x1.555544p-3f, 0x1.1106fcp-7f, -0x1.992c30p-13f);
  vec32 c = 1 + z * (z * POLYNOMIAL32(z, 0x1.55554ap-5f, -0x1.6c0c22p-10f, 0x1.99e362p-16f) - 0.5f);
  vec32 y = (vec32)((ints32)((quadrant & 1) != 0 ? c : s) ^ (quadrant & 2) << 30);
  ints32 huge = v_magnitude(x) >= 0x1p20f;
  if (__builtin_reduce_or(huge))
    for (int i = 0; i < LANES32; i++)
      if (huge[i]) y[i] = quarter ? cosf(x[i]) : sinf(x[i]);
  return y;
}
OVERLOADED vec32 v_sin(vec32 x) { return x == 0 ? x : sine(x, 0); }
OVERLOADED vec32 v_cos(vec32 x) { return sine(x, 1); }

// By exp and log in double, and the special cases of C's pow.
OVERLOADED vec32 v_power(vec32 x, vec32 y) {
  typedef float half_floats __attribute__((ext_vector_type(LANES64)));
  vec32 a = v_magnitude(x), z, half = 0.5f * y;
  z.lo = __builtin_convertvector(
    v_exp(__builtin_convertvector(y.lo, vec64) * v_log(__builtin_convertvector(a.lo, vec64))), half_floats);
  z.hi = __builtin_convertvector(
    v_exp(__builtin_convertvector(y.hi, vec64) * v_log(__builtin_convertvector(a.hi, vec64))), half_floats);
  z = ((y == 0) | ((a == 1) & ((y == y) | (x == 1)))) ? 1 : z;
  ints32 negative = (ints32)x < 0, whole = __builtin_elementwise_roundeven(y) == y;
  ints32 odd = whole & (__builtin_elementwise_roundeven(half) != half);
  z = (negative & odd) ? -z : z;
  return ((x < 0) & (a < INFINITY) & ~whole & (y == y)) ? NAN : z;
}
OVERLOADED vec64 v_power(vec64 x, vec64 y) {
  for (int i = 0; i < LANES64; i++) x[i] = pow(x[i], y[i]);
  return x;
}
