// The E-step of mixtures whose components are products over columns, and their tables.
//
// Discrete columns (yes or no, or one of a few levels) come as features: a feature is one combination of levels of
// a few neighboring columns, and stands for the slots (column, level) in which it departs from each column's most
// common level. A row lists its features, and its log-density is a base plus one table entry a feature. The
// statistics go the other way: each chunk of rows lists, feature by feature, the rows that have it. Count-like
// columns enter as x * coefficient, normal ones as -y²/2 with y = (x - center) * inverseScale.
// Everything per component is padded to `width` numbers, a multiple of the vector's length.
#ifndef SURPRISAL_PRODUCT_MIXTURE_H
#define SURPRISAL_PRODUCT_MIXTURE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  // Rows.
  const uint64_t *featureStarts; // [rows + 1]
  const uint32_t *features;      // of row n: featureStarts[n] ..< featureStarts[n + 1]
  const uint16_t *narrowFeatures; // the same where all numbers fit, else NULL: half as many bytes to read
  const double *dense;           // [rows][linearColumns + normalColumns]
  const double *weights;         // [rows], or NULL for 1
  const double *constants;       // [rows], added to every log-density, or NULL for 0
  size_t linearColumns, normalColumns;
  // Rows by feature, for each chunk of SURPRISAL_CHUNK_ROWS; NULL where statistics are not asked for.
  const uint64_t *listStarts;  // [chunks + 1]
  const uint32_t *listFeature; // of each list
  const uint64_t *listEnds;    // of each list, in listRows
  const uint16_t *listRows;    // numbers within the chunk
  // Features.
  size_t featureCount, slotCount;
  const uint32_t *slotStarts; // [featureCount + 1]
  const uint32_t *slots;
  // Components.
  size_t components;
  const double *base;    // [width], -infinity behind the last component
  const double *table;   // [featureCount][width]
  const double *banBase; // [width]: how many of a component's columns exclude their most common level; or NULL
  const double *bans;    // [featureCount][width]: what a feature adds to that; rows with a sum above 0 are excluded
  const double *linear;  // [linearColumns][width]
  const double *centers; // [normalColumns][width]
  const double *inverseScales;
} surprisal_product_mixture;

// The components padded to whole vectors.
size_t surprisal_product_mixture_width(size_t components);

// Sums of one pass: width * (1 + slots + linearColumns + 2 * normalColumns).
size_t surprisal_product_mixture_sum_count(const surprisal_product_mixture *plan);

// Doubles that one thread needs beside the plan, 64-byte aligned.
size_t surprisal_product_mixture_workspace_count(const surprisal_product_mixture *plan);

// table[feature] = the sum of values[slot] over the feature's slots; both [..][width].
void surprisal_product_mixture_table(const surprisal_product_mixture *plan, const double *values, double *table);

// Adds the statistics of a chunk's rows first ..< end to `sums`: Σ w r, then Σ w r of every slot, Σ w r x of linear
// columns, Σ w r y and Σ w r y² of normal ones, [width] each; and to `totals` Σw, Σ w log p, Σ w |log p|, Σ w H[r].
void surprisal_product_mixture_expectation(const surprisal_product_mixture *plan, size_t first, size_t end,
                                           double *sums, double *totals, double *workspace);

// Writes log p(x_n) (if `densities`) and responsibilities row-major, [components] a row (if `responsibilities`; all
// 0 for rows that no component can explain), of at most SURPRISAL_CHUNK_ROWS rows, to index 0 on.
void surprisal_product_mixture_posterior(const surprisal_product_mixture *plan, size_t first, size_t end,
                                         double *densities, double *responsibilities, double *workspace);

#endif
