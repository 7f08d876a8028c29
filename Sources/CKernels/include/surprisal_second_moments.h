// First and second moments of the columns of a table.
#ifndef SURPRISAL_SECOND_MOMENTS_H
#define SURPRISAL_SECOND_MOMENTS_H

#include <stddef.h>

typedef struct {
  const double *rows;         // row-major, `columns` numbers a row
  const double *weights;      // one per row and not negative, or NULL for 1
  const double *shift;        // [columns]
  const double *inverseScale; // [columns]
  size_t columns;
} surprisal_second_moments;

// The distance of the rows of a table of second moments: `columns` rounded up to whole panels of 8.
size_t surprisal_second_moments_stride(size_t columns);

// Doubles of workspace for one call, best aligned to 64 bytes.
size_t surprisal_second_moments_workspace_count(size_t columns);

// Of t = (x - shift) * inverseScale of rows first ..< end adds Σ w t to `sums` [columns] and Σ w t tᵀ to `products`
// [stride][stride], of which the upper triangle is written (and some numbers below and right of it). Returns Σ w.
double surprisal_second_moments_add(const surprisal_second_moments *plan, size_t first, size_t end, double *sums,
                                    double *products, double *workspace);

#endif
