// The kernels of tensors for what the compiler targets by default.
#include "tensor_kernels.h"

#pragma clang fp contract(fast)

#define KERNELS surprisal_tensor_baseline
#define VECTOR_BYTES 16

#include "tensor_kernels.inc.h"
