// Reductions along one axis, in pieces for the threads.
#include "product_kernels.h"
#include "tensor_pieces.h"

typedef struct {
  int op;
  surprisal_dtype dtype;
  size_t outer, count, inner, out_size;
  size_t widths, chunks, chunk, group; // panels of results, pieces of the reduced axis, outer indices of one call
  int reverse;
  const char *x, *center;
  char *out;
} reduction;

enum { PANEL = 512 };

static size_t result_size(int op, surprisal_dtype dtype) {
  if (op == SURPRISAL_ARGMAX || op == SURPRISAL_ARGMIN) return 8;
  return op == SURPRISAL_ANY || op == SURPRISAL_ALL ? 1 : element_sizes[dtype];
}

// One panel of results over one chunk, for a group of outer indices. out [outer, chunks, inner].
static void reduce_piece(void *context, size_t index) {
  const reduction *job = context;
  const size_t size = element_sizes[job->dtype];
  const size_t at = index % job->widths * PANEL, width = smaller(PANEL, job->inner - at);
  const size_t chunk = index / job->widths % job->chunks, group = index / job->widths / job->chunks;
  const size_t start = chunk * job->chunk, count = smaller(job->chunk, job->count - start);
  const size_t first = group * job->group, end = smaller(job->outer, first + job->group);
  const size_t together = job->inner == 1 && job->chunks == 1 ? end - first : 1;
  for (size_t o = first; o < end; o += together)
    kernels()->numbers[job->dtype].reduce(job->op, together, count, job->inner, width,
                                          job->x + ((o * job->count + start) * job->inner + at) * size,
                                          job->center ? job->center + (o * job->inner + at) * size : NULL,
                                          job->out + ((o * job->chunks + chunk) * job->inner + at) * job->out_size);
}

// The extreme among the extremes of the chunks, whose places count from their chunk's start.
static void join_extremes(const reduction *job, int64_t *out) {
  const surprisal_number_kernels *numbers = &kernels()->numbers[job->dtype];
  const int64_t *places = (const int64_t *)job->out;
  const size_t size = element_sizes[job->dtype];
  char *values = surprisal_workspace(job->chunks * size);
  for (size_t o = 0; o < job->outer; o++)
    for (size_t i = 0; i < job->inner; i++) {
      for (size_t c = 0; c < job->chunks; c++) {
        const size_t row = c * job->chunk + (size_t)places[(o * job->chunks + c) * job->inner + i];
        memcpy(values + c * size, job->x + ((o * job->count + row) * job->inner + i) * size, size);
      }
      int64_t best;
      numbers->reduce(job->op, 1, job->chunks, 1, 1, values, NULL, &best);
      out[o * job->inner + i] = best * (int64_t)job->chunk + places[(o * job->chunks + (size_t)best) * job->inner + i];
    }
  surprisal_tensor_free(values, job->chunks * size);
}

static void reduce(int op, surprisal_dtype dtype, size_t outer, size_t count, size_t inner, const void *x,
                   const void *center, void *out) {
  reduction job = {.op = op, .dtype = dtype, .outer = outer, .count = count, .inner = inner, .x = x,
                   .center = center, .out = out, .out_size = result_size(op, dtype), .chunks = 1, .chunk = count};
  if (outer == 0 || inner == 0) return;
  const size_t width = smaller(inner, PANEL), chunk = CHEAP_PIECE / width;
  job.widths = pieces_of(inner, PANEL);
  job.group = larger(1, ROWS_PIECE / larger(1, count * width));
  if (count >= 4 * chunk) {
    job.chunk = chunk, job.chunks = pieces_of(count, chunk);
    job.out = surprisal_workspace(outer * job.chunks * inner * job.out_size);
  }
  surprisal_parallel_for(job.widths * job.chunks * pieces_of(outer, job.group), threads(), reduce_piece, &job);
  if (job.chunks == 1) return;
  if (op == SURPRISAL_ARGMAX || op == SURPRISAL_ARGMIN) {
    join_extremes(&job, out);
  } else {
    const int sums = op == SURPRISAL_SUM_ABS || op == SURPRISAL_SUM_SQUARES || op >= SUM_CENTERED;
    reduce(sums ? SURPRISAL_SUM : op, dtype, outer, job.chunks, inner, job.out, NULL, out);
  }
  surprisal_tensor_free(job.out, outer * job.chunks * inner * job.out_size);
}

