// Convolutions as products whose right factor is read through a table of taps, never written out as a whole.
//
// The sources are first copied with zeros around them; with a stride their columns are dealt into as many runs, so
// that the sources of neighboring targets lie side by side. One target of every row is then
// Σ over steps of weights[step] · padded[taps[step] + position].

#ifndef CONVOLUTION_SHARED
#define CONVOLUTION_SHARED
typedef struct {
  const convolution_plan *plan;
  const void *sources, *weights, *bias;
  void *strips, *targets;
} convolution_call;

// Grid positions of one chunk in one phase, and where their targets go.
typedef struct {
  size_t images, rows, columns; // of the grid; one after the other as positions
  size_t first_step, steps, first_strip;
  ptrdiff_t out_plane;
} convolution_grid;
#endif

// Copies rows and columns from (first_row, first_column) on of planes [height, width], zeros where there are none,
// to out [planes][rows][interleave][columns].
static void NAME(pad_planes)(const REAL *x, size_t planes, size_t height, size_t width, ptrdiff_t first_row,
                             ptrdiff_t first_column, size_t rows, size_t interleave, size_t columns, REAL *out) {
  ptrdiff_t step = (ptrdiff_t)interleave;
  for (ptrdiff_t parity = 0; parity < step; parity++) {
    // Columns [low, high) of this run are inside.
    ptrdiff_t start = first_column + parity, low = start < 0 ? (-start + step - 1) / step : 0;
    ptrdiff_t inside = (ptrdiff_t)width - start, high = inside > 0 ? (inside + step - 1) / step : 0;
    if (high > (ptrdiff_t)columns) high = (ptrdiff_t)columns;
    if (high < low) high = low = 0;
    REAL *to = out + (size_t)parity * columns;
    for (size_t plane = 0; plane < planes; plane++)
      for (size_t row = 0; row < rows; row++, to += interleave * columns) {
        ptrdiff_t y = first_row + (ptrdiff_t)row, is_inside = y >= 0 && y < (ptrdiff_t)height;
        ptrdiff_t c = is_inside ? low : 0, end = is_inside ? high : 0, lanes = LANES;
        const REAL *from = x + ((ptrdiff_t)(plane * height) + y) * (ptrdiff_t)width + start;
        for (ptrdiff_t zero = 0; zero < c; zero++) to[zero] = 0;
        if (step == 1) {
          // Rows are too short for the processor to run ahead by itself.
          __builtin_prefetch(from + c + 1024), __builtin_prefetch(to + c + 1024, 1);
          for (; c + lanes <= end; c += lanes) NAME(store)(to + c, NAME(load)(from + c));
          if (c < end) NAME(store_part)(to + c, NAME(load_part)(from + c, (size_t)(end - c)), (size_t)(end - c));
        } else {
          for (; step == 2 && c + lanes <= end && start + 2 * (c + lanes) <= (ptrdiff_t)width; c += lanes)
            NAME(store)(to + c, __builtin_shufflevector(NAME(load)(from + 2 * c), NAME(load)(from + 2 * c + LANES),
                                                        EVEN));
          for (; c < end; c++) to[c] = from[c * step];
        }
        for (c = end; c < (ptrdiff_t)columns; c++) to[c] = 0;
      }
  }
}

