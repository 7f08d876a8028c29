// The recursions for what the compiler targets by default.
#include "kernels.h"

#pragma clang fp contract(fast)

#define KERNELS surprisal_chain_baseline
#define LANES 2

#include "../Mixture/vector.inc.h"
#include "hidden_markov.inc.h"
