// The mixture kernels for what the compiler targets by default.
#include "kernels.h"

#pragma clang fp contract(fast)

#define KERNELS surprisal_mixture_baseline
#define LANES 2
#define MAX_OUTPUTS 6
#define MAX_FORMS 3
#define MAX_LEFTS 4
#if defined(__aarch64__)
// Thirty-two vector registers.
#define ROW_VECTORS 4
#define MAX_RIGHTS 6
#else
#define ROW_VECTORS 2
#define MAX_RIGHTS 3
#endif
#define BLOCK_ROWS (LANES * ROW_VECTORS)

#include "vector.inc.h"
#include "products.inc.h"
#include "expectation.inc.h"