// Few targets: `count` of them times `group` vectors of positions at a time, straight from the padded sources.
INLINE void NAME(convolve_few_body)(const size_t count, const size_t group, const convolution_plan *p,
                                    const convolution_grid *grid, const REAL *padded, const REAL *weights,
                                    const REAL *bias, REAL *out) {
  size_t run = p->row_step * p->interleave * p->padded_width, across = (grid->columns + LANES - 1) / LANES;
  for (size_t first = 0; first < grid->rows * across; first += group) {
    const REAL *from[8];
    VEC sums[4][8];
    for (size_t i = 0; i < group; i++) {
      size_t at = first + i < grid->rows * across ? first + i : first;
      from[i] = padded + at / across * run + at % across * LANES;
    }
#pragma unroll
    for (size_t j = 0; j < count; j++)
#pragma unroll
      for (size_t i = 0; i < group; i++) sums[j][i] = NAME(splat)(bias ? bias[j] : 0);
    for (size_t step = grid->first_step; step < grid->first_step + grid->steps; step++) {
      const REAL *w = weights + p->weights[step];
      size_t tap = p->taps[step];
      VEC values[8];
#pragma unroll
      for (size_t i = 0; i < group; i++) values[i] = NAME(load)(from[i] + tap);
#pragma unroll
      for (size_t j = 0; j < count; j++)
#pragma unroll
        for (size_t i = 0; i < group; i++) sums[j][i] += NAME(splat)(w[j * p->weight_stride]) * values[i];
    }
    for (size_t i = 0; i < group && first + i < grid->rows * across; i++) {
      size_t row = (first + i) / across, column = (first + i) % across * LANES;
      size_t lanes = grid->columns - column < LANES ? grid->columns - column : LANES;
      for (size_t j = 0; j < count; j++) {
        REAL *to = out + (ptrdiff_t)j * grid->out_plane + row * grid->columns + column;
        if (lanes == LANES) NAME(store)(to, sums[j][i]);
        else NAME(store_part)(to, sums[j][i], lanes);
      }
    }
  }
}

static void NAME(convolve_few)(const convolution_plan *p, const convolution_grid *grid, const REAL *padded,
                               const REAL *weights, const REAL *bias, REAL *out) {
  for (size_t target = 0, count; target < p->targets; target += count) {
    count = p->targets - target, count = count == 5 ? 3 : count == 6 ? 3 : count < 4 ? count : 4;
    const REAL *w = weights + target * p->weight_stride, *own_bias = bias ? bias + target : NULL;
    REAL *to = out + (ptrdiff_t)target * grid->out_plane;
    switch (count) {
    case 1: NAME(convolve_few_body)(1, 8, p, grid, padded, w, own_bias, to); break;
    case 2: NAME(convolve_few_body)(2, FEW_SUMS / 2, p, grid, padded, w, own_bias, to); break;
    case 3: NAME(convolve_few_body)(3, FEW_SUMS / 3, p, grid, padded, w, own_bias, to); break;
    default: NAME(convolve_few_body)(4, FEW_SUMS / 4, p, grid, padded, w, own_bias, to); break;
    }
  }
}

