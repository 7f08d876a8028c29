// All products of one instruction set: every function once for float32 and once for float64.

#define INLINE static inline __attribute__((always_inline))
#define OVERLOADED static inline __attribute__((always_inline, overloadable))
#include "functions.inc.h"

typedef struct {
  const surprisal_product *shape;
  const void *row_bias, *a, *b;
  void *c;
  const int64_t *a_offsets, *b_offsets, *c_offsets;
  size_t batch, group; // products, and how many of them make one piece
  size_t row_pieces, column_pieces;
  int few_rows; // of the whole product: an element's sum does not depend on where rows are cut
} product_call;

// Sets the pieces of a call and returns the number of threads for them.
static int cut_product(product_call *call, size_t rows, size_t panel) {
  const surprisal_product *p = call->shape;
  double work = (double)p->m * (double)p->n * (double)(p->k + 1);
  int threads = work * (double)call->batch < PARALLEL_WORK ? 1 : surprisal_thread_count();
  call->row_pieces = (p->m + ROW_BLOCK - 1) / ROW_BLOCK;
  if (work < PARALLEL_WORK && call->batch > 1) {
    if (threads > 1) call->group = (size_t)(PARALLEL_WORK / 2 / work) + 1;
    return threads;
  }
  call->group = 1;
  size_t wanted = threads > 1 ? (size_t)threads : 1;
  while (call->batch * call->row_pieces * call->column_pieces < wanted) {
    size_t piece_rows = p->m / call->row_pieces, piece_columns = p->n / call->column_pieces;
    if (piece_rows >= 4 * rows || (piece_rows > rows && piece_columns <= panel)) call->row_pieces++;
    else if (piece_columns > panel) call->column_pieces++;
    else break;
  }
  return threads;
}

// Keys and queries of a tile of attention: its parts stay in the second cache, those of some queries in the first.
enum { KEY_BLOCK = 64, QUERY_BLOCK = 96 };

typedef struct {
  const surprisal_attention *shape;
  size_t cuts; // pieces of a head: of the queries forward, of the keys backward
  void **dq;   // of every piece
} attention_call;

// The keys of a batch that count, how many of the first `limit` a query sees, and the first query that sees a key.
static inline size_t counted_keys(const surprisal_attention *a, size_t batch) {
  int64_t length = a->lengths ? a->lengths[batch] : (int64_t)a->keys;
  return length < 0 ? 0 : (size_t)length < a->keys ? (size_t)length : a->keys;
}
static inline size_t seen_keys(const surprisal_attention *a, size_t limit, size_t query) {
  ptrdiff_t seen = a->causal ? (ptrdiff_t)query + a->offset + 1 : (ptrdiff_t)limit;
  return seen < 0 ? 0 : (size_t)seen < limit ? (size_t)seen : limit;
}
static inline size_t first_query(const surprisal_attention *a, size_t key) {
  ptrdiff_t query = (ptrdiff_t)key - a->offset;
  return a->causal && query > 0 ? (size_t)query : 0;
}
static int attention_threads(const surprisal_attention *a) {
  double work = (double)(a->batch * a->heads * a->queries) * (double)(a->keys * (a->width + a->value_width));
  return work < PARALLEL_WORK ? 1 : surprisal_thread_count();
}

#define REAL float
#define EXT vec32
#define REAL_BYTES 4
#define NAME(name) name##_float32
#ifdef LOAD_PART_FLOAT32
#define LOAD_PART LOAD_PART_FLOAT32
#define STORE_PART STORE_PART_FLOAT32
#endif
#include "product.inc.h"
#include "convolution.inc.h"
#include "pooling.inc.h"
#include "recurrent.inc.h"
#include "attention.inc.h"
#undef REAL
#undef EXT
#undef REAL_BYTES
#undef NAME
#undef LOAD_PART
#undef STORE_PART

#define REAL double
#define EXT vec64
#define REAL_BYTES 8
#define NAME(name) name##_float64
#ifdef LOAD_PART_FLOAT64
#define LOAD_PART LOAD_PART_FLOAT64
#define STORE_PART STORE_PART_FLOAT64
#endif
#include "product.inc.h"
#include "convolution.inc.h"
#include "pooling.inc.h"
#include "recurrent.inc.h"
#include "attention.inc.h"

#define TABLE(type)                                                                                                   \
  {product_##type, convolve_##type, convolve_backward_input_##type, convolve_backward_weight_##type,                  \
   max_pool_##type, max_pool_backward_##type, average_pool_##type, average_pool_backward_##type, recurrence_##type,   \
   attend_##type, attend_backward_##type}
const surprisal_product_kernels KERNELS[2] = {TABLE(float32), TABLE(float64)};
