// The geometry of convolutions: which source a step reads and which weight it multiplies.
#include "product_kernels.h"

static size_t at_least_one(size_t x) { return x ? x : 1; }
static size_t divide_up(size_t a, size_t b) { return (a + b - 1) / b; }
static ptrdiff_t divide_down(ptrdiff_t a, ptrdiff_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

// The source rows (or columns) that targets of all phases read: relative to the grid position, from *low on.
static size_t transposed_extent(size_t kernel, size_t dilation, size_t stride, size_t before, ptrdiff_t *low) {
  *low = divide_down((ptrdiff_t)before - (ptrdiff_t)((kernel - 1) * dilation), (ptrdiff_t)stride);
  return (size_t)(divide_down((ptrdiff_t)(stride - 1 + before), (ptrdiff_t)stride) - *low) + 1;
}

void surprisal_plan_convolution(const surprisal_convolution *shape, convolution_mode mode, size_t number_bytes,
                                convolution_plan *p) {
  // Where there is one window, how far the next one would lie is no matter.
  surprisal_convolution once = *shape, *s = &once;
  if (once.out_height <= 1) once.stride_height = 1;
  if (once.out_width <= 1) once.stride_width = 1;
  size_t group_inputs = s->inputs / s->groups, group_outputs = s->outputs / s->groups;
  int transposed = mode == CONVOLUTION_TRANSPOSED;
  size_t kernel = s->kernel_height * s->kernel_width, extent_rows, extent_columns;
  memset(p, 0, sizeof *p);
  p->pairs = s->batch * s->groups, p->groups = s->groups;
  p->group_weights = group_outputs * group_inputs * kernel;
  if (transposed) {
    p->sources = group_outputs, p->targets = group_inputs, p->weight_stride = kernel;
    p->source_height = s->out_height, p->source_width = s->out_width;
    p->target_height = s->height, p->target_width = s->width;
    p->row_phases = s->stride_height, p->column_phases = s->stride_width, p->row_step = p->interleave = 1;
    extent_rows =
      transposed_extent(s->kernel_height, s->dilation_height, s->stride_height, s->top, &p->first_row);
    extent_columns =
      transposed_extent(s->kernel_width, s->dilation_width, s->stride_width, s->left, &p->first_column);
  } else {
    p->sources = group_inputs, p->targets = group_outputs, p->weight_stride = group_inputs * kernel;
    p->source_height = s->height, p->source_width = s->width;
    p->target_height = s->out_height, p->target_width = s->out_width;
    p->row_phases = p->column_phases = 1, p->row_step = s->stride_height, p->interleave = s->stride_width;
    p->first_row = -(ptrdiff_t)s->top, p->first_column = -(ptrdiff_t)s->left;
    extent_rows = (s->kernel_height - 1) * s->dilation_height + 1;
    extent_columns = (s->kernel_width - 1) * s->dilation_width / s->stride_width + 1;
  }
  p->steps = p->sources * kernel;

  // Chunks of the target grid whose sources stay in the second cache: whole rows, or a part of one.
  size_t grid_rows = divide_up(p->target_height, p->row_phases);
  size_t grid_columns = divide_up(p->target_width, p->column_phases);
  size_t most = at_least_one(CONVOLUTION_BYTES / number_bytes / at_least_one(p->sources));
  size_t row_numbers = p->interleave * (grid_columns + extent_columns - 1);
  p->chunk_columns = at_least_one(grid_columns), p->chunk_rows = 1;
  if (mode == CONVOLUTION_GRADIENT) {
    size_t plane = ((at_least_one(grid_rows) - 1) * p->row_step + extent_rows) * row_numbers;
    p->channel_pieces = divide_up(p->sources, at_least_one(CONVOLUTION_BYTES / number_bytes / at_least_one(plane)));
    // Pieces for sixteen threads, unless they would be too few rows to read an image's gradient for.
    size_t wanted = divide_up(16, p->groups), most_pieces = at_least_one(p->steps / 96);
    if (wanted > most_pieces) wanted = most_pieces;
    if (wanted > p->sources) wanted = p->sources;
    if (p->channel_pieces < wanted) p->channel_pieces = wanted;
    p->chunk_rows = at_least_one(grid_rows);
  } else if (row_numbers * extent_rows <= most) {
    p->chunk_rows = (most / at_least_one(row_numbers) - extent_rows) / p->row_step + 1;
  } else {
    size_t columns = most / (p->interleave * extent_rows), least = 256;
    columns = columns > extent_columns + least ? columns - extent_columns : least;
    p->chunk_columns = at_least_one(divide_up(grid_columns, divide_up(at_least_one(grid_columns), columns)));
  }
  size_t threads = (size_t)surprisal_thread_count(), row_chunks = divide_up(at_least_one(grid_rows), p->chunk_rows);
  size_t work = p->steps * p->targets * grid_rows * grid_columns / (p->row_phases * p->column_phases);
  while (mode != CONVOLUTION_GRADIENT && p->pairs * row_chunks < 2 * threads && row_chunks * 2 <= grid_rows &&
         work / row_chunks > PARALLEL_WORK)
    row_chunks *= 2;
  p->chunk_rows = at_least_one(divide_up(grid_rows, row_chunks));
  p->row_chunks = divide_up(grid_rows, p->chunk_rows);
  p->column_chunks = divide_up(grid_columns, p->chunk_columns);
  p->padded_rows = (p->chunk_rows - 1) * p->row_step + extent_rows;
  p->padded_width = p->chunk_columns + extent_columns - 1;
  p->span = work < PARALLEL_WORK / 4 ? PARALLEL_WORK / 4 / at_least_one(work) : 1;
  if (p->span * threads > p->pairs) p->span = at_least_one(p->pairs / threads);
  p->threads = (double)work * (double)p->pairs < PARALLEL_WORK ? 1 : (int)threads;
  p->padded_count = p->sources * p->padded_rows * p->interleave * p->padded_width;
  // Small images together fill the panels of positions, and the weights are read once for all of them.
  size_t positions = at_least_one(grid_rows * grid_columns);
  p->joined = 1;
  if (p->groups == 1 && p->row_chunks * p->column_chunks == 1 && positions < JOINED_POSITIONS && positions % 64) {
    size_t room = CONVOLUTION_BYTES / number_bytes / at_least_one(p->padded_count);
    p->joined = at_least_one(room < JOINED_POSITIONS / positions ? room : JOINED_POSITIONS / positions);
    if (p->joined * threads > p->pairs) p->joined = at_least_one(p->pairs / threads);
    if (p->span < p->joined) p->span = p->joined;
  }

  // Every step once, ordered by phase.
  size_t phases = p->row_phases * p->column_phases, step = 0;
  p->table_bytes = (phases + 1 + 2 * p->steps) * sizeof(size_t);
  p->phase_steps = surprisal_workspace(p->table_bytes);
  p->taps = p->phase_steps + phases + 1, p->weights = p->taps + p->steps;
  size_t list_bytes = (s->kernel_height + s->kernel_width) * sizeof(size_t);
  size_t *own_rows = surprisal_workspace(list_bytes), *own_columns = own_rows + s->kernel_height;
  ptrdiff_t height = (ptrdiff_t)s->stride_height, width = (ptrdiff_t)s->stride_width;
  for (size_t phase = 0; phase < phases; phase++) {
    // The weights that targets of this phase have sources for.
    ptrdiff_t from_row = (ptrdiff_t)(phase / p->column_phases + s->top), row_count = 0, column_count = 0;
    ptrdiff_t from_column = (ptrdiff_t)(phase % p->column_phases + s->left);
    for (size_t ky = 0; ky < s->kernel_height; ky++)
      if (!transposed || (from_row - (ptrdiff_t)(ky * s->dilation_height)) % height == 0) own_rows[row_count++] = ky;
    for (size_t kx = 0; kx < s->kernel_width; kx++)
      if (!transposed || (from_column - (ptrdiff_t)(kx * s->dilation_width)) % width == 0)
        own_columns[column_count++] = kx;
    p->phase_steps[phase] = step;
    for (size_t source = 0; source < p->sources; source++)
      for (ptrdiff_t i = 0; i < row_count; i++)
        for (ptrdiff_t j = 0; j < column_count; j++) {
          size_t ky = own_rows[i], kx = own_columns[j];
          ptrdiff_t row = (ptrdiff_t)(ky * s->dilation_height), column = (ptrdiff_t)(kx * s->dilation_width);
          size_t parity = 0, weight = source * kernel + ky * s->kernel_width + kx;
          if (transposed) {
            row = (from_row - row) / height - p->first_row, column = (from_column - column) / width - p->first_column;
            weight = source * group_inputs * kernel + ky * s->kernel_width + kx;
          } else {
            parity = (size_t)column % p->interleave, column /= (ptrdiff_t)p->interleave;
          }
          p->taps[step] = ((source * p->padded_rows + (size_t)row) * p->interleave + parity) * p->padded_width +
                          (size_t)column;
          p->weights[step++] = weight;
        }
    size_t own = step - p->phase_steps[phase];
    if (own > p->most_steps) p->most_steps = own;
  }
  surprisal_tensor_free(own_rows, list_bytes);
  p->phase_steps[phases] = step;
}

void *surprisal_workspace(size_t bytes) {
  void *pointer = surprisal_tensor_allocate(bytes);
  if (!pointer) abort();
  return pointer;
}
