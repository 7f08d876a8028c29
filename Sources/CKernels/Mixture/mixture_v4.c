// The mixture kernels for x86-64-v4: thirty-two registers of eight doubles.
#if defined(__x86_64__)
#include "kernels.h"

#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)

#define KERNELS surprisal_mixture_v4
#define LANES 8
#define ROW_VECTORS 4
#define MAX_OUTPUTS 6
#define MAX_FORMS 3
#define MAX_LEFTS 4
#define MAX_RIGHTS 6
#define BLOCK_ROWS (LANES * ROW_VECTORS)

#include "vector.inc.h"
#include "products.inc.h"
#include "expectation.inc.h"

#pragma clang attribute pop
#endif
