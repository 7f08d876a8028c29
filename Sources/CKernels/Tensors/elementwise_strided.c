// Elementwise functions of strided arrays: axes joined, rows of steps 0 and 1 passed on, others gathered first.
#include "tensor_pieces.h"

enum { BUFFER = 512 };

// Leaves out axes of length 1 and joins neighbors that every operand walks as one.
void surprisal_join_axes(walk *job, int rank, const int64_t *shape, const int64_t *const *strides) {
  job->rank = 0, job->count = 1;
  for (int axis = 0; axis < rank; axis++) {
    job->count *= (size_t)shape[axis];
    if (shape[axis] == 1) continue;
    int joins = job->rank > 0;
    for (int k = 0; k < job->operands && joins; k++)
      joins = job->strides[k][job->rank - 1] == strides[k][axis] * shape[axis];
    if (!joins) job->shape[job->rank++] = 1;
    job->shape[job->rank - 1] *= shape[axis];
    for (int k = 0; k < job->operands; k++) job->strides[k][job->rank - 1] = strides[k][axis];
  }
  if (job->rank == 0) {
    job->shape[job->rank++] = 1;
    for (int k = 0; k < job->operands; k++) job->strides[k][0] = 0;
  }
}

void surprisal_gather(size_t size, size_t count, const char *x, int64_t step, char *out) {
#define GATHER(R)                                                                                            \
  case sizeof(R):                                                                                            \
    for (size_t i = 0; i < count; i++) ((R *)out)[i] = ((const R *)x)[(int64_t)i * step];                    \
    break;
  switch (size) { GATHER(uint8_t) GATHER(uint16_t) GATHER(uint32_t) GATHER(uint64_t) default: break; }
}

static void run_row(const walk *job, size_t count, const char *const *operand, const int64_t *steps, char *out) {
  _Alignas(64) char buffers[3][BUFFER * 8];
  int whole = 1;
  for (int k = 0; k < job->operands; k++) whole &= steps[k] == 1 || (steps[k] == 0 && k < 2);
  if (job->direct || whole) {
    job->body(job, count, operand, steps, out);
    return;
  }
  for (size_t start = 0; start < count; start += BUFFER) {
    const size_t n = smaller(BUFFER, count - start);
    const char *pointers[3];
    int64_t unit[3];
    for (int k = 0; k < job->operands; k++) {
      pointers[k] = operand[k] + (int64_t)start * steps[k] * (int64_t)job->size[k];
      unit[k] = steps[k];
      if (steps[k] == 1 || (steps[k] == 0 && k < 2)) continue;
      surprisal_gather(job->size[k], n, pointers[k], steps[k], buffers[k]);
      pointers[k] = buffers[k], unit[k] = 1;
    }
    job->body(job, n, pointers, unit, out + start * job->out_size);
  }
}

void surprisal_walk_piece(void *context, size_t index) {
  const walk *job = context;
  const int inner = job->rank - 1;
  size_t at = index * CHEAP_PIECE, end = smaller(job->count, at + CHEAP_PIECE);
  int64_t position[SURPRISAL_MAXIMUM_RANK], steps[3];
  const char *operand[3];
  size_t rest = at;
  for (int axis = inner; axis >= 0; axis--) {
    position[axis] = (int64_t)(rest % (size_t)job->shape[axis]);
    rest /= (size_t)job->shape[axis];
  }
  for (int k = 0; k < job->operands; k++) {
    operand[k] = job->operand[k];
    steps[k] = job->strides[k][inner];
    for (int axis = 0; axis <= inner; axis++)
      operand[k] += position[axis] * job->strides[k][axis] * (int64_t)job->size[k];
  }
  while (at < end) {
    const size_t n = smaller((size_t)(job->shape[inner] - position[inner]), end - at);
    run_row(job, n, operand, steps, job->out + at * job->out_size);
    at += n;
    position[inner] += (int64_t)n;
    for (int k = 0; k < job->operands; k++) operand[k] += (int64_t)n * steps[k] * (int64_t)job->size[k];
    for (int axis = inner; axis > 0 && position[axis] == job->shape[axis]; axis--) {
      position[axis] = 0;
      position[axis - 1]++;
      for (int k = 0; k < job->operands; k++)
        operand[k] += (job->strides[k][axis - 1] - job->strides[k][axis] * job->shape[axis]) * (int64_t)job->size[k];
    }
  }
}

