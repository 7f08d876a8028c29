// The mixture kernels for x86-64-v3: sixteen registers of four doubles.
#if defined(__x86_64__)
#include "kernels.h"

#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)

#define KERNELS surprisal_mixture_v3
#define LANES 4
// Twelve sums, and what is left of sixteen registers for their factors.
#define ROW_VECTORS 2
#define MAX_OUTPUTS 6
#define MAX_FORMS 3
#define MAX_LEFTS 4
#define MAX_RIGHTS 3
#define BLOCK_ROWS (LANES * ROW_VECTORS)

#include "vector.inc.h"
#include "products.inc.h"
#include "expectation.inc.h"

#pragma clang attribute pop
#endif
