// The products for x86-64-v4: thirty-two registers of 64 bytes.
#if defined(__x86_64__)
#include "product_kernels.h"

#include <immintrin.h>

#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)

#define KERNELS surprisal_products_v4
#define VECTOR_BYTES 64
#define ROWS 12
#define EACH_ROWS(f) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12)
#define DEPTH 256          // steps of k at a time
#define ROW_BLOCK 240      // rows whose strips stay in the second cache
#define DIRECT_TILES 2     // fewer uses of a panel do not pay for packing it
#define PACK_LEFT_PANELS 2 // fewer uses of a strip do not pay for packing it
#define FEW_SUMS 16         // vector sums that leave registers for their factors
#define FEW_TARGETS 6       // fewer planes than this fill no tile
#define LOAD_PART_FLOAT32(p, count) _mm512_maskz_loadu_ps((__mmask16)((1u << (count)) - 1), p)
#define LOAD_PART_FLOAT64(p, count) _mm512_maskz_loadu_pd((__mmask8)((1u << (count)) - 1), p)
#define STORE_PART_FLOAT32(p, count, v) _mm512_mask_storeu_ps(p, (__mmask16)((1u << (count)) - 1), (__m512)(v))
#define STORE_PART_FLOAT64(p, count, v) _mm512_mask_storeu_pd(p, (__mmask8)((1u << (count)) - 1), (__m512d)(v))

#include "products.inc.h"

#pragma clang attribute pop
#endif