// Many targets: panels of positions, tiles of targets.
static void NAME(convolve_many)(const convolution_plan *p, const convolution_grid *grid, const REAL *padded,
                                const REAL *strips, const REAL *bias, REAL *out) {
  _Alignas(64) REAL panel[DEPTH * PANEL + LANES];
  size_t run = p->row_step * p->interleave * p->padded_width, tiles = (p->targets + ROWS - 1) / ROWS;
  size_t positions = grid->images * grid->rows * grid->columns;
  size_t slabs = grid->steps ? (grid->steps + DEPTH - 1) / DEPTH : 1;
  strips += grid->first_strip;
  for (size_t slab = 0; slab < slabs; slab++) {
    size_t first = grid->steps * slab / slabs, steps = grid->steps * (slab + 1) / slabs - first;
    const size_t *taps = p->taps + grid->first_step + first;
    for (size_t position = 0; position < positions; position += PANEL) {
      size_t columns = positions - position < PANEL ? positions - position : PANEL;
      size_t width = columns > LANES ? PANEL : LANES, copies = 0, to[PANEL];
      const REAL *from[PANEL];
      for (size_t done = 0; done < columns;) {
        size_t row = (position + done) / grid->columns, column = (position + done) % grid->columns;
        size_t length = grid->columns - column < columns - done ? grid->columns - column : columns - done;
        const REAL *start = padded + row / grid->rows * p->padded_count + row % grid->rows * run + column;
        for (size_t i = 0; i < length; i += LANES, copies++) from[copies] = start + i, to[copies] = done + i;
        done += length;
      }
      // Whole vectors: what is behind a run is overwritten by the next one, or unused.
      if (copies == 2 && to[1] == LANES) {
        for (size_t step = 0; step < steps; step++) {
          NAME(store)(panel + step * PANEL, NAME(load)(from[0] + taps[step]));
          NAME(store)(panel + step * PANEL + LANES, NAME(load)(from[1] + taps[step]));
        }
      } else {
        for (size_t step = 0; step < steps; step++)
          for (size_t i = 0; i < copies; i++)
            NAME(store)(panel + step * width + to[i], NAME(load)(from[i] + taps[step]));
      }
      NAME(tile) t = {.steps = steps, .columns = columns, .left_row = 1, .right = panel,
                      .right_step = (ptrdiff_t)width, .c_row = grid->out_plane, .add = slab > 0};
      for (size_t i = 0; i < tiles; i++) {
        size_t row = p->targets * i / tiles, rows = p->targets * (i + 1) / tiles - row;
        t.left = strips + first * p->targets + slab * LANES + row * steps, t.left_step = (ptrdiff_t)rows;
        t.c = out + (ptrdiff_t)row * grid->out_plane + position;
        t.row_bias = bias && slab == 0 ? bias + row : NULL;
        NAME(run_tile)(rows, &t);
      }
    }
  }
}

// Behind each slab there is room for what its last strip's last vector writes too much.
INLINE size_t NAME(first_strip)(const convolution_plan *p, size_t group, size_t phase) {
  size_t phases = p->row_phases * p->column_phases, most_slabs = p->most_steps / DEPTH + 1;
  return group * (p->group_weights + phases * most_slabs * LANES) + p->phase_steps[phase] * p->targets +
         phase * most_slabs * LANES;
}

// Weights in the order of the tiles of convolve_many: one slab of one phase of one group.
static void NAME(pack_weights)(void *context, size_t index) {
  const convolution_call *call = context;
  const convolution_plan *p = call->plan;
  size_t phases = p->row_phases * p->column_phases, most_slabs = p->most_steps / DEPTH + 1, slab = index % most_slabs;
  size_t phase = index / most_slabs % phases, group = index / most_slabs / phases;
  size_t tiles = (p->targets + ROWS - 1) / ROWS;
  size_t begin = p->phase_steps[phase], count = p->phase_steps[phase + 1] - begin;
  size_t slabs = (count + DEPTH - 1) / DEPTH;
  if (slab >= slabs) return;
  size_t first = count * slab / slabs, end = begin + count * (slab + 1) / slabs;
  const REAL *weights = (const REAL *)call->weights + group * p->group_weights;
  REAL *strips =
    (REAL *)call->strips + NAME(first_strip)(p, group, phase) + first * p->targets + slab * LANES;
  first += begin;
  for (size_t i = 0; i < tiles; i++) {
    size_t row = p->targets * i / tiles, rows = p->targets * (i + 1) / tiles - row;
    const REAL *w = weights + row * p->weight_stride;
    if (p->weights[end - 1] - p->weights[first] == end - 1 - first) {
      NAME(pack)(rows, end - first, w + p->weights[first], (ptrdiff_t)p->weight_stride, 1, strips, rows);
      strips += rows * (end - first);
    } else {
      for (size_t step = first; step < end; step++)
        for (size_t j = 0; j < rows; j++) *strips++ = w[j * p->weight_stride + p->weights[step]];
    }
  }
}

