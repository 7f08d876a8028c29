// Gathers strided views into contiguous memory and scatters back.
#include "tensor_pieces.h"

static void scatter(size_t size, size_t count, const char *x, char *out, int64_t step) {
#define SCATTER(R)                                                                                           \
  case sizeof(R):                                                                                            \
    for (size_t i = 0; i < count; i++) ((R *)out)[(int64_t)i * step] = ((const R *)x)[i];                    \
    break;
  switch (size) { SCATTER(uint8_t) SCATTER(uint16_t) SCATTER(uint32_t) SCATTER(uint64_t) default: break; }
}

static void copy_row(const walk *job, size_t count, const char *const *operand, const int64_t *steps, char *out) {
  if (steps[0] == 1) memcpy(out, operand[0], count * job->out_size);
  else surprisal_gather(job->out_size, count, operand[0], steps[0], out);
}
static void copy_back_row(const walk *job, size_t count, const char *const *operand, const int64_t *steps, char *out) {
  if (steps[0] == 1) memcpy((char *)(uintptr_t)operand[0], out, count * job->out_size);
  else scatter(job->out_size, count, out, (char *)(uintptr_t)operand[0], steps[0]);
}

// Transposing copies: square tiles of one cache line's elements, so that each line is read and written once.
enum { TILE_BYTES = 64 };

typedef struct {
  walk *base;
  int fast;     // the axis along which the strided side is contiguous
  int backward; // from contiguous `out` to the strided side
  size_t strips, group, height; // a strip is `height` lines, some tiles
} tile_job;

static void copy_tile(size_t size, size_t rows, size_t columns, const char *x, int64_t x_step, char *y,
                      int64_t y_step) {
  // x: `columns` lines of `rows` elements; y: `rows` lines of `columns` elements.
#define TILE(R)                                                                                              \
  case sizeof(R): {                                                                                          \
    enum { SIDE = TILE_BYTES / sizeof(R) };                                                                  \
    R tile[SIDE][SIDE];                                                                                      \
    const R *from = (const R *)x;                                                                            \
    R *to = (R *)y;                                                                                          \
    if (rows == SIDE && columns == SIDE) {                                                                   \
      for (size_t j = 0; j < SIDE; j++) memcpy(tile[j], from + (int64_t)j * x_step, TILE_BYTES);             \
      for (size_t i = 0; i < SIDE; i++)                                                                      \
        for (size_t j = 0; j < SIDE; j++) to[(int64_t)i * y_step + (int64_t)j] = tile[j][i];                 \
    } else {                                                                                                 \
      for (size_t i = 0; i < rows; i++)                                                                      \
        for (size_t j = 0; j < columns; j++)                                                                 \
          to[(int64_t)i * y_step + (int64_t)j] = from[(int64_t)j * x_step + (int64_t)i];                     \
    }                                                                                                        \
  } break;
  switch (size) { TILE(uint8_t) TILE(uint16_t) TILE(uint32_t) TILE(uint64_t) default: break; }
}

static void tile_piece(void *context, size_t index) {
  const tile_job *job = context;
  const walk *base = job->base;
  const int inner = base->rank - 1;
  const size_t size = base->out_size, side = TILE_BYTES / size, lines = (size_t)base->shape[job->fast];
  const size_t columns = (size_t)base->shape[inner];
  for (size_t strip = index * job->group; strip < smaller(job->strips, (index + 1) * job->group); strip++) {
    const size_t per_plane = pieces_of(lines, job->height), first = strip % per_plane * job->height;
    size_t rest = strip / per_plane;
    int64_t strided = (int64_t)first, flat_offset = 0, weight = 1, line_weight = 0;
    for (int axis = inner; axis >= 0; axis--) {
      if (axis == job->fast) {
        line_weight = weight;
      } else if (axis != inner) {
        const int64_t at = (int64_t)(rest % (size_t)base->shape[axis]);
        rest /= (size_t)base->shape[axis];
        strided += at * base->strides[0][axis], flat_offset += at * weight;
      }
      weight *= base->shape[axis];
    }
    flat_offset += (int64_t)first * line_weight;
    const int64_t step = base->strides[0][inner];
    for (size_t j = 0; j < columns; j += side)
      for (size_t i = 0; i < job->height && first + i < lines; i += side) {
        char *x = (char *)(uintptr_t)base->operand[0] + (strided + (int64_t)i + (int64_t)j * step) * (int64_t)size;
        char *y = base->out + (flat_offset + (int64_t)i * line_weight + (int64_t)j) * (int64_t)size;
        const size_t rows = smaller(side, lines - first - i), width = smaller(side, columns - j);
        if (job->backward) copy_tile(size, width, rows, y, line_weight, x, step);
        else copy_tile(size, rows, width, x, step, y, line_weight);
      }
  }
}

static void copy(walk *job, int rank, const int64_t *shape, const int64_t *strides, int backward) {
  surprisal_join_axes(job, rank, shape, &strides);
  if (job->count == 0) return;
  const int inner = job->rank - 1;
  const size_t side = TILE_BYTES / job->out_size;
  if (job->strides[0][inner] != 1)
    for (int axis = 0; axis < inner; axis++)
      if (job->strides[0][axis] == 1 && job->shape[axis] > 3 && job->shape[inner] > 3) {
        tile_job tiles = {.base = job, .fast = axis, .backward = backward};
        const size_t lines = (size_t)job->shape[axis], columns = (size_t)job->shape[inner];
        tiles.height = 4 * side;
        tiles.strips = job->count / lines / columns * pieces_of(lines, tiles.height);
        tiles.group = larger(1, CHEAP_PIECE / (tiles.height * columns));
        surprisal_parallel_for(pieces_of(tiles.strips, tiles.group), threads(), tile_piece, &tiles);
        return;
      }
  surprisal_parallel_for(pieces_of(job->count, CHEAP_PIECE), threads(), surprisal_walk_piece, job);
}

void surprisal_copy_strided(size_t size, int rank, const int64_t *shape, const void *x, const int64_t *strides,
                            void *out) {
  walk job = {.operands = 1, .direct = 1, .size = {size}, .out_size = size, .operand = {x}, .out = out,
              .body = copy_row};
  copy(&job, rank, shape, strides, 0);
}

void surprisal_copy_to_strided(size_t size, int rank, const int64_t *shape, const void *x, void *out,
                               const int64_t *strides) {
  walk job = {.operands = 1, .direct = 1, .size = {size}, .out_size = size, .operand = {out},
              .out = (char *)(uintptr_t)x, .body = copy_back_row};
  copy(&job, rank, shape, strides, 1);
}
