// Every kernel of one instruction set: vectors of VECTOR_BYTES, once for each type of elements.
#define INLINE static inline __attribute__((always_inline))
#define OVERLOADED static inline __attribute__((always_inline, overloadable))
#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(name, SUFFIX)

#include "functions.inc.h"

#define T float
#define BITS int32_t
#define V vec32
#define SUFFIX float32
#define ABS(x) fabsf(x)
#include "elementwise_numbers.inc.h"
#include "elementwise.inc.h"
#include "optimizers.inc.h"
#include "reductions.inc.h"
#include "normalization.inc.h"
#undef T
#undef BITS
#undef V
#undef SUFFIX
#undef ABS

#define T double
#define BITS int64_t
#define V vec64
#define SUFFIX float64
#define ABS(x) fabs(x)
#include "elementwise_numbers.inc.h"
#include "elementwise.inc.h"
#include "optimizers.inc.h"
#include "reductions.inc.h"
#include "normalization.inc.h"
#undef T
#undef BITS
#undef V
#undef SUFFIX
#undef ABS

#define WHOLE 1
#define T int32_t
#define UNSIGNED uint32_t
#define SUFFIX int32
#include "elementwise_numbers.inc.h"
#include "reductions_whole.inc.h"
#undef T
#undef UNSIGNED
#undef SUFFIX

#define T int64_t
#define UNSIGNED uint64_t
#define SUFFIX int64
#include "elementwise_numbers.inc.h"
#include "reductions_whole.inc.h"
#undef T
#undef UNSIGNED
#undef SUFFIX

#define T uint8_t
#define UNSIGNED uint8_t
#define SUFFIX uint8
#include "elementwise_numbers.inc.h"
#include "reductions_whole.inc.h"
#undef T
#undef UNSIGNED
#undef SUFFIX
#undef WHOLE

#include "elementwise_bytes.inc.h"
#include "gamma.inc.h"

#define NUMBERS(type) {binary_##type, compare_##type, accumulate_##type, reduce_##type, cumulate_##type}
#define REALS(type)                                                                                          \
  {unary_##type,         unary_backward_##type, softmax_##type,    softmax_backward_##type, cross_entropy_##type, \
   cross_entropy_backward_##type, layer_norm_##type, layer_norm_backward_##type, affine_##type, sums_##type, \
   optimize_##type}
const surprisal_tensor_kernels KERNELS = {
  .numbers = {[SURPRISAL_FLOAT32] = NUMBERS(float32), [SURPRISAL_FLOAT64] = NUMBERS(float64),
              [SURPRISAL_INT32] = NUMBERS(int32), [SURPRISAL_INT64] = NUMBERS(int64),
              [SURPRISAL_UINT8] = NUMBERS(uint8), [SURPRISAL_BOOL] = NUMBERS(uint8)},
  .reals = {REALS(float32), REALS(float64)},
  .where = where_elements,
  .convert = convert_elements,
  .philox = philox_blocks,
  .gamma = gamma_attempts};
