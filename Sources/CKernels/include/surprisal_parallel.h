// One thread pool for the whole process, lent to one caller at a time.
#ifndef SURPRISAL_PARALLEL_H
#define SURPRISAL_PARALLEL_H

#include <stddef.h>

// The processors that this process may run on.
int surprisal_processor_count(void);

// How many threads operations on tensors use in this process from now on; every processor if not above 0.
void surprisal_set_thread_count(int count);

// Calls body(context, index) for every index below count.
//
// Runs on `threads` threads if no other region is running in this process, else (or when called from
// inside a region) on the caller's thread alone. Which thread takes which index is not determined: results
// must depend on the index only. Bodies touch raw memory only and never unwind.
void surprisal_parallel_for(size_t count, int threads, void (*body)(void *context, size_t index), void *context);

#endif
