// The recursions for x86-64-v4.
#if defined(__x86_64__)
#include "kernels.h"

#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)

#define KERNELS surprisal_chain_v4
#define LANES 8

#include "../Mixture/vector.inc.h"
#include "hidden_markov.inc.h"

#pragma clang attribute pop
#endif
