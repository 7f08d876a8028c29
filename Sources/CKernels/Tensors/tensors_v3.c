// The kernels of tensors for x86-64-v3: AVX2 and FMA.
#if defined(__x86_64__)
#include "tensor_kernels.h"

#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"), min_vector_width(256))), apply_to = function)

#define KERNELS surprisal_tensor_v3
#define VECTOR_BYTES 32

#include "tensor_kernels.inc.h"

#pragma clang attribute pop
#endif
