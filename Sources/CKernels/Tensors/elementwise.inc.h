// Functions of one tensor and their derivatives, for one real type.

#define LANES ((size_t)(VECTOR_BYTES / sizeof(T)))

// Evaluates `body`, which stores at offset i, for whole vectors from 0 to n >= LANES; the last may overlap the one
// before it.
#define SWEEP(n, body)                                                                                       \
  for (size_t i = 0, last_ = (n) - LANES;; i = i + LANES < last_ ? i + LANES : last_) {                      \
    body;                                                                                                    \
    if (i == last_) break;                                                                                   \
  }

#define UNARY(op, expression)                                                                                \
  case SURPRISAL_##op: SWEEP(n, V x = load(px + i); store(py + i, expression)) break;

static void NAME(unary)(int op, size_t count, const void *input, void *output, double number_p, double number_q) {
  const V p = (V)(T)number_p, q = (V)(T)number_q;
  const T *px = input;
  T *py = output, few[2][LANES];
  size_t n = count;
  if (count < LANES) {
    if (count == 0) return;
    store(few[0], load_few(px, count, 1));
    px = few[0], py = few[1], n = LANES;
  }
  if (op == SURPRISAL_POWER_NUMBER)
    op = number_p == 2 ? SURPRISAL_SQUARE : number_p == -1 ? SURPRISAL_RECIPROCAL : op;
  switch (op) {
    UNARY(NEGATE, -x)
    UNARY(ABS, v_magnitude(x))
    UNARY(SIGN, x > 0 ? 1 : x < 0 ? -1 : x)
    UNARY(SQUARE, x * x)
    UNARY(SQRT, __builtin_elementwise_sqrt(x))
    UNARY(RSQRT, 1 / __builtin_elementwise_sqrt(x))
    UNARY(RECIPROCAL, 1 / x)
    UNARY(EXP, v_exp(x))
    UNARY(EXPM1, v_expm1(x))
    UNARY(LOG, v_log(x))
    UNARY(LOG1P, v_log1p(x))
    UNARY(SIN, v_sin(x))
    UNARY(COS, v_cos(x))
    UNARY(TANH, v_tanh(x))
    UNARY(SIGMOID, v_sigmoid(x))
    UNARY(SOFTPLUS, v_softplus(x))
    UNARY(RELU, x < 0 ? 0 : x)
    UNARY(LEAKY_RELU, x < 0 ? p * x : x)
    UNARY(ELU, x < 0 ? p * v_expm1(x) : x)
    UNARY(GELU, v_gelu(x))
    UNARY(GELU_TANH, v_gated(x, v_gelu_argument(x)))
    UNARY(SILU, v_gated(x, x))
    UNARY(ERF, v_erf(x))
    UNARY(LGAMMA, v_lgamma(x))
    UNARY(DIGAMMA, v_digamma(x))
    UNARY(POLYGAMMA, v_polygamma(x, (int)number_p))
    UNARY(FLOOR, __builtin_elementwise_floor(x))
    UNARY(CEIL, __builtin_elementwise_ceil(x))
    UNARY(ROUND, __builtin_elementwise_roundeven(x))
    UNARY(ADD_NUMBER, x + p)
    UNARY(MULTIPLY_NUMBER, x * p)
    UNARY(SUBTRACT_FROM, p - x)
    UNARY(DIVIDE_INTO, p / x)
  case SURPRISAL_POWER_NUMBER:
    if (number_p == 0.5) {
      SWEEP(n, V x = load(px + i); store(py + i, x == -(T)INFINITY ? -x : __builtin_elementwise_sqrt(x + 0)))
    } else if (number_p == 3) {
      SWEEP(n, V x = load(px + i); store(py + i, x * x * x))
    } else {
      SWEEP(n, V x = load(px + i); store(py + i, v_power(x, p)))
    }
    break;
    UNARY(MAXIMUM_NUMBER, v_maximum(x, p))
    UNARY(MINIMUM_NUMBER, v_minimum(x, p))
    UNARY(CLAMP, v_minimum(v_maximum(x, p), q))
  default: break;
  }
  if (count < LANES) store_few(output, count, load(few[1]));
}

