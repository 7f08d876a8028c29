// Elementwise functions of contiguous arrays, in pieces for the threads.
#include "tensor_pieces.h"

typedef struct {
  int op;
  surprisal_dtype from, to;
  size_t count, piece;
  const char *x, *g;
  char *y, *states[3];
  double p, q;
  const surprisal_step_rates *rates;
  uint64_t seed, stream, block;
} flat;

#define FLAT_BODY(name, statement)                                                                           \
  static void name(void *context, size_t index) {                                                            \
    const flat *job = context;                                                                               \
    const size_t start = index * job->piece, n = smaller(job->piece, job->count - start);                    \
    const size_t size = element_sizes[job->from], at = start * size;                                         \
    (void)at;                                                                                                \
    statement;                                                                                               \
  }

FLAT_BODY(unary_piece,
  kernels()->reals[job->from].unary(job->op, n, job->x + at, job->y + at, job->p, job->q))
FLAT_BODY(backward_piece,
  kernels()->reals[job->from].unary_backward(job->op, n, job->x + at, job->g + at, job->y + at, job->p, job->q))
FLAT_BODY(convert_piece,
  kernels()->convert(job->from, job->to, n, job->x + at, job->y + start * element_sizes[job->to]))
#define STATE(i) (job->states[i] ? job->states[i] + at : NULL)
FLAT_BODY(optimizer_piece,
  kernels()->reals[job->from].optimize(job->op, n, job->rates, job->x + at, job->y + at, STATE(0), STATE(1), STATE(2)))
FLAT_BODY(accumulate_piece,
  kernels()->numbers[job->from].accumulate(n, job->x + at, job->y + at))
FLAT_BODY(philox_piece,
  kernels()->philox(job->seed, job->stream, job->block + start, n, (uint32_t *)job->y + 4 * start))

static void run_flat(flat *job, size_t piece, void (*body)(void *, size_t)) {
  if (job->count == 0) return;
  if (job->count < 2 * piece) {
    job->piece = job->count;
    body(job, 0);
    return;
  }
  job->piece = long_piece(job->count, piece);
  surprisal_parallel_for(pieces_of(job->count, job->piece), threads(), body, job);
}

static int is_costly(int op) {
  return (op >= SURPRISAL_EXP && op <= SURPRISAL_SOFTPLUS) || (op >= SURPRISAL_ELU && op <= SURPRISAL_POLYGAMMA) ||
         op == SURPRISAL_POWER_NUMBER;
}

void surprisal_unary(surprisal_unary_op op, surprisal_dtype dtype, size_t count, const void *x, void *y, double p,
                     double q) {
  if (dtype <= SURPRISAL_FLOAT64) {
    flat job = {.op = (int)op, .from = dtype, .count = count, .x = x, .y = y, .p = p, .q = q};
    run_flat(&job, is_costly((int)op) ? COSTLY_PIECE : CHEAP_PIECE, unary_piece);
    return;
  }
#define WHOLE_CASE(name, expression)                                                                         \
  case SURPRISAL_##name:                                                                                     \
    for (size_t i = 0; i < count; i++) { const U v = (U)px[i]; py[i] = (S)(expression); }                    \
    break;
#define WHOLE(type, unsigned_type)                                                                           \
  {                                                                                                          \
    typedef type S;                                                                                          \
    typedef unsigned_type U;                                                                                 \
    const S *px = x;                                                                                         \
    S *py = y;                                                                                               \
    S number;                                                                                                \
    surprisal_convert(SURPRISAL_FLOAT64, dtype, 1, &p, &number);                                             \
    switch ((int)op) {                                                                                       \
      WHOLE_CASE(NEGATE, 0 - v)                                                                              \
      WHOLE_CASE(ABS, (S)v < 0 ? 0 - v : v)                                                                  \
      WHOLE_CASE(SIGN, ((S)v > 0) - ((S)v < 0))                                                              \
      WHOLE_CASE(SQUARE, v * v)                                                                              \
      WHOLE_CASE(ADD_NUMBER, v + (U)number)                                                                  \
      WHOLE_CASE(MULTIPLY_NUMBER, v * (U)number)                                                             \
      WHOLE_CASE(SUBTRACT_FROM, (U)number - v)                                                               \
      WHOLE_CASE(MAXIMUM_NUMBER, (S)v > number ? (S)v : number)                                              \
      WHOLE_CASE(MINIMUM_NUMBER, (S)v < number ? (S)v : number)                                              \
    }                                                                                                        \
  }
  if (dtype == SURPRISAL_INT32) WHOLE(int32_t, uint32_t)
  if (dtype == SURPRISAL_INT64) WHOLE(int64_t, uint64_t)
}

void surprisal_unary_backward(surprisal_unary_op op, surprisal_dtype dtype, size_t count, const void *saved,
                              const void *g, void *dx, double p, double q) {
  flat job = {.op = (int)op, .from = dtype, .count = count, .x = saved, .g = g, .y = dx, .p = p, .q = q};
  run_flat(&job, op >= SURPRISAL_SOFTPLUS ? COSTLY_PIECE : CHEAP_PIECE, backward_piece);
}

void surprisal_convert(surprisal_dtype from, surprisal_dtype to, size_t count, const void *x, void *out) {
  flat job = {.from = from, .to = to, .count = count, .x = x, .y = out};
  run_flat(&job, CHEAP_PIECE, convert_piece);
}

void surprisal_optimizer_step(surprisal_step_rule rule, surprisal_dtype dtype, size_t count,
                              const surprisal_step_rates *rates, const void *gradient, void *parameter,
                              void *const states[3]) {
  flat job = {.op = (int)rule, .from = dtype, .count = count, .rates = rates, .x = gradient, .y = parameter,
              .states = {states[0], states[1], states[2]}};
  run_flat(&job, CHEAP_PIECE, optimizer_piece);
}

void surprisal_accumulate(surprisal_dtype dtype, size_t count, const void *x, void *y) {
  flat job = {.from = dtype, .count = count, .x = x, .y = y};
  run_flat(&job, CHEAP_PIECE, accumulate_piece);
}

void surprisal_philox(uint64_t seed, uint64_t stream, uint64_t block, size_t blocks, uint32_t *words) {
  flat job = {.count = blocks, .seed = seed, .stream = stream, .block = block, .y = (char *)words};
  run_flat(&job, COSTLY_PIECE, philox_piece);
}

void surprisal_gamma_attempts(size_t half, const uint32_t *words, const double *concentrations, double *values) {
  kernels()->gamma(half, words, concentrations, values);
}

void surprisal_fill(surprisal_dtype dtype, size_t count, double value, void *out) {
  uint64_t element = 0;
  surprisal_convert(SURPRISAL_FLOAT64, dtype, 1, &value, &element);
  const int64_t shape = (int64_t)count, stride = 0;
  surprisal_copy_strided(element_sizes[dtype], 1, &shape, &element, &stride, out);
}
