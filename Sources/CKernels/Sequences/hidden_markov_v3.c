// The recursions for x86-64-v3.
#if defined(__x86_64__)
#include "kernels.h"

#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)

#define KERNELS surprisal_chain_v3
#define LANES 4

#include "../Mixture/vector.inc.h"
#include "hidden_markov.inc.h"

#pragma clang attribute pop
#endif
