// The level-1 and level-2 loops of the linear algebra, float64. Columns are contiguous, strides in elements.
// The order of a sum depends on the lengths and the instruction set alone.
#ifndef SURPRISAL_LINEAR_H
#define SURPRISAL_LINEAR_H

#include <stddef.h>

// Σ x_i y_i.
double surprisal_dot(size_t n, const double *x, const double *y);
// y [m] += scale · a [m, n] x [n], rows `row` apart.
void surprisal_matrix_vector(size_t m, size_t n, double scale, const double *a, ptrdiff_t row, const double *x,
                             double *y);
// y [n] += scale · a [m, n]ᵀ x [m]; with m = 1 it adds a multiple of one vector.
void surprisal_vector_matrix(size_t m, size_t n, double scale, const double *a, ptrdiff_t row, const double *x,
                             double *y);
// y [n] += a x for a symmetric a [n, n] of which only the upper triangle is read.
void surprisal_symmetric_vector(size_t n, const double *a, ptrdiff_t row, const double *x, double *y);

// `count` plane rotations (c, s) one after another, on rows `first` and `first` + `step`, then one `step` further:
// (p, q) becomes (c p + s q, c q - s p).
typedef struct {
  ptrdiff_t first, step;
  size_t count;
  size_t offset; // of the first pair among the rotations
} surprisal_sweep;
// Applies the sweeps in their order to a matrix whose number of columns is a multiple of 8.
void surprisal_rotate_rows(size_t sweep_count, const surprisal_sweep *sweeps, const double *rotations, double *rows,
                           ptrdiff_t row, size_t columns);

#endif