// One chunk of the grid for `span` pairs of an image and a group.
static void NAME(convolve_piece)(void *context, size_t index) {
  const convolution_call *call = context;
  const convolution_plan *p = call->plan;
  size_t column_chunk = index % p->column_chunks, row_chunk = index / p->column_chunks % p->row_chunks;
  size_t first = index / p->column_chunks / p->row_chunks * p->span;
  size_t end = first + p->span < p->pairs ? first + p->span : p->pairs;
  size_t grid_row = row_chunk * p->chunk_rows, grid_column = column_chunk * p->chunk_columns;
  size_t source_plane = p->source_height * p->source_width, target_plane = p->target_height * p->target_width;
  size_t phases = p->row_phases * p->column_phases;
  size_t joined = call->strips ? p->joined : 1, most = joined < end - first ? joined : end - first;
  int is_dealt = phases > 1 || most > 1;
  size_t dealt = is_dealt ? most * p->targets * p->chunk_rows * p->chunk_columns : 0;
  // Vectors at the end of a row read beyond it.
  size_t bytes = (most * p->padded_count + 2 * PANEL + dealt) * sizeof(REAL);
  REAL *padded = surprisal_workspace(bytes), *own = padded + most * p->padded_count + 2 * PANEL;
  for (size_t pair = first, images; pair < end; pair += images) {
    size_t group = pair % p->groups;
    images = most < end - pair ? most : end - pair;
    for (size_t i = 0; i < images; i++)
      NAME(pad_planes)((const REAL *)call->sources + (pair + i) * p->sources * source_plane, p->sources,
                       p->source_height, p->source_width, p->first_row + (ptrdiff_t)(grid_row * p->row_step),
                       p->first_column + (ptrdiff_t)(grid_column * p->interleave), p->padded_rows, p->interleave,
                       p->padded_width, padded + i * p->padded_count);
    REAL *targets = (REAL *)call->targets + pair * p->targets * target_plane;
    const REAL *bias = call->bias ? (const REAL *)call->bias + group * p->targets : NULL;
    for (size_t phase = 0; phase < phases; phase++) {
      size_t row = grid_row * p->row_phases + phase / p->column_phases;
      size_t column = grid_column * p->column_phases + phase % p->column_phases;
      if (row >= p->target_height || column >= p->target_width) continue;
      convolution_grid grid = {images,
                               (p->target_height - row + p->row_phases - 1) / p->row_phases,
                               (p->target_width - column + p->column_phases - 1) / p->column_phases,
                               p->phase_steps[phase],
                               p->phase_steps[phase + 1] - p->phase_steps[phase],
                               NAME(first_strip)(p, group, phase),
                               (ptrdiff_t)target_plane};
      if (grid.rows > p->chunk_rows) grid.rows = p->chunk_rows;
      if (grid.columns > p->chunk_columns) grid.columns = p->chunk_columns;
      REAL *place = targets + row * p->target_width + column, *out = place;
      if (is_dealt) grid.out_plane = (ptrdiff_t)(images * grid.rows * grid.columns), out = own;
      if (call->strips)
        NAME(convolve_many)(p, &grid, padded, call->strips, bias, out);
      else
        NAME(convolve_few)(p, &grid, padded, (const REAL *)call->weights + group * p->group_weights, bias, out);
      if (!is_dealt) continue;
      const REAL *from = own;
      for (size_t target = 0; target < p->targets; target++)
        for (size_t i = 0; i < images; i++) {
          REAL *plane = place + (i * p->targets + target) * target_plane;
          for (size_t y = 0; y < grid.rows; y++, from += grid.columns)
            for (size_t x = 0; x < grid.columns; x++)
              plane[y * p->row_phases * p->target_width + x * p->column_phases] = from[x];
        }
    }
  }
  surprisal_tensor_free(padded, bytes);
}

