// The E-step of Gaussian mixtures, tile by tile.
//
// Rows are standardized on the fly, z = (x - shift) * inverseScale, and worked on in tiles of 256, columns one
// behind the other. A component is evaluated either in the feature form, log p(z, k) = coefficients · T(z) with
// T(z) = (z_i z_j for i <= j | z_i² when diagonal, z_i, 1), or in the centered form, y = W (z - m),
// log p(z, k) = constant - |y|²/2. Statistics of a component are Σ w r T(z) in the first form and
// Σ w r T(y) in the second, in the same order of features.
#ifndef SURPRISAL_MIXTURE_H
#define SURPRISAL_MIXTURE_H

#include <stddef.h>
#include <stdint.h>

#define SURPRISAL_TILE_ROWS 256
#define SURPRISAL_CHUNK_ROWS 2048

typedef struct {
  const double *rows;         // row-major, `columns` numbers a row
  const double *weights;      // one per row, or NULL for 1
  const double *shift;        // [columns]
  const double *inverseScale; // [columns]
  size_t columns;
  size_t components;
  int diagonal; // 1: T holds z_i² only, whitening is [columns] per component

  // Components in the feature form, then components in the centered form; `order` says which is which.
  size_t featureComponents;
  const int32_t *order;        // [components]
  const double *coefficients;  // feature form: packed by surprisal_mixture_pack
  const double *centers;       // centered form: [centered][columns]
  const double *whitening;     // centered form: packed by surprisal_mixture_pack_whitening, or [columns] diagonal
  const double *constants;     // centered form: [centered]
} surprisal_mixture;

// D(D+1)/2 + D + 1, or 2D + 1 when diagonal.
size_t surprisal_mixture_feature_count(size_t columns, int diagonal);

// Doubles that one thread needs beside the plan.
size_t surprisal_mixture_workspace_count(const surprisal_mixture *plan);

// Packs coefficients [featureComponents][features] into `packed` (featureComponents * features doubles).
void surprisal_mixture_pack(const surprisal_mixture *plan, const double *coefficients, double *packed);

// Doubles that one component's packed whitening takes.
size_t surprisal_mixture_whitening_count(size_t columns, int diagonal);

// Packs a lower triangular [columns][columns] matrix (or [columns] when diagonal).
void surprisal_mixture_pack_whitening(size_t columns, int diagonal, const double *lower, double *packed);

// Adds the statistics of rows first ..< end to `statistics` ([components][features]) and to `totals`:
// Σw, Σ w log p(z), Σ w |log p(z)|, Σ w H[r].
void surprisal_mixture_expectation(const surprisal_mixture *plan, size_t first, size_t end, double *statistics,
                                   double *totals, double *workspace);

// Writes log p(z_n) (if `densities`), and responsibilities row-major (if `responsibilities`), of rows
// first ..< end to index 0 on.
void surprisal_mixture_posterior(const surprisal_mixture *plan, size_t first, size_t end, double *densities,
                                 double *responsibilities, double *workspace);

// The two halves of the E-step for at most SURPRISAL_TILE_ROWS rows, for models that find the responsibilities in
// another way. The first writes log p(z, k) to logits[row * stride + k] and leaves the tile in the workspace; the
// second adds the statistics at weighted responsibilities [row * stride + k] of that tile.
void surprisal_mixture_tile_logits(const surprisal_mixture *plan, size_t first, size_t end, double *logits,
                                   size_t stride, double *workspace);
void surprisal_mixture_tile_statistics(const surprisal_mixture *plan, size_t count, const double *responsibilities,
                                       size_t stride, double *statistics, double *workspace);

#endif
