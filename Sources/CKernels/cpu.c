#include "surprisal_cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static surprisal_instruction_set detect(void) {
  surprisal_instruction_set best = SURPRISAL_BASELINE;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) {
    best = SURPRISAL_V3;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512cd"))
      best = SURPRISAL_V4;
  }
#endif
  const char *wanted = getenv("SURPRISAL_INSTRUCTION_SET");
  if (wanted && strcmp(wanted, "baseline") == 0) return SURPRISAL_BASELINE;
  if (wanted && strcmp(wanted, "v3") == 0 && best > SURPRISAL_V3) return SURPRISAL_V3;
  return best;
}

surprisal_instruction_set surprisal_current_instruction_set(void) {
  static atomic_int known = -1;
  int value = atomic_load_explicit(&known, memory_order_relaxed);
  if (value < 0) {
    value = (int)detect();
    atomic_store_explicit(&known, value, memory_order_relaxed);
  }
  return (surprisal_instruction_set)value;
}

const char *surprisal_instruction_set_name(void) {
  switch (surprisal_current_instruction_set()) {
  case SURPRISAL_V4: return "x86-64-v4";
  case SURPRISAL_V3: return "x86-64-v3";
  default: return "baseline";
  }
}
