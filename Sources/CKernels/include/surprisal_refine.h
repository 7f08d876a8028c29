// Residuals of triangular factors to about twice the working precision.
#ifndef SURPRISAL_REFINE_H
#define SURPRISAL_REFINE_H

// r ← C − L Lᵀ (lower triangle; the upper one is not written), each entry correctly rounded but for
// terms of order u². All matrices n × n, row-major; L lower triangular.
void surprisal_cholesky_residual(const double *c, const double *l, double *r, long n);

// e ← I − W C Wᵀ (lower triangle; the upper one is not written) for lower triangular W and full
// symmetric C. scratch holds 2·n numbers.
void surprisal_precision_residual(
  const double *c, const double *w, double *e, double *scratch, long n);

#endif