static void NAME(run_convolution)(const surprisal_convolution *s, convolution_mode mode, const REAL *sources,
                                  const REAL *weights, const REAL *bias, REAL *targets) {
  convolution_plan plan;
  surprisal_plan_convolution(s, mode, sizeof(REAL), &plan);
  size_t bytes = NAME(first_strip)(&plan, plan.groups, 0) * sizeof(REAL);
  REAL *strips = plan.targets > FEW_TARGETS ? surprisal_workspace(bytes) : NULL;
  convolution_call call = {&plan, sources, weights, bias, strips, targets};
  size_t slabs = plan.groups * plan.row_phases * plan.column_phases * (plan.most_steps / DEPTH + 1);
  if (strips) surprisal_parallel_for(slabs, plan.threads, NAME(pack_weights), &call);
  surprisal_parallel_for((plan.pairs + plan.span - 1) / plan.span * plan.row_chunks * plan.column_chunks, plan.threads,
                         NAME(convolve_piece), &call);
  if (strips) surprisal_tensor_free(strips, bytes);
  surprisal_tensor_free(plan.phase_steps, plan.table_bytes);
}

// A kernel of one position is a product of [outputs, inputs] and [inputs, positions] for every image and group.
static int NAME(convolve_as_product)(const surprisal_convolution *s, int transposed, const REAL *sources,
                                     const REAL *weights, const REAL *bias, REAL *targets) {
  if (s->kernel_height * s->kernel_width != 1 || s->stride_height * s->stride_width != 1 || s->top || s->left ||
      s->out_height != s->height || s->out_width != s->width || s->groups != 1)
    return 0;
  size_t plane = s->height * s->width, in = transposed ? s->outputs : s->inputs;
  size_t out = transposed ? s->inputs : s->outputs, row = transposed ? 1 : s->inputs, batch = s->batch;
  surprisal_product p = {.m = out, .n = plane, .k = in, .a_row = (ptrdiff_t)row, .b_row = (ptrdiff_t)plane};
  p.a_column = transposed ? (ptrdiff_t)s->inputs : 1, p.b_column = 1, p.c_row = (ptrdiff_t)plane;
  size_t bytes = (3 * batch + 1) * sizeof(int64_t);
  int64_t *offsets = surprisal_workspace(bytes);
  for (size_t i = 0; i < batch; i++) {
    offsets[i] = 0;
    offsets[batch + i] = (int64_t)(i * in * plane), offsets[2 * batch + i] = (int64_t)(i * out * plane);
  }
  product_call call = {&p,      bias,  weights, sources, targets, offsets, offsets + batch, offsets + 2 * batch,
                       batch, batch, 1,       1};
  NAME(run_product)(&call);
  surprisal_tensor_free(offsets, bytes);
  return 1;
}

static void NAME(convolve)(const surprisal_convolution *s, const void *x, const void *weight, const void *bias,
                           void *y) {
  if (!NAME(convolve_as_product)(s, 0, x, weight, bias, y)) NAME(run_convolution)(s, CONVOLUTION, x, weight, bias, y);
}

static void NAME(convolve_backward_input)(const surprisal_convolution *s, const void *weight, const void *g,
                                          void *dx) {
  if (!NAME(convolve_as_product)(s, 1, g, weight, NULL, dx))
    NAME(run_convolution)(s, CONVOLUTION_TRANSPOSED, g, weight, NULL, dx);
}

// The gradient of the weights is a product of [taps, positions] and [positions, outputs].
#ifndef CONVOLUTION_GRADIENT_SHARED
#define CONVOLUTION_GRADIENT_SHARED
typedef struct {
  const surprisal_convolution *s;
  const convolution_plan *plan;
  const void *x, *g;
  void *panels; // see panel_begin
  void *sums; // [image_pieces][groups][steps][outputs of a group]
  void *dweight;
  size_t image_pieces, channel_pieces;
} convolution_gradient;
#define GRADIENT_BLOCK 64
#endif

