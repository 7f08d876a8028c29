// The kernels of tensors for x86-64-v4: AVX-512.
#if defined(__x86_64__)
#include "tensor_kernels.h"

#include <immintrin.h>

#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)

#define KERNELS surprisal_tensor_v4
#define VECTOR_BYTES 64

#include "tensor_kernels.inc.h"

#pragma clang attribute pop
#endif
