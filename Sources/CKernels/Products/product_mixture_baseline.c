// The kernels of product mixtures for what the compiler targets by default.
#include "product_kernels.h"

#pragma clang fp contract(fast)

#define KERNELS surprisal_product_mixture_baseline
#define LANES 2

#include "../Mixture/vector.inc.h"
#include "product_mixture.inc.h"