// Few outputs: `count` of them times `group` weights at a time, summed over vectors of positions.
INLINE void NAME(gradient_few_body)(const size_t count, const size_t group, const surprisal_convolution *s,
                                    const convolution_plan *p, const REAL *padded, size_t steps, const REAL *g,
                                    REAL *sums, int add) {
  size_t run = p->row_step * p->interleave * p->padded_width, plane = s->out_height * s->out_width;
  for (size_t first = 0; first < steps; first += group) {
    VEC totals[4][8];
    size_t taps[8];
#pragma unroll
    for (size_t j = 0; j < count; j++)
#pragma unroll
      for (size_t i = 0; i < group; i++) totals[j][i] = (VEC){0};
    for (size_t i = 0; i < group; i++) taps[i] = p->taps[first + i < steps ? first + i : first];
    for (size_t row = 0; row < s->out_height; row++)
      for (size_t column = 0; column < s->out_width; column += LANES) {
        size_t lanes = s->out_width - column < LANES ? s->out_width - column : LANES;
        const REAL *from = padded + row * run + column, *to = g + row * s->out_width + column;
        VEC values[4];
        if (lanes == LANES) {
#pragma unroll
          for (size_t j = 0; j < count; j++) values[j] = NAME(load)(to + j * plane);
#pragma unroll
          for (size_t i = 0; i < group; i++) {
            VEC value = NAME(load)(from + taps[i]);
#pragma unroll
            for (size_t j = 0; j < count; j++) totals[j][i] += values[j] * value;
          }
        } else {
#pragma unroll
          for (size_t j = 0; j < count; j++) values[j] = NAME(load_part)(to + j * plane, lanes);
#pragma unroll
          for (size_t i = 0; i < group; i++) {
            VEC value = NAME(load_part)(from + taps[i], lanes);
#pragma unroll
            for (size_t j = 0; j < count; j++) totals[j][i] += values[j] * value;
          }
        }
      }
    for (size_t i = 0; i < group && first + i < steps; i++)
      for (size_t j = 0; j < count; j++) {
        REAL total = add ? sums[(first + i) * p->targets + j] : 0;
        for (size_t lane = 0; lane < LANES; lane++) total += totals[j][i][lane];
        sums[(first + i) * p->targets + j] = total;
      }
  }
}

static void NAME(gradient_few)(const surprisal_convolution *s, const convolution_plan *p, const REAL *padded,
                               size_t steps, const REAL *g, REAL *sums, int add) {
  size_t plane = s->out_height * s->out_width;
  for (size_t output = 0, count; output < p->targets; output += count) {
    count = p->targets - output, count = count < 3 ? count : 3;
    switch (count) {
    case 1: NAME(gradient_few_body)(1, 8, s, p, padded, steps, g + output * plane, sums + output, add); break;
    case 2: NAME(gradient_few_body)(2, FEW_SUMS / 2, s, p, padded, steps, g + output * plane, sums + output, add);
      break;
    default: NAME(gradient_few_body)(3, FEW_SUMS / 3, s, p, padded, steps, g + output * plane, sums + output, add);
    }
  }
}

// Panels of outputs, of all images one after the other.
INLINE size_t NAME(panel_begin)(const convolution_gradient *call, size_t group, size_t output) {
  const surprisal_convolution *s = call->s;
  size_t panels = (call->plan->targets + PANEL - 1) / PANEL;
  return (group * panels + output / PANEL) * s->batch * s->out_height * s->out_width * PANEL;
}

static void NAME(pack_gradients)(void *context, size_t index) {
  const convolution_gradient *call = context;
  const surprisal_convolution *s = call->s;
  size_t outputs = call->plan->targets, plane = s->out_height * s->out_width;
  size_t group = index % s->groups, image = index / s->groups;
  for (size_t output = 0; output < outputs; output += PANEL) {
    size_t columns = outputs - output < PANEL ? outputs - output : PANEL, step = columns > LANES ? PANEL : LANES;
    NAME(pack)(columns, plane, (const REAL *)call->g + (index * outputs + output) * plane, (ptrdiff_t)plane, 1,
               (REAL *)call->panels + NAME(panel_begin)(call, group, output) + image * plane * step, step);
  }
}

