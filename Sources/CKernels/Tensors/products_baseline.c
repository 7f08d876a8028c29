// The products for what the compiler targets by default.
#include "product_kernels.h"

#pragma clang fp contract(fast)

#define KERNELS surprisal_products_baseline
#define VECTOR_BYTES 16
#define ROWS 6
#define EACH_ROWS(f) f(1) f(2) f(3) f(4) f(5) f(6)
#define DEPTH 256          // steps of k at a time
#define ROW_BLOCK 240      // rows whose strips stay in the second cache
#define DIRECT_TILES 2     // fewer uses of a panel do not pay for packing it
#define PACK_LEFT_PANELS 2 // fewer uses of a strip do not pay for packing it
#define FEW_SUMS 8         // vector sums that leave registers for their factors
#define FEW_TARGETS 6       // fewer planes than this fill no tile

#include "products.inc.h"
