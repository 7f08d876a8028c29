// Which of the vectorized variants this process runs.
#ifndef SURPRISAL_CPU_H
#define SURPRISAL_CPU_H

typedef enum {
  SURPRISAL_BASELINE = 0, // what the compiler targets by default: SSE2, NEON
  SURPRISAL_V3 = 1,       // x86-64-v3: AVX2 and FMA
  SURPRISAL_V4 = 2        // x86-64-v4: AVX-512
} surprisal_instruction_set;

// The best set that the processor has, or the lower one that SURPRISAL_INSTRUCTION_SET names
// (baseline, v3, v4). Decided once per process.
surprisal_instruction_set surprisal_current_instruction_set(void);

// Its name, for files and reports.
const char *surprisal_instruction_set_name(void);

#endif