// Of `images` from `image` on at once, whose padded sources lie `padded_count` numbers apart: the first `count` taps.
static void NAME(gradient_many)(const convolution_gradient *call, size_t group, const REAL *padded, size_t image,
                                size_t images, size_t padded_count, size_t count, REAL *sums, int add) {
  const surprisal_convolution *s = call->s;
  const convolution_plan *p = call->plan;
  size_t left_runs[DEPTH], run = p->row_step * p->interleave * p->padded_width, outputs = p->targets;
  size_t plane = s->out_height * s->out_width, tiles = (count + ROWS - 1) / ROWS;
  // Whole rows of positions, or parts of one.
  size_t rows = s->out_width < DEPTH ? DEPTH / s->out_width : 1;
  size_t length = s->out_width < DEPTH ? s->out_width : DEPTH;
  if (rows > s->out_height) rows = s->out_height;
  for (size_t i = 0; i < images * rows; i++) left_runs[i] = i / rows * padded_count + i % rows * run;
  for (size_t row = 0; row < s->out_height; row += rows)
    for (size_t column = 0; column < s->out_width; column += length, add = 1) {
      NAME(tile) t = {.left_offsets = p->taps, .left = padded + row * run + column, .left_runs = left_runs};
      t.runs = images * (s->out_height - row < rows ? s->out_height - row : rows);
      t.steps = s->out_width - column < length ? s->out_width - column : length, t.left_step = 1;
      t.c_row = (ptrdiff_t)outputs, t.add = add;
      for (size_t output = 0; output < outputs; output += PANEL) {
        t.columns = outputs - output < PANEL ? outputs - output : PANEL;
        t.right_step = t.columns > LANES ? PANEL : LANES;
        t.right = (const REAL *)call->panels + NAME(panel_begin)(call, group, output) +
                  (image * plane + row * s->out_width + column) * (size_t)t.right_step;
        for (size_t i = 0; i < tiles; i++) {
          size_t first = count * i / tiles;
          t.left_offsets = p->taps + first, t.c = sums + first * outputs + output;
          NAME(run_tile)(count * (i + 1) / tiles - first, &t);
        }
      }
    }
}

static void NAME(gradient_piece)(void *context, size_t index) {
  const convolution_gradient *call = context;
  const surprisal_convolution *s = call->s;
  const convolution_plan *p = call->plan;
  size_t channel_piece = index % call->channel_pieces, group = index / call->channel_pieces % p->groups;
  size_t image_piece = index / call->channel_pieces / p->groups;
  size_t first = p->sources * channel_piece / call->channel_pieces;
  size_t channels = p->sources * (channel_piece + 1) / call->channel_pieces - first;
  size_t kernel = s->kernel_height * s->kernel_width, outputs = p->targets;
  size_t image = s->batch * image_piece / call->image_pieces, end = s->batch * (image_piece + 1) / call->image_pieces;
  REAL *sums = (REAL *)call->sums +
               ((image_piece * p->groups + group) * p->steps + first * kernel) * outputs;
  // As many images at once as a panel has room for, so that the sums are read and written less often.
  size_t padded_count = channels * p->padded_rows * p->interleave * p->padded_width, images = 1;
  if (call->panels && s->out_height * s->out_width < DEPTH) images = DEPTH / (s->out_height * s->out_width);
  if (images > end - image) images = end - image;
  size_t bytes = (images * padded_count + 2 * PANEL) * sizeof(REAL);
  REAL *padded = surprisal_workspace(bytes);
  for (int add = 0; image < end; image += images, add = 1) {
    if (images > end - image) images = end - image;
    for (size_t i = 0; i < images; i++)
      NAME(pad_planes)((const REAL *)call->x +
                         (((image + i) * p->groups + group) * p->sources + first) * s->height * s->width,
                       channels, s->height, s->width, p->first_row, p->first_column, p->padded_rows, p->interleave,
                       p->padded_width, padded + i * padded_count);
    if (call->panels)
      NAME(gradient_many)(call, group, padded, image, images, padded_count, channels * kernel, sums, add);
    else
      NAME(gradient_few)(s, p, padded, channels * kernel,
                         (const REAL *)call->g + (image * p->groups + group) * outputs * s->out_height * s->out_width,
                         sums, add);
  }
  surprisal_tensor_free(padded, bytes);
}

