// Softmax, losses and normalization, in runs of rows for the threads.
#include "product_kernels.h"
#include "tensor_pieces.h"

typedef struct {
  surprisal_dtype dtype;
  size_t rows, columns, piece;
  int logarithm;
  int64_t ignored;
  double epsilon;
  const char *x, *g, *scale, *shift, *saved;
  const int64_t *targets;
  char *y, *mean, *rstd, *dscale, *dshift;
} row_job;

#define ROW_BODY(name, statement)                                                                            \
  static void name(void *context, size_t index) {                                                            \
    const row_job *job = context;                                                                            \
    const surprisal_real_kernels *real = &kernels()->reals[job->dtype];                                      \
    const size_t first = index * job->piece, n = smaller(job->piece, job->rows - first);                     \
    const size_t size = element_sizes[job->dtype], row = first * size, at = row * job->columns;              \
    (void)row;                                                                                               \
    statement;                                                                                               \
  }

ROW_BODY(softmax_rows,
  real->softmax(n, job->columns, job->logarithm, job->x + at, job->y + at))
ROW_BODY(softmax_backward_rows,
  real->softmax_backward(n, job->columns, job->logarithm, job->x + at, job->g + at, job->y + at))
ROW_BODY(cross_entropy_rows,
  real->cross_entropy(n, job->columns, job->x + at, job->targets + first, job->ignored, job->y + row, job->mean + row))
ROW_BODY(cross_entropy_backward_rows,
  real->cross_entropy_backward(n, job->columns, job->x + at, job->targets + first, job->ignored, job->saved + row,
                               job->g + row, job->y + at))
ROW_BODY(layer_norm_rows,
  real->layer_norm(n, job->columns, job->epsilon, job->x + at, job->scale, job->shift, job->y + at,
                   job->mean ? job->mean + row : NULL, job->rstd + row))
ROW_BODY(layer_norm_backward_rows,
  const size_t partial = index * job->columns * size;
  real->layer_norm_backward(n, job->columns, job->x + at, job->scale, job->mean ? job->mean + row : NULL,
                            job->rstd + row, job->g + at, job->y ? job->y + at : NULL, job->dscale ? job->dscale + partial : NULL,
                            job->dshift ? job->dshift + partial : NULL))

static void run_rows(row_job *job, void (*body)(void *, size_t)) {
  if (job->rows == 0 || job->columns == 0) return;
  job->piece = larger(1, long_piece(job->rows * job->columns, ROWS_PIECE) / job->columns);
  surprisal_parallel_for(pieces_of(job->rows, job->piece), threads(), body, job);
}

void surprisal_softmax(surprisal_dtype dtype, size_t rows, size_t columns, int logarithm, const void *x, void *y) {
  run_rows(&(row_job){.dtype = dtype, .rows = rows, .columns = columns, .logarithm = logarithm, .x = x, .y = y},
           softmax_rows);
}

void surprisal_softmax_backward(surprisal_dtype dtype, size_t rows, size_t columns, int logarithm, const void *y,
                                const void *g, void *dx) {
  run_rows(&(row_job){.dtype = dtype, .rows = rows, .columns = columns, .logarithm = logarithm, .x = y, .g = g,
                      .y = dx},
           softmax_backward_rows);
}

void surprisal_cross_entropy(surprisal_dtype dtype, size_t rows, size_t columns, const void *x, const int64_t *targets,
                             int64_t ignored, void *losses, void *normalizers) {
  run_rows(&(row_job){.dtype = dtype, .rows = rows, .columns = columns, .x = x, .targets = targets,
                      .ignored = ignored, .y = losses, .mean = normalizers},
           cross_entropy_rows);
}

void surprisal_cross_entropy_backward(surprisal_dtype dtype, size_t rows, size_t columns, const void *x,
                                      const int64_t *targets, int64_t ignored, const void *normalizers, const void *g,
                                      void *dx) {
  run_rows(&(row_job){.dtype = dtype, .rows = rows, .columns = columns, .x = x, .targets = targets,
                      .ignored = ignored, .saved = normalizers, .g = g, .y = dx},
           cross_entropy_backward_rows);
}

