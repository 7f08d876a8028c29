// One body per loop, compiled for each instruction set and chosen by surprisal_cpu.h.
#include "surprisal_linear.h"
#include "surprisal_cpu.h"
#include "surprisal_parallel.h"

#pragma clang fp contract(fast) reassociate(on)
#define BODY static inline __attribute__((always_inline))

BODY double dot(size_t n, const double *x, const double *y) {
  double total = 0;
  for (size_t i = 0; i < n; i++) total += x[i] * y[i];
  return total;
}

BODY void matrix_vector(size_t m, size_t n, double scale, const double *a, ptrdiff_t row, const double *x, double *y) {
  size_t i = 0;
  for (; i + 4 <= m; i += 4) { // four rows share the loads of x
    const double *p = a + (ptrdiff_t)i * row, *q = p + row, *r = q + row, *s = r + row;
    double t0 = 0, t1 = 0, t2 = 0, t3 = 0;
    for (size_t j = 0; j < n; j++) t0 += p[j] * x[j], t1 += q[j] * x[j], t2 += r[j] * x[j], t3 += s[j] * x[j];
    y[i] += scale * t0, y[i + 1] += scale * t1, y[i + 2] += scale * t2, y[i + 3] += scale * t3;
  }
  for (; i < m; i++) y[i] += scale * dot(n, a + (ptrdiff_t)i * row, x);
}

BODY void vector_matrix(size_t m, size_t n, double scale, const double *a, ptrdiff_t row, const double *x,
                        double *restrict y) {
  size_t i = 0;
  for (; i + 4 <= m; i += 4) {
    const double *p = a + (ptrdiff_t)i * row, *q = p + row, *r = q + row, *s = r + row;
    double c0 = scale * x[i], c1 = scale * x[i + 1], c2 = scale * x[i + 2], c3 = scale * x[i + 3];
    for (size_t j = 0; j < n; j++) y[j] += (c0 * p[j] + c1 * q[j]) + (c2 * r[j] + c3 * s[j]);
  }
  for (; i < m; i++) {
    const double *p = a + (ptrdiff_t)i * row, c = scale * x[i];
    for (size_t j = 0; j < n; j++) y[j] += c * p[j];
  }
}

BODY void symmetric_vector(size_t n, const double *a, ptrdiff_t row, const double *x, double *restrict y) {
  size_t i = 0;
  for (; i + 2 <= n; i += 2) { // two rows at once: each entry right of the diagonal serves a dot and a sum
    const double *p = a + (ptrdiff_t)i * row, *q = p + row, c = x[i], d = x[i + 1];
    double s = p[i] * c + p[i + 1] * d, t = p[i + 1] * c + q[i + 1] * d;
    for (size_t j = i + 2; j < n; j++) {
      s += p[j] * x[j], t += q[j] * x[j];
      y[j] += c * p[j] + d * q[j];
    }
    y[i] += s, y[i + 1] += t;
  }
  if (i < n) y[i] += a[(ptrdiff_t)i * row + (ptrdiff_t)i] * x[i];
}

BODY void rotate_tile(size_t width, const surprisal_sweep *sweep, const double *pair, double *rows, ptrdiff_t row) {
  double carry[32];
  double *current = rows + sweep->first * row;
  for (size_t t = 0; t < width; t++) carry[t] = current[t];
  for (size_t k = 0; k < sweep->count; k++, pair += 2) {
    double *next = current + sweep->step * row, c = pair[0], s = pair[1];
    for (size_t t = 0; t < width; t++) {
      double p = carry[t], q = next[t];
      current[t] = c * p + s * q;
      carry[t] = c * q - s * p;
    }
    current = next;
  }
  for (size_t t = 0; t < width; t++) current[t] = carry[t];
}

typedef struct {
  size_t count, columns;
  const surprisal_sweep *sweeps;
  const double *rotations;
  double *rows;
  ptrdiff_t row;
} rotation_job;

// A tile of 32 columns stays in the cache for all sweeps.
BODY void rotate_piece(void *context, size_t index) {
  const rotation_job *job = context;
  size_t first = 32 * index, end = job->columns - first < 32 ? job->columns : first + 32;
  for (size_t k = 0; k < job->count; k++) {
    const double *pair = job->rotations + 2 * job->sweeps[k].offset;
    if (end - first == 32) rotate_tile(32, job->sweeps + k, pair, job->rows + first, job->row);
    else
      for (size_t j = first; j < end; j += 8) rotate_tile(8, job->sweeps + k, pair, job->rows + j, job->row);
  }
}

#if defined(__x86_64__)
#define V3 __attribute__((target("arch=x86-64-v3")))
#define V4 __attribute__((target("arch=x86-64-v4,no-prefer-256-bit")))
// clang-format off
#define DISPATCH(RESULT, NAME, PARAMETERS, ARGUMENTS)                      \
  V3 static RESULT NAME##_v3 PARAMETERS { return NAME ARGUMENTS; }         \
  V4 static RESULT NAME##_v4 PARAMETERS { return NAME ARGUMENTS; }         \
  RESULT surprisal_##NAME PARAMETERS {                                     \
    switch (surprisal_current_instruction_set()) {                         \
    case SURPRISAL_V4: return NAME##_v4 ARGUMENTS;                         \
    case SURPRISAL_V3: return NAME##_v3 ARGUMENTS;                         \
    default: return NAME ARGUMENTS;                                        \
    }                                                                      \
  }
#else
#define DISPATCH(RESULT, NAME, PARAMETERS, ARGUMENTS) \
  RESULT surprisal_##NAME PARAMETERS { return NAME ARGUMENTS; }
#endif
// clang-format on

#define MATRIX (size_t m, size_t n, double scale, const double *a, ptrdiff_t row, const double *x, double *y)
DISPATCH(double, dot, (size_t n, const double *x, const double *y), (n, x, y))
DISPATCH(void, matrix_vector, MATRIX, (m, n, scale, a, row, x, y))
DISPATCH(void, vector_matrix, MATRIX, (m, n, scale, a, row, x, y))
DISPATCH(void, symmetric_vector, (size_t n, const double *a, ptrdiff_t row, const double *x, double *y),
         (n, a, row, x, y))
void surprisal_rotate_piece(void *context, size_t index);
DISPATCH(void, rotate_piece, (void *context, size_t index), (context, index))

void surprisal_rotate_rows(size_t count, const surprisal_sweep *sweeps, const double *rotations, double *rows,
                           ptrdiff_t row, size_t columns) {
  size_t total = 0;
  for (size_t k = 0; k < count; k++) total += sweeps[k].count;
  rotation_job job = {count, columns, sweeps, rotations, rows, row};
  int threads = total * columns < 1 << 20 ? 1 : surprisal_processor_count();
  surprisal_parallel_for((columns + 31) / 32, threads, surprisal_rotate_piece, &job);
}
