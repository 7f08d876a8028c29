// The kernels of product mixtures for x86-64-v3: vectors of four doubles.
#if defined(__x86_64__)
#include "product_kernels.h"

#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)

#define KERNELS surprisal_product_mixture_v3
#define LANES 4

#include "../Mixture/vector.inc.h"
#include "product_mixture.inc.h"

#pragma clang attribute pop
#endif
