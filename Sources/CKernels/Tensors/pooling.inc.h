// Pooling. A window position is inside x if it is below the size as an unsigned number.

// Threads take whole planes, in pieces of about this many outputs times window positions.
#ifndef POOLING_WORK
#define POOLING_WORK 65536
typedef struct {
  const surprisal_pooling *shape;
  const void *x;
  void *y;
  int64_t *indices;
  const int64_t *maxima;
  size_t piece; // planes
} pooling_call;

static void pool_planes(const pooling_call *call, void (*body)(void *, size_t)) {
  const surprisal_pooling *s = call->shape;
  size_t work = s->out_height * s->out_width * s->kernel_height * s->kernel_width + s->height * s->width;
  pooling_call own = *call;
  own.piece = work < POOLING_WORK ? POOLING_WORK / (work + 1) + 1 : 1;
  surprisal_parallel_for((s->planes + own.piece - 1) / own.piece, surprisal_thread_count(), body, &own);
}
#endif

#define EACH_PLANE(call, index)                                                                                       \
  const surprisal_pooling *s = (call)->shape;                                                                         \
  size_t first = (index) * (call)->piece, last = first + (call)->piece;                                               \
  size_t end = last < s->planes ? last : s->planes;                                                                   \
  size_t in_size = s->height * s->width, out_size = s->out_height * s->out_width;                                     \
  for (size_t plane = first; plane < end; plane++)                                                                    \
    for (size_t oy = 0; oy < s->out_height; oy++)                                                                     \
      for (size_t ox = 0; ox < s->out_width; ox++)

#define EACH_POSITION                                                                                                 \
  for (size_t ky = 0, iy = oy * s->stride_height - s->top; ky < s->kernel_height; ky++, iy += s->dilation_height)     \
    if (iy < s->height)                                                                                               \
      for (size_t kx = 0, ix = ox * s->stride_width - s->left; kx < s->kernel_width; kx++, ix += s->dilation_width)   \
        if (ix < s->width)

static void NAME(max_pool_piece)(void *context, size_t index) {
  const pooling_call *call = context;
  EACH_PLANE(call, index) {
    const REAL *x = (const REAL *)call->x + plane * in_size;
    size_t best = SIZE_MAX;
    REAL most = (REAL)-__builtin_inf();
    EACH_POSITION {
      REAL value = x[iy * s->width + ix];
      if (best == SIZE_MAX || value > most || (value != value && most == most)) best = iy * s->width + ix, most = value;
    }
    ((REAL *)call->y)[plane * out_size + oy * s->out_width + ox] = most;
    call->indices[plane * out_size + oy * s->out_width + ox] = best == SIZE_MAX ? -1 : (int64_t)best;
  }
}

static void NAME(max_pool)(const surprisal_pooling *s, const void *x, void *y, int64_t *indices) {
  pool_planes(&(pooling_call){s, x, y, indices, NULL, 0}, NAME(max_pool_piece));
}

static void NAME(max_pool_backward_piece)(void *context, size_t index) {
  const pooling_call *call = context;
  size_t plane_size = call->shape->height * call->shape->width;
  EACH_PLANE(call, index) {
    REAL *dx = (REAL *)call->y + plane * in_size;
    if (oy + ox == 0) memset(dx, 0, plane_size * sizeof(REAL));
    size_t at = plane * out_size + oy * s->out_width + ox;
    if (call->maxima[at] >= 0) dx[call->maxima[at]] += ((const REAL *)call->x)[at];
  }
}

static void NAME(max_pool_backward)(const surprisal_pooling *s, const int64_t *indices, const void *g, void *dx) {
  if (s->out_height * s->out_width == 0) memset(dx, 0, s->planes * s->height * s->width * sizeof(REAL));
  pool_planes(&(pooling_call){s, g, dx, NULL, indices, 0}, NAME(max_pool_backward_piece));
}

// The number that a window's sum is divided by.
INLINE REAL NAME(window_count)(const surprisal_pooling *s, size_t oy, size_t ox) {
  if (s->count_padding) return (REAL)(s->kernel_height * s->kernel_width);
  size_t count = 0;
  EACH_POSITION count++;
  return (REAL)(count ? count : 1);
}

static void NAME(average_pool_piece)(void *context, size_t index) {
  const pooling_call *call = context;
  EACH_PLANE(call, index) {
    const REAL *x = (const REAL *)call->x + plane * in_size;
    REAL sum = 0;
    EACH_POSITION sum += x[iy * s->width + ix];
    ((REAL *)call->y)[plane * out_size + oy * s->out_width + ox] = sum / NAME(window_count)(s, oy, ox);
  }
}

static void NAME(average_pool)(const surprisal_pooling *s, const void *x, void *y) {
  pool_planes(&(pooling_call){s, x, y, NULL, NULL, 0}, NAME(average_pool_piece));
}

static void NAME(average_pool_backward_piece)(void *context, size_t index) {
  const pooling_call *call = context;
  EACH_PLANE(call, index) {
    REAL *dx = (REAL *)call->y + plane * in_size;
    if (oy + ox == 0) memset(dx, 0, in_size * sizeof(REAL));
    REAL share = ((const REAL *)call->x)[plane * out_size + oy * s->out_width + ox] / NAME(window_count)(s, oy, ox);
    EACH_POSITION dx[iy * s->width + ix] += share;
  }
}

static void NAME(average_pool_backward)(const surprisal_pooling *s, const void *g, void *dx) {
  if (s->out_height * s->out_width == 0) memset(dx, 0, s->planes * s->height * s->width * sizeof(REAL));
  pool_planes(&(pooling_call){s, g, dx, NULL, NULL, 0}, NAME(average_pool_backward_piece));
}

#undef EACH_PLANE
#undef EACH_POSITION
