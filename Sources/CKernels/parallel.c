#define _GNU_SOURCE
#include "surprisal_parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#endif

// One team for the process: whoever holds the lease is its caller. A worker that comes late finds the region closed
// and goes back to waiting, so nobody waits for a thread that is still asleep.
enum { CLOSED = 1 << 30, MOST_WORKERS = 1023, IDLE_SPINS = 4000, WAIT_SPINS = 1000 };

static atomic_flag lease = ATOMIC_FLAG_INIT;

static struct {
  // The region: written by the holder of the lease while it is closed and nobody is inside.
  void (*body)(void *, size_t);
  void *context;
  size_t count;
  atomic_int wanted; // workers that may join
  _Alignas(64) atomic_size_t next;
  _Alignas(64) atomic_uint inside; // workers inside, and CLOSED
  _Alignas(64) atomic_uint number; // of regions so far; it changes when one opens
  atomic_int sleepers;
  int workers; // threads there are; of the holder of the lease
  pthread_mutex_t mutex;
  pthread_cond_t opened;
} team = {.inside = CLOSED, .mutex = PTHREAD_MUTEX_INITIALIZER, .opened = PTHREAD_COND_INITIALIZER};

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

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

static void run_share(void) {
  for (;;) {
    size_t index = atomic_fetch_add_explicit(&team.next, 1, memory_order_relaxed);
    if (index >= team.count) break;
    team.body(team.context, index);
  }
}

// Enters the open region unless it is closed or has enough workers.
static bool join(void) {
  unsigned inside = atomic_load_explicit(&team.inside, memory_order_acquire);
  do {
    if (inside & CLOSED || (int)inside >= atomic_load_explicit(&team.wanted, memory_order_relaxed)) return false;
  } while (!atomic_compare_exchange_weak_explicit(&team.inside, &inside, inside + 1, memory_order_acquire,
                                                  memory_order_acquire));
  return true;
}

// Until a region later than number `seen` opens: awake for some tens of microseconds, then asleep.
static unsigned await_region(unsigned seen) {
  unsigned number;
  for (int spins = 0; spins < IDLE_SPINS; spins++) {
    if ((number = atomic_load(&team.number)) != seen) return number;
    relax();
  }
  pthread_mutex_lock(&team.mutex);
  atomic_fetch_add(&team.sleepers, 1);
  while ((number = atomic_load(&team.number)) == seen) pthread_cond_wait(&team.opened, &team.mutex);
  atomic_fetch_sub(&team.sleepers, 1);
  pthread_mutex_unlock(&team.mutex);
  return number;
}

static void *work(void *start) {
  unsigned seen = (unsigned)(uintptr_t)start;
  for (;;) {
    seen = await_region(seen);
    if (!join()) continue;
    run_share();
    atomic_fetch_sub_explicit(&team.inside, 1, memory_order_release);
  }
  return NULL;
}

// As many workers as can be had. They take no signals: those are for the program's own threads.
static void hire(int workers) {
  if (workers > MOST_WORKERS) workers = MOST_WORKERS;
  if (team.workers >= workers) return;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  void *start = (void *)(uintptr_t)atomic_load(&team.number);
  for (pthread_t thread; team.workers < workers; team.workers++)
    if (pthread_create(&thread, &attributes, work, start) != 0) break;
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void surprisal_parallel_for(size_t count, int threads, void (*body)(void *context, size_t index), void *context) {
  if (count < (size_t)threads) threads = (int)count;
  if (threads < 2 || atomic_flag_test_and_set_explicit(&lease, memory_order_acquire)) {
    for (size_t index = 0; index < count; index++) body(context, index);
    return;
  }
  hire(threads - 1);
  team.body = body, team.context = context, team.count = count;
  atomic_store_explicit(&team.wanted, threads - 1, memory_order_relaxed);
  atomic_store_explicit(&team.next, 0, memory_order_relaxed);
  atomic_store_explicit(&team.inside, 0, memory_order_release);
  atomic_fetch_add(&team.number, 1);
  if (atomic_load(&team.sleepers) > 0) {
    pthread_mutex_lock(&team.mutex);
    pthread_cond_broadcast(&team.opened);
    pthread_mutex_unlock(&team.mutex);
  }
  run_share();
  atomic_fetch_or_explicit(&team.inside, CLOSED, memory_order_acq_rel);
  // Who is inside is at its last piece.
  for (int spins = 0; atomic_load_explicit(&team.inside, memory_order_acquire) != CLOSED; spins++) {
    if (spins < WAIT_SPINS) relax();
    else sched_yield();
  }
  atomic_flag_clear_explicit(&lease, memory_order_release);
}