void surprisal_layer_norm(surprisal_dtype dtype, size_t rows, size_t columns, double epsilon, const void *x,
                          const void *scale, const void *shift, void *y, void *mean, void *rstd) {
  run_rows(&(row_job){.dtype = dtype, .rows = rows, .columns = columns, .epsilon = epsilon, .x = x, .scale = scale,
                      .shift = shift, .y = y, .mean = mean, .rstd = rstd},
           layer_norm_rows);
}

void surprisal_layer_norm_backward(surprisal_dtype dtype, size_t rows, size_t columns, const void *x,
                                   const void *scale, const void *mean, const void *rstd, const void *g, void *dx,
                                   void *dscale, void *dshift) {
  row_job job = {.dtype = dtype, .rows = rows, .columns = columns, .x = x, .scale = scale,
                 .mean = (char *)(uintptr_t)mean, .rstd = (char *)(uintptr_t)rstd, .g = g, .y = dx};
  // At most 64 partial sums, in pieces that only the shape decides.
  const size_t piece = larger(larger(1, ROWS_PIECE / larger(1, columns)), pieces_of(rows, 64));
  const size_t pieces = pieces_of(rows, piece), bytes = columns * element_sizes[dtype];
  char *partial = surprisal_workspace(2 * pieces * bytes);
  memset(partial, 0, 2 * pieces * bytes);
  job.piece = piece;
  job.dscale = dscale ? partial : NULL, job.dshift = dshift ? partial + pieces * bytes : NULL;
  if (columns > 0) surprisal_parallel_for(pieces, threads(), layer_norm_backward_rows, &job);
  if (dscale) surprisal_reduce(SURPRISAL_SUM, dtype, 1, pieces, columns, job.dscale, dscale);
  if (dshift) surprisal_reduce(SURPRISAL_SUM, dtype, 1, pieces, columns, job.dshift, dshift);
  surprisal_tensor_free(partial, 2 * pieces * bytes);
}

// MARK: Channels

typedef struct {
  surprisal_dtype dtype;
  size_t batch, channels, positions, group;
  const char *x, *other, *factor, *slope, *term;
  char *y, *products;
} channel_job;

static void affine_piece(void *context, size_t index) {
  const channel_job *job = context;
  const size_t size = element_sizes[job->dtype], rows = job->batch * job->channels;
  for (size_t row = index * job->group; row < smaller(rows, (index + 1) * job->group); row++) {
    const size_t at = row * job->positions * size, channel = row % job->channels * size;
    kernels()->reals[job->dtype].affine(job->positions, job->x + at, job->factor + channel,
                                        job->other ? job->other + at : NULL, job->slope ? job->slope + channel : NULL,
                                        job->term + channel, job->y + at);
  }
}

void surprisal_channel_affine(surprisal_dtype dtype, size_t batch, size_t channels, size_t positions, const void *x,
                              const void *factor, const void *other, const void *slope, const void *term, void *y) {
  channel_job job = {.dtype = dtype, .batch = batch, .channels = channels, .positions = positions, .x = x,
                     .other = other, .factor = factor, .slope = slope, .term = term, .y = y};
  if (positions == 0) return;
  job.group = larger(1, CHEAP_PIECE / positions);
  surprisal_parallel_for(pieces_of(batch * channels, job.group), threads(), affine_piece, &job);
}

static void channel_piece(void *context, size_t channel) {
  const channel_job *job = context;
  const size_t size = element_sizes[job->dtype];
  double sum = 0, product = 0;
  for (size_t b = 0; b < job->batch; b++) {
    const size_t at = (b * job->channels + channel) * job->positions * size;
    kernels()->reals[job->dtype].sums(job->positions, job->x + at, job->other ? job->other + at : NULL,
                                      job->factor ? job->factor + channel * size : NULL, &sum,
                                      job->products ? &product : NULL);
  }
  surprisal_fill(job->dtype, 1, sum, job->y + channel * size);
  if (job->products) surprisal_fill(job->dtype, 1, product, job->products + channel * size);
}

void surprisal_channel_sums(surprisal_dtype dtype, size_t batch, size_t channels, size_t positions, const void *a,
                            const void *b, const void *center, void *sums, void *products) {
  channel_job job = {.dtype = dtype, .batch = batch, .channels = channels, .positions = positions, .x = a,
                     .other = b, .factor = center, .y = sums, .products = products};
  surprisal_parallel_for(channels, threads(), channel_piece, &job);
}