#define DERIVATIVE(op, expression)                                                                           \
  case SURPRISAL_##op: SWEEP(n, V x = load(px + i); V g = load(pg + i); store(py + i, expression)) break;

static void NAME(unary_backward)(int op, size_t count, const void *saved, const void *cotangent, void *output,
                                 double number_p, double number_q) {
  const V p = (V)(T)number_p, q = (V)(T)number_q;
  const T *px = saved, *pg = cotangent;
  T *py = output, few[3][LANES];
  size_t n = count;
  if (count < LANES) {
    if (count == 0) return;
    store(few[0], load_few(px, count, 1));
    store(few[1], load_few(pg, count, 0));
    px = few[0], pg = few[1], py = few[2], n = LANES;
  }
  switch (op) {
    DERIVATIVE(ABS, x > 0 ? g : x < 0 ? -g : x * 0)
    DERIVATIVE(SQUARE, 2 * x * g)
    DERIVATIVE(SQRT, (T)0.5 * g / x)
    DERIVATIVE(EXP, g * x)
    DERIVATIVE(LOG, g / x)
    DERIVATIVE(TANH, g * ((1 - x) * (1 + x)))
    DERIVATIVE(SIGMOID, g * x * (1 - x))
    DERIVATIVE(SOFTPLUS, g * v_sigmoid(x))
    DERIVATIVE(RELU, x > 0 ? g : 0)
    DERIVATIVE(LEAKY_RELU, x > 0 ? g : p * g)
    DERIVATIVE(ELU, x > 0 ? g : g * p * v_exp(x))
    DERIVATIVE(GELU, g * v_gelu_derivative(x))
    DERIVATIVE(GELU_TANH, g * v_gelu_tanh_derivative(x))
    DERIVATIVE(SILU, g * v_silu_derivative(x))
    DERIVATIVE(ERF, g * (T)1.1283791670955126 * v_exp(-x * x))
    DERIVATIVE(CLAMP, ((x < p) | (x > q)) ? 0 : g)
  default: break;
  }
  if (count < LANES) store_few(output, count, load(few[2]));
}

// For a step of 0 the first element is repeated.
#define BINARY(op, expression)                                                                               \
  case SURPRISAL_##op:                                                                                       \
    if (n < LANES) {                                                                                         \
      const V x = a_step ? load_few(a, n, 1) : (V)*a, y = b_step ? load_few(b, n, 1) : (V)*b;                \
      store_few(out, n, expression);                                                                         \
    } else if (a_step && b_step) {                                                                           \
      SWEEP(n, V x = load(a + i); V y = load(b + i); store(out + i, expression))                             \
    } else if (a_step) {                                                                                     \
      const V y = *b;                                                                                        \
      SWEEP(n, V x = load(a + i); store(out + i, expression))                                                \
    } else {                                                                                                 \
      const V x = *a;                                                                                        \
      SWEEP(n, V y = b_step ? load(b + i) : (V)*b; store(out + i, expression))                               \
    }                                                                                                        \
    break;

static void NAME(binary)(int op, size_t n, const void *left, int a_step, const void *right, int b_step,
                         void *output) {
  const T *a = left, *b = right;
  T *out = output;
  if (n == 0) return;
  switch (op) {
    BINARY(ADD, x + y)
    BINARY(SUBTRACT, x - y)
    BINARY(MULTIPLY, x * y)
    BINARY(DIVIDE, x / y)
    BINARY(POWER, v_power(x, y))
    BINARY(MAXIMUM, v_maximum(x, y))
    BINARY(MINIMUM, v_minimum(x, y))
  default: break;
  }
}
