// The choice of the instruction set and of the threads.
#include "surprisal_cpu.h"
#include "tensor_pieces.h"

#include <stdatomic.h>

const surprisal_tensor_kernels *surprisal_tensor_table(void) {
  static _Atomic(const surprisal_tensor_kernels *) chosen;
  const surprisal_tensor_kernels *table = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (table) return table;
  table = &surprisal_tensor_baseline;
#if defined(__x86_64__)
  surprisal_instruction_set set = surprisal_current_instruction_set();
  if (set == SURPRISAL_V4) table = &surprisal_tensor_v4;
  if (set == SURPRISAL_V3) table = &surprisal_tensor_v3;
#endif
  atomic_store_explicit(&chosen, table, memory_order_relaxed);
  return table;
}

int surprisal_tensor_threads(void) {
  static atomic_int known;
  int count = atomic_load_explicit(&known, memory_order_relaxed);
  if (count == 0) atomic_store_explicit(&known, count = surprisal_processor_count(), memory_order_relaxed);
  return count;
}
