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

// Windows of 2 × 2 side by side without padding, the usual ones: their four elements in the order of a window, so that
// the first of equal ones wins here too.
INLINE int NAME(is_halving)(const surprisal_pooling *s) {
  return s->kernel_height == 2 && s->kernel_width == 2 && s->stride_height == 2 && s->stride_width == 2 &&
         s->dilation_height == 1 && s->dilation_width == 1 && s->top == 0 && s->left == 0 &&
         2 * s->out_height <= s->height && 2 * s->out_width <= s->width;
}

static void NAME(halve_max)(size_t count, size_t row, size_t width, const REAL *x, REAL *y, int64_t *indices) {
  for (size_t i = 0; i < count; i++) {
    const REAL a = x[2 * i], b = x[2 * i + 1], c = x[width + 2 * i], d = x[width + 2 * i + 1];
    int64_t at = (int64_t)(row + 2 * i);
    int right = (b > a) | ((b != b) & (a == a)), lower = (d > c) | ((d != d) & (c == c));
    REAL top = right ? b : a, bottom = lower ? d : c;
    int64_t first = at + right, second = at + (int64_t)width + lower;
    int below = (bottom > top) | ((bottom != bottom) & (top == top));
    y[i] = below ? bottom : top;
    indices[i] = below ? second : first;
  }
}

// Each position of dx is written once: with its window's g if it was the maximum.
static void NAME(double_max)(size_t count, size_t row, size_t width, const REAL *g, const int64_t *maxima, REAL *dx) {
  for (size_t i = 0; i < count; i++) {
    int64_t at = maxima[i] - (int64_t)(row + 2 * i);
    REAL value = g[i];
    dx[2 * i] = at == 0 ? value : 0, dx[2 * i + 1] = at == 1 ? value : 0;
    dx[width + 2 * i] = at == (int64_t)width ? value : 0, dx[width + 2 * i + 1] = at == (int64_t)width + 1 ? value : 0;
  }
}

static void NAME(halve_mean)(size_t count, size_t width, const REAL *x, REAL *y) {
  for (size_t i = 0; i < count; i++)
    y[i] = (x[2 * i] + x[2 * i + 1] + x[width + 2 * i] + x[width + 2 * i + 1]) * (REAL)0.25;
}

static void NAME(double_mean)(size_t count, size_t width, const REAL *g, REAL *dx) {
  for (size_t i = 0; i < count; i++) {
    REAL share = g[i] * (REAL)0.25;
    dx[2 * i] = dx[2 * i + 1] = dx[width + 2 * i] = dx[width + 2 * i + 1] = share;
  }
}

// What windows leave over of dx at the right and at the bottom.
static void NAME(clear_rest)(const surprisal_pooling *s, REAL *dx) {
  size_t covered = 2 * s->out_width, rows = 2 * s->out_height;
  if (covered < s->width)
    for (size_t y = 0; y < rows; y++) memset(dx + y * s->width + covered, 0, (s->width - covered) * sizeof(REAL));
  if (rows < s->height) memset(dx + rows * s->width, 0, (s->height - rows) * s->width * sizeof(REAL));
}

#define EACH_HALVED_ROW(call, index)                                                                                  \
  const surprisal_pooling *s = (call)->shape;                                                                         \
  size_t first = (index) * (call)->piece, last = first + (call)->piece, width = s->width;                             \
  size_t end = last < s->planes ? last : s->planes;                                                                   \
  size_t in_size = s->height * width, out_size = s->out_height * s->out_width;                                        \
  for (size_t plane = first; plane < end; plane++)                                                                    \
    for (size_t oy = 0, at = plane * in_size, to = plane * out_size; oy < s->out_height;                              \
         oy++, at += 2 * width, to += s->out_width)

static void NAME(halve_max_piece)(void *context, size_t index) {
  const pooling_call *call = context;
  EACH_HALVED_ROW(call, index)
    NAME(halve_max)(s->out_width, 2 * oy * width, width, (const REAL *)call->x + at, (REAL *)call->y + to,
                    call->indices + to);
}

static void NAME(double_max_piece)(void *context, size_t index) {
  const pooling_call *call = context;
  EACH_HALVED_ROW(call, index) {
    if (oy == 0) NAME(clear_rest)(s, (REAL *)call->y + at);
    NAME(double_max)(s->out_width, 2 * oy * width, width, (const REAL *)call->x + to, call->maxima + to,
                     (REAL *)call->y + at);
  }
}

static void NAME(halve_mean_piece)(void *context, size_t index) {
  const pooling_call *call = context;
  EACH_HALVED_ROW(call, index) NAME(halve_mean)(s->out_width, width, (const REAL *)call->x + at, (REAL *)call->y + to);
}

static void NAME(double_mean_piece)(void *context, size_t index) {
  const pooling_call *call = context;
  EACH_HALVED_ROW(call, index) {
    if (oy == 0) NAME(clear_rest)(s, (REAL *)call->y + at);
    NAME(double_mean)(s->out_width, width, (const REAL *)call->x + to, (REAL *)call->y + at);
  }
}

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
  pool_planes(&(pooling_call){s, x, y, indices, NULL, 0},
              NAME(is_halving)(s) ? NAME(halve_max_piece) : NAME(max_pool_piece));
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
  pool_planes(&(pooling_call){s, g, dx, NULL, indices, 0},
              NAME(is_halving)(s) ? NAME(double_max_piece) : NAME(max_pool_backward_piece));
}

// The number that a window's sum is divided by.
INLINE REAL NAME(window_count)(const surprisal_pooling *s, size_t oy, size_t ox) {
  if (s->count_padding) {
    size_t rows = s->padded_height - oy * s->stride_height, columns = s->padded_width - ox * s->stride_width;
    return (REAL)((rows < s->kernel_height ? rows : s->kernel_height) *
                  (columns < s->kernel_width ? columns : s->kernel_width));
  }
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
  pool_planes(&(pooling_call){s, x, y, NULL, NULL, 0},
              NAME(is_halving)(s) ? NAME(halve_mean_piece) : NAME(average_pool_piece));
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
  pool_planes(&(pooling_call){s, g, dx, NULL, NULL, 0},
              NAME(is_halving)(s) ? NAME(double_mean_piece) : NAME(average_pool_backward_piece));
}

#undef EACH_PLANE
#undef EACH_HALVED_ROW
#undef EACH_POSITION
