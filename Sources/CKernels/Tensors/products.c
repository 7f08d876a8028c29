// Calls the products of the best instruction set.
#include "product_kernels.h"
#include "surprisal_cpu.h"

#include <stdatomic.h>

static atomic_int tensor_threads;

int surprisal_thread_count(void) {
  int count = atomic_load_explicit(&tensor_threads, memory_order_relaxed);
  if (count == 0) atomic_store_explicit(&tensor_threads, count = surprisal_processor_count(), memory_order_relaxed);
  return count;
}

void surprisal_set_thread_count(int count) {
  atomic_store_explicit(&tensor_threads, count > 0 ? count : surprisal_processor_count(), memory_order_relaxed);
}

static const surprisal_product_kernels *kernels(surprisal_dtype dtype) {
  size_t index = dtype == SURPRISAL_FLOAT64;
#if defined(__x86_64__)
  switch (surprisal_current_instruction_set()) {
  case SURPRISAL_V4: return &surprisal_products_v4[index];
  case SURPRISAL_V3: return &surprisal_products_v3[index];
  default: break;
  }
#endif
  return &surprisal_products_baseline[index];
}

void surprisal_matmul(surprisal_dtype dtype, const surprisal_product *shape, const void *a, const void *b, void *c) {
  const int64_t zero = 0;
  kernels(dtype)->product(shape, 1, a, &zero, b, &zero, c, &zero);
}

void surprisal_matmul_batch(surprisal_dtype dtype, const surprisal_product *shape, size_t batch, const void *a,
                            const int64_t *a_offsets, const void *b, const int64_t *b_offsets, void *c,
                            const int64_t *c_offsets) {
  kernels(dtype)->product(shape, batch, a, a_offsets, b, b_offsets, c, c_offsets);
}

void surprisal_convolve(surprisal_dtype dtype, const surprisal_convolution *shape, const void *x, const void *weight,
                        const void *bias, void *y) {
  kernels(dtype)->convolve(shape, x, weight, bias, y);
}

void surprisal_convolve_backward_input(surprisal_dtype dtype, const surprisal_convolution *shape, const void *weight,
                                       const void *g, void *dx) {
  kernels(dtype)->convolve_backward_input(shape, weight, g, dx);
}

void surprisal_convolve_backward_weight(surprisal_dtype dtype, const surprisal_convolution *shape, const void *x,
                                        const void *g, void *dweight) {
  kernels(dtype)->convolve_backward_weight(shape, x, g, dweight);
}

void surprisal_max_pool(surprisal_dtype dtype, const surprisal_pooling *shape, const void *x, void *y,
                        int64_t *indices) {
  kernels(dtype)->max_pool(shape, x, y, indices);
}

void surprisal_max_pool_backward(surprisal_dtype dtype, const surprisal_pooling *shape, const int64_t *indices,
                                 const void *g, void *dx) {
  kernels(dtype)->max_pool_backward(shape, indices, g, dx);
}

void surprisal_average_pool(surprisal_dtype dtype, const surprisal_pooling *shape, const void *x, void *y) {
  kernels(dtype)->average_pool(shape, x, y);
}

void surprisal_average_pool_backward(surprisal_dtype dtype, const surprisal_pooling *shape, const void *g, void *dx) {
  kernels(dtype)->average_pool_backward(shape, g, dx);
}

void surprisal_recurrent_forward(surprisal_dtype dtype, const surprisal_recurrence *shape, const void *projections) {
  kernels(dtype)->recurrence(shape, projections, NULL);
}

void surprisal_recurrent_backward(surprisal_dtype dtype, const surprisal_recurrence *shape,
                                  const surprisal_recurrent_cotangents *cotangents) {
  kernels(dtype)->recurrence(shape, NULL, cotangents);
}

void surprisal_attend(surprisal_dtype dtype, const surprisal_attention *shape) { kernels(dtype)->attend(shape); }

void surprisal_attend_backward(surprisal_dtype dtype, const surprisal_attention *shape) {
  kernels(dtype)->attend_backward(shape);
}