static void run_walk(walk *job, int rank, const int64_t *shape, const int64_t *const *strides) {
  surprisal_join_axes(job, rank, shape, strides);
  if (job->count > 0) surprisal_parallel_for(pieces_of(job->count, CHEAP_PIECE), threads(), surprisal_walk_piece, job);
}

static void binary_row(const walk *job, size_t count, const char *const *operand, const int64_t *steps, char *out) {
  job->numbers->binary(job->op, count, operand[0], (int)steps[0], operand[1], (int)steps[1], out);
}
static void compare_row(const walk *job, size_t count, const char *const *operand, const int64_t *steps, char *out) {
  job->numbers->compare(job->op, count, operand[0], (int)steps[0], operand[1], (int)steps[1], out);
}
static void where_row(const walk *job, size_t count, const char *const *operand, const int64_t *steps, char *out) {
  kernels()->where(job->size[0], count, (const uint8_t *)operand[2], operand[0], (int)steps[0], operand[1],
                   (int)steps[1], out);
}
// Whether two operands are each contiguous (step 1) or one repeated element (step 0), and few enough for one call.
static int is_small_and_plain(int rank, const int64_t *shape, const int64_t *a, const int64_t *b, size_t *count,
                              int *a_step, int *b_step) {
  int64_t n = 1;
  int a_unit = 1, b_unit = 1, a_zero = 1, b_zero = 1;
  for (int axis = rank - 1; axis >= 0; axis--) {
    if (shape[axis] == 1) continue;
    a_unit &= a[axis] == n, b_unit &= b[axis] == n, a_zero &= a[axis] == 0, b_zero &= b[axis] == 0;
    n *= shape[axis];
  }
  *count = (size_t)n, *a_step = a_unit, *b_step = b_unit;
  return n < CHEAP_PIECE && (a_unit | a_zero) && (b_unit | b_zero);
}

void surprisal_binary(surprisal_binary_op op, surprisal_dtype dtype, int rank, const int64_t *shape, const void *a,
                      const int64_t *a_strides, const void *b, const int64_t *b_strides, void *out) {
  size_t count;
  int a_step, b_step;
  if (is_small_and_plain(rank, shape, a_strides, b_strides, &count, &a_step, &b_step)) {
    if (count > 0) kernels()->numbers[dtype].binary((int)op, count, a, a_step, b, b_step, out);
    return;
  }
  const size_t size = element_sizes[dtype];
  walk job = {.op = (int)op, .operands = 2, .size = {size, size}, .out_size = size, .operand = {a, b},
              .out = out, .numbers = &kernels()->numbers[dtype], .body = binary_row};
  run_walk(&job, rank, shape, (const int64_t *const[]){a_strides, b_strides});
}

void surprisal_compare(surprisal_comparison op, surprisal_dtype dtype, int rank, const int64_t *shape, const void *a,
                       const int64_t *a_strides, const void *b, const int64_t *b_strides, void *out) {
  size_t count;
  int a_step, b_step;
  if (is_small_and_plain(rank, shape, a_strides, b_strides, &count, &a_step, &b_step)) {
    if (count > 0) kernels()->numbers[dtype].compare((int)op, count, a, a_step, b, b_step, out);
    return;
  }
  walk job = {.op = (int)op, .operands = 2, .size = {element_sizes[dtype], element_sizes[dtype]}, .out_size = 1,
              .operand = {a, b}, .out = out, .numbers = &kernels()->numbers[dtype], .body = compare_row};
  run_walk(&job, rank, shape, (const int64_t *const[]){a_strides, b_strides});
}

void surprisal_where(size_t size, int rank, const int64_t *shape, const uint8_t *condition,
                     const int64_t *condition_strides, const void *a, const int64_t *a_strides, const void *b,
                     const int64_t *b_strides, void *out) {
  walk job = {.operands = 3, .size = {size, size, 1}, .out_size = size, .operand = {a, b, (const char *)condition},
              .out = out, .body = where_row};
  run_walk(&job, rank, shape, (const int64_t *const[]){a_strides, b_strides, condition_strides});
}
