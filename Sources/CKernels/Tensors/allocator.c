// Memory for tensors: freed blocks wait in a list per size class, so that the same memory, already mapped and often
// still in a cache, serves the next tensor.
#define _GNU_SOURCE
#include "surprisal_tensor.h"

#include <stdatomic.h>
#include <stdlib.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

// Up to 512 bytes there is a class for each multiple of 64, then four to a doubling: at most a fifth is wasted.
enum { CLASSES = 8 + 4 * 55 };
static const uint64_t LARGE = 64 << 10;       // from here on a block counts toward the one limit of all
static const uint64_t SMALL_LIMIT = 2 << 20;  // cached bytes of one class below
static const uint64_t LEAST_LIMIT = 256 << 20;
static const size_t HUGE_PAGE = 2 << 20;

typedef struct block {
  struct block *next;
} block;

// `busy` guards the rest; the counts are atomic only for the readers of the totals.
typedef struct {
  _Alignas(64) atomic_flag busy;
  block *first;
  size_t size;
  uint64_t cached;
  _Atomic uint64_t allocations, lent;
} size_class;

static size_class classes[CLASSES];
// Calls that found their class busy, counted past its lock.
static _Atomic uint64_t missed_allocations, missed_lent;
static _Atomic uint64_t large_lent, large_peak, large_cached;

static unsigned class_of(size_t bytes, size_t *size) {
  const size_t units = bytes == 0 ? 0 : (bytes - 1) / 64;
  if (units < 8) {
    *size = (units + 1) * 64;
    return (unsigned)units;
  }
  const unsigned exponent = 63 - (unsigned)__builtin_clzll(units), quarter = (unsigned)(units >> (exponent - 2)) & 3;
  *size = ((size_t)quarter + 5) << (exponent - 2) << 6;
  return 8 + (exponent - 3) * 4 + quarter;
}

static void *from_system(size_t size) {
  void *pointer = NULL;
  const int huge = size >= 2 * HUGE_PAGE;
  if (posix_memalign(&pointer, huge ? HUGE_PAGE : 64, size) != 0) return NULL;
#if defined(__linux__)
  // Fewer page faults where the system leaves the choice to the program.
  if (huge) madvise(pointer, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
  return pointer;
}

static void add(_Atomic uint64_t *total, uint64_t amount) {
  atomic_store_explicit(total, atomic_load_explicit(total, memory_order_relaxed) + amount, memory_order_relaxed);
}

static int take(size_class *list) { return !atomic_flag_test_and_set_explicit(&list->busy, memory_order_acquire); }
static void give(size_class *list) { atomic_flag_clear_explicit(&list->busy, memory_order_release); }

void *surprisal_tensor_allocate(size_t bytes) {
  if (bytes > SIZE_MAX / 2) return NULL;
  size_t size;
  size_class *list = &classes[class_of(bytes, &size)];
  block *found = NULL;
  if (take(list)) {
    found = list->first;
    if (found) list->first = found->next, list->cached -= size;
    add(&list->allocations, 1);
    add(&list->lent, bytes);
    give(list);
  } else {
    atomic_fetch_add_explicit(&missed_allocations, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&missed_lent, bytes, memory_order_relaxed);
  }
  void *made = found ? found : from_system(size);
  if (!made) {
    surprisal_tensor_release_cache();
    made = from_system(size);
  }
  if (!made) {
    atomic_fetch_sub_explicit(&missed_lent, bytes, memory_order_relaxed);
  } else if (size >= LARGE) {
    uint64_t lent = atomic_fetch_add_explicit(&large_lent, size, memory_order_relaxed) + size;
    if (lent > atomic_load_explicit(&large_peak, memory_order_relaxed))
      atomic_store_explicit(&large_peak, lent, memory_order_relaxed);
    if (found) atomic_fetch_sub_explicit(&large_cached, size, memory_order_relaxed);
  }
  return made;
}

void surprisal_tensor_free(void *pointer, size_t bytes) {
  if (!pointer) return;
  size_t size;
  size_class *list = &classes[class_of(bytes, &size)];
  int keep = 1;
  if (size >= LARGE) {
    // Lent and waiting blocks together: at most one and a half times what was ever lent at once.
    const uint64_t lent = atomic_fetch_sub_explicit(&large_lent, size, memory_order_relaxed) - size;
    const uint64_t most = atomic_load_explicit(&large_peak, memory_order_relaxed) * 3 / 2;
    const uint64_t limit = most > lent + LEAST_LIMIT ? most - lent : LEAST_LIMIT;
    uint64_t cached = atomic_fetch_add_explicit(&large_cached, size, memory_order_relaxed) + size;
    if (cached > limit && size <= limit) {
      // The lists hold sizes that are no longer asked for: start over.
      surprisal_tensor_release_cache();
      cached = atomic_load_explicit(&large_cached, memory_order_relaxed);
    }
    keep = cached <= limit;
  }
  if (take(list)) {
    add(&list->lent, 0 - (uint64_t)bytes);
    keep &= size >= LARGE || list->cached + size <= SMALL_LIMIT;
    if (keep) {
      block *freed = pointer;
      freed->next = list->first, list->first = freed, list->size = size, list->cached += size;
    }
    give(list);
  } else {
    atomic_fetch_sub_explicit(&missed_lent, bytes, memory_order_relaxed);
    keep = 0;
  }
  if (keep) return;
  if (size >= LARGE) atomic_fetch_sub_explicit(&large_cached, size, memory_order_relaxed);
  free(pointer);
}

void surprisal_tensor_release_cache(void) {
  for (unsigned index = 0; index < CLASSES; index++) {
    size_class *list = &classes[index];
    if (!take(list)) continue;
    block *first = list->first;
    const uint64_t cached = list->cached;
    const int large = list->size >= LARGE;
    list->first = NULL, list->cached = 0;
    give(list);
    if (large) atomic_fetch_sub_explicit(&large_cached, cached, memory_order_relaxed);
    while (first) {
      block *next = first->next;
      free(first);
      first = next;
    }
  }
}

uint64_t surprisal_tensor_allocation_count(void) {
  uint64_t total = atomic_load_explicit(&missed_allocations, memory_order_relaxed);
  for (unsigned i = 0; i < CLASSES; i++) total += atomic_load_explicit(&classes[i].allocations, memory_order_relaxed);
  return total;
}

uint64_t surprisal_tensor_bytes_in_use(void) {
  uint64_t total = atomic_load_explicit(&missed_lent, memory_order_relaxed);
  for (unsigned i = 0; i < CLASSES; i++) total += atomic_load_explicit(&classes[i].lent, memory_order_relaxed);
  return total;
}
