// What the files that split calls into pieces share.
#ifndef SURPRISAL_TENSOR_PIECES_H
#define SURPRISAL_TENSOR_PIECES_H

#include "tensor_kernels.h"

// The kernels of the best instruction set, and the processors to use.
const surprisal_tensor_kernels *surprisal_tensor_table(void);
int surprisal_tensor_threads(void);
static inline const surprisal_tensor_kernels *kernels(void) { return surprisal_tensor_table(); }
static inline int threads(void) { return surprisal_tensor_threads(); }

// Bytes of an element by surprisal_dtype.
static const size_t element_sizes[] = {4, 8, 2, 4, 8, 1, 1};

// Elements of one piece: what takes some tens of microseconds.
enum { CHEAP_PIECE = 32768, COSTLY_PIECE = 8192, ROWS_PIECE = 16384 };

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t larger(size_t a, size_t b) { return a > b ? a : b; }
// Longer pieces where there are enough for the threads: memory is read faster in long runs.
static inline size_t long_piece(size_t count, size_t piece) {
  return larger(piece, smaller(65536, count / (8 * (size_t)threads())));
}
static inline size_t pieces_of(size_t count, size_t piece) { return (count + piece - 1) / piece; }

// An elementwise function of strided operands into contiguous `out`.
typedef struct walk {
  int op, operands, rank;
  int direct; // the body takes any steps; otherwise operands whose step is not 0 or 1 are gathered for it
  int64_t shape[SURPRISAL_MAXIMUM_RANK], strides[3][SURPRISAL_MAXIMUM_RANK];
  size_t count, size[3], out_size;
  const char *operand[3];
  char *out;
  const surprisal_number_kernels *numbers;
  void (*body)(const struct walk *, size_t count, const char *const *operand, const int64_t *steps, char *out);
} walk;

void surprisal_join_axes(walk *job, int rank, const int64_t *shape, const int64_t *const *strides);
void surprisal_gather(size_t size, size_t count, const char *x, int64_t step, char *out);
// Piece `index` of CHEAP_PIECE elements.
void surprisal_walk_piece(void *job, size_t index);

#endif
