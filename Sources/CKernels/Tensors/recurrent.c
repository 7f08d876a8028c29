// The stages of a recurrence on the process's threads.
#include "recurrent_kernels.h"
#include "product_kernels.h"

#include <sched.h>
#include <stdatomic.h>

enum { WAIT_SPINS = 2000 };

typedef struct {
  const recurrent_call *call;
  size_t stages;
  void (*body)(const recurrent_call *, size_t, size_t);
  atomic_size_t done;
  atomic_uchar *taken; // [stages, pieces]
} stage_run;

static void run_as(void *context, size_t member) {
  stage_run *run = context;
  const size_t pieces = run->call->pieces;
  for (size_t stage = 0; stage < run->stages; stage++) {
    for (size_t i = 0; i < pieces; i++) {
      size_t piece = (member + i) % pieces;
      if (atomic_exchange_explicit(&run->taken[stage * pieces + piece], 1, memory_order_relaxed)) continue;
      run->body(run->call, stage, piece);
      atomic_fetch_add_explicit(&run->done, 1, memory_order_release);
    }
    // Whoever took the other pieces is at work on them.
    for (size_t spins = 0; atomic_load_explicit(&run->done, memory_order_acquire) < (stage + 1) * pieces; spins++) {
      if (spins >= WAIT_SPINS) sched_yield();
#if defined(__x86_64__)
      else __builtin_ia32_pause();
#endif
    }
  }
}

void surprisal_run_stages(const recurrent_call *call, size_t stages,
                          void (*body)(const recurrent_call *, size_t, size_t)) {
  if (call->pieces < 2) {
    for (size_t stage = 0; stage < stages; stage++) body(call, stage, 0);
    return;
  }
  stage_run run = {.call = call, .stages = stages, .body = body};
  run.taken = surprisal_workspace(stages * call->pieces);
  memset(run.taken, 0, stages * call->pieces);
  surprisal_parallel_for(call->pieces, (int)call->pieces, run_as, &run);
  surprisal_tensor_free(run.taken, stages * call->pieces);
}