// Adds the image pieces in order and transposes: a block of one group's steps, in squares that stay in a cache.
static void NAME(gradient_sums)(void *context, size_t index) {
  const convolution_gradient *call = context;
  const convolution_plan *p = call->plan;
  size_t blocks = (p->steps + GRADIENT_BLOCK - 1) / GRADIENT_BLOCK, group = index / blocks;
  size_t first = index % blocks * GRADIENT_BLOCK, count = p->groups * p->steps * p->targets;
  size_t end = first + GRADIENT_BLOCK < p->steps ? first + GRADIENT_BLOCK : p->steps;
  const REAL *sums = (const REAL *)call->sums + group * p->steps * p->targets;
  REAL *out = (REAL *)call->dweight + group * p->targets * p->steps;
  for (size_t target = 0; target < p->targets; target += LANES)
    for (size_t step = first; step < end; step += LANES) {
      size_t lanes = p->targets - target < LANES ? p->targets - target : LANES;
      size_t left = end - step < LANES ? end - step : LANES;
      VEC block[LANES];
#pragma unroll
      for (size_t i = 0; i < LANES; i++) {
        block[i] = (VEC){0};
        for (size_t piece = 0; i < left && piece < call->image_pieces; piece++)
          block[i] += NAME(load_part)(sums + piece * count + (step + i) * p->targets + target, lanes);
      }
      NAME(transpose)(block);
#pragma unroll
      for (size_t i = 0; i < LANES; i++)
        if (i < lanes) NAME(store_part)(out + (target + i) * p->steps + step, block[i], left);
    }
}

static void NAME(convolve_backward_weight)(const surprisal_convolution *s, const void *x, const void *g, void *dw) {
  size_t count = s->outputs * (s->inputs / s->groups) * s->kernel_height * s->kernel_width;
  if (s->batch * s->out_height * s->out_width == 0 || count == 0) {
    memset(dw, 0, count * sizeof(REAL));
    return;
  }
  convolution_plan plan;
  surprisal_plan_convolution(s, CONVOLUTION_GRADIENT, sizeof(REAL), &plan);
  convolution_gradient call = {s, &plan, x, g, NULL, NULL, dw, 1, plan.channel_pieces};
  // A number of pieces that depends on the shape only, for their sums are added in order.
  size_t pieces = plan.groups * call.channel_pieces, wanted = 16;
  if (pieces < wanted) call.image_pieces = (wanted + pieces - 1) / pieces;
  if (call.image_pieces > s->batch) call.image_pieces = s->batch;
  size_t bytes = call.image_pieces * count * sizeof(REAL);
  call.sums = surprisal_workspace(bytes);
  size_t panel_bytes = NAME(panel_begin)(&call, plan.groups, 0) * sizeof(REAL);
  if (plan.targets > FEW_TARGETS) {
    call.panels = surprisal_workspace(panel_bytes);
    surprisal_parallel_for(s->batch * s->groups, plan.threads, NAME(pack_gradients), &call);
  }
  surprisal_parallel_for(pieces * call.image_pieces, plan.threads, NAME(gradient_piece), &call);
  surprisal_parallel_for(plan.groups * ((plan.steps + GRADIENT_BLOCK - 1) / GRADIENT_BLOCK), plan.threads,
                         NAME(gradient_sums), &call);
  if (call.panels) surprisal_tensor_free(call.panels, panel_bytes);
  surprisal_tensor_free(call.sums, bytes);
  surprisal_tensor_free(plan.phase_steps, plan.table_bytes);
}