void surprisal_reduce(surprisal_reduction op, surprisal_dtype dtype, size_t outer, size_t count, size_t inner,
                      const void *x, void *out) {
  reduce((int)op, dtype, outer, count, inner, x, NULL, out);
}

static void cumulate_piece(void *context, size_t index) {
  const reduction *job = context;
  const size_t size = element_sizes[job->dtype], panel = index % job->widths, o = index / job->widths;
  const size_t at = o * job->count * job->inner + panel * PANEL;
  kernels()->numbers[job->dtype].cumulate(job->count, job->inner, smaller(PANEL, job->inner - panel * PANEL),
                                          job->reverse, job->x + at * size, job->out + at * size);
}

void surprisal_cumulative_sum(surprisal_dtype dtype, size_t outer, size_t count, size_t inner, int reverse,
                              const void *x, void *out) {
  reduction job = {.dtype = dtype, .outer = outer, .count = count, .inner = inner, .reverse = reverse, .x = x,
                   .out = out, .widths = pieces_of(inner, PANEL)};
  surprisal_parallel_for(outer * job.widths, threads(), cumulate_piece, &job);
}

static double get(surprisal_dtype dtype, const void *x, size_t i) {
  return dtype == SURPRISAL_FLOAT32 ? (double)((const float *)x)[i] : ((const double *)x)[i];
}

static void set(surprisal_dtype dtype, void *x, size_t i, double value) {
  if (dtype == SURPRISAL_FLOAT32) ((float *)x)[i] = (float)value;
  else ((double *)x)[i] = value;
}

static void scale(surprisal_dtype dtype, size_t count, double factor, void *x) {
  for (size_t i = 0; i < count; i++) set(dtype, x, i, get(dtype, x, i) * factor);
}

// Whether the rounding of a mean shows in its Σ (x - mean)². It is off by less than 8 ε of itself; that squared is to be
// less than ε / 4 of the variance.
static int is_far(surprisal_dtype dtype, double mean, double squares, double n) {
  return 256 * (dtype == SURPRISAL_FLOAT32 ? 0x1p-24 : 0x1p-53) * mean * mean > squares / n;
}

// Means c that lie far from 0 once more, from the sums of x - c, and their Σ (x - mean)² = Σ (x - c)² - (Σ (x - c))² / n.
// Of equal numbers that is 0.
static void center_again(surprisal_dtype dtype, size_t outer, size_t count, size_t inner, const void *x, void *center,
                         void *squares) {
  const size_t results = outer * inner, size = element_sizes[dtype];
  const double n = (double)count;
  char *deviations = surprisal_workspace(results * (size + 1)), *far = deviations + results * size;
  int any = 0;
  for (size_t i = 0; i < results; i++) any |= far[i] = (char)is_far(dtype, get(dtype, center, i), get(dtype, squares, i), n);
  if (any) {
    reduce(SUM_CENTERED, dtype, outer, count, inner, x, center, deviations);
    for (size_t i = 0; i < results; i++)
      if (far[i]) set(dtype, center, i, get(dtype, center, i) + get(dtype, deviations, i) / n);
    reduce(SUM_CENTERED, dtype, outer, count, inner, x, center, deviations);
    reduce(SUM_CENTERED_SQUARES, dtype, outer, count, inner, x, center, squares);
    for (size_t i = 0; i < results; i++) {
      const double d = get(dtype, deviations, i), exact = get(dtype, squares, i) - d * d / n;
      if (far[i]) set(dtype, squares, i, exact < 0 ? 0 : exact);
    }
  }
  surprisal_tensor_free(deviations, results * (size + 1));
}

void surprisal_moments(surprisal_dtype dtype, size_t outer, size_t count, size_t inner, double correction,
                       const void *x, void *mean, void *variance) {
  const size_t results = outer * inner, bytes = results * element_sizes[dtype];
  const double n = (double)count;
  void *center = mean ? mean : surprisal_workspace(bytes);
  reduce(SURPRISAL_SUM, dtype, outer, count, inner, x, NULL, center);
  scale(dtype, results, 1 / n, center);
  if (variance) {
    reduce(SUM_CENTERED_SQUARES, dtype, outer, count, inner, x, center, variance);
    center_again(dtype, outer, count, inner, x, center, variance);
    scale(dtype, results, 1 / (n - correction), variance);
  }
  if (!mean) surprisal_tensor_free(center, bytes);
}
