// Squared distances for k-means and Ward's method.
//
// Distances are Σ (x − c)², never the expanded form, whose cancellation costs every digit far from the origin.
// Every result depends on the rows of its own call alone, in a fixed order of operations.
#ifndef SURPRISAL_KMEANS_H
#define SURPRISAL_KMEANS_H

#include <stddef.h>
#include <stdint.h>

#define SURPRISAL_KMEANS_TILE 16

typedef struct {
  const double *rows;    // row-major, `columns` numbers a row
  const double *weights; // one per row and not negative, or NULL for 1; a row of weight 0 is absent
  const double *shift;   // [columns], subtracted from every row first
  double scale;          // a power of two, multiplied in after the shift
  size_t columns;
  const double *centers; // [clusters][columns], shifted and scaled
  size_t clusters;
} surprisal_kmeans;

// Doubles from one cluster's sums to the next: columns + 1 and what it takes to keep vectors aligned.
size_t surprisal_kmeans_sum_stride(size_t columns);

// Doubles of workspace for one call; like `sums` it is best aligned to 64 bytes.
size_t surprisal_kmeans_workspace_count(size_t columns);

// Assigns rows first ..< end to their nearest centers, the lowest index among equals, and returns Σ w d².
//
// `labels` (indexed from row 0) is overwritten and `*changed` grows by the labels of present rows that differ.
// If not NULL: `sums` ([clusters][sum stride]) grows by (w x, w), and `distances` (from row 0) receives d².
double surprisal_kmeans_assign(const surprisal_kmeans *plan, size_t first, size_t end, int32_t *labels,
                               size_t *changed, double *sums, double *distances, double *workspace);

// For every center c, `updated[c * stride + n]` receives min(nearest[n], w d²) of rows first ..< end and
// `totals[c]` grows by their sum.
void surprisal_kmeans_candidates(const surprisal_kmeans *plan, size_t first, size_t end, const double *nearest,
                                 double *updated, size_t stride, double *totals, double *workspace);

// Lowers low[j] and raises high[j] to hold column j of the rows that are present. Returns 0 if any number,
// of absent rows too, is not finite.
int surprisal_kmeans_ranges(const double *rows, const double *weights, size_t count, size_t columns, double *low,
                            double *high);

// The slot with the smallest Ward distance m_a m_b / (m_a + m_b) · |a − b|² to `self`, the lowest index among
// equals, or `preferred` if it is among them. Column j of slot s is at centers[j * stride + s]; slots of mass 0
// are empty. Returns `count` if there is no other slot.
size_t surprisal_ward_nearest(const double *centers, size_t stride, const double *masses, size_t count,
                              size_t columns, size_t self, size_t preferred, double *distances, double *distance);

#endif
