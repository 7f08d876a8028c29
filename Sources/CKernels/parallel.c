#define _GNU_SOURCE
#include "surprisal_parallel.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#endif

#if defined(SURPRISAL_SYSTEM_LIBRARIES) && defined(__linux__)
// The OpenMP runtime that oneDNN also uses: one pool for the process, about 1 µs per region.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
#else
#include <pthread.h>
#include <stdlib.h>
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// The OpenMP runtime is not instrumented: without these the sanitizer sees races that are not there.
extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);
#define TSAN_ACQUIRE(address) __tsan_acquire(address)
#define TSAN_RELEASE(address) __tsan_release(address)
#endif
#endif
#ifndef TSAN_ACQUIRE
#define TSAN_ACQUIRE(address) ((void)(address))
#define TSAN_RELEASE(address) ((void)(address))
#endif

typedef struct {
  void (*body)(void *, size_t);
  void *context;
  size_t count;
  atomic_size_t next;
} region;

static atomic_flag lease = ATOMIC_FLAG_INIT;

int surprisal_processor_count(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    int count = CPU_COUNT(&set);
    if (count > 0) return count;
  }
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}

static void run_share(void *data) {
  region *shared = data;
  TSAN_ACQUIRE(&shared->next);
  for (;;) {
    size_t index = atomic_fetch_add_explicit(&shared->next, 1, memory_order_relaxed);
    if (index >= shared->count) break;
    shared->body(shared->context, index);
  }
  TSAN_RELEASE(&shared->count);
}

#if !(defined(SURPRISAL_SYSTEM_LIBRARIES) && defined(__linux__))
static void *run_share_on_thread(void *data) {
  run_share(data);
  return NULL;
}

// Threads for one region only: tens of microseconds, little against the regions that are worth splitting.
static void run_on_threads(region *shared, int threads) {
  pthread_t *handles = malloc(sizeof(pthread_t) * (size_t)threads);
  int started = 0;
  while (handles && started < threads - 1) {
    if (pthread_create(&handles[started], NULL, run_share_on_thread, shared) != 0) break;
    started++;
  }
  run_share(shared);
  for (int i = 0; i < started; i++) pthread_join(handles[i], NULL);
  free(handles);
}
#endif

void surprisal_parallel_for(size_t count, int threads, void (*body)(void *context, size_t index), void *context) {
  if (count < (size_t)threads) threads = (int)count;
  if (threads < 2 || atomic_flag_test_and_set_explicit(&lease, memory_order_acquire)) {
    for (size_t index = 0; index < count; index++) body(context, index);
    return;
  }
  region shared = {.body = body, .context = context, .count = count};
  atomic_init(&shared.next, 0);
  TSAN_RELEASE(&shared.next);
#if defined(SURPRISAL_SYSTEM_LIBRARIES) && defined(__linux__)
  GOMP_parallel(run_share, &shared, (unsigned)threads, 0);
#else
  run_on_threads(&shared, threads);
#endif
  TSAN_ACQUIRE(&shared.count);
  atomic_flag_clear_explicit(&lease, memory_order_release);
}
