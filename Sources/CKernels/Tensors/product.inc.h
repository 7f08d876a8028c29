// Matrix products of one type, blocked for the registers and caches of one instruction set.
//
// A tile of at most ROWS × PANEL sums stays in registers over at most DEPTH steps of k. Its right factor is a panel
// [step][PANEL] in the first cache, its left factor a strip [step][rows] in the second one, or either operand itself.
// An element of c always sums its terms in the same order, however the work is cut.

#undef EVEN
#undef LANES
#undef PANEL
#undef VEC
#define LANES (VECTOR_BYTES / REAL_BYTES)
#define PANEL (2 * LANES)

typedef REAL NAME(vec) __attribute__((vector_size(VECTOR_BYTES)));
typedef REAL NAME(loose_vec) __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES)));
#define VEC NAME(vec)

INLINE VEC NAME(load)(const REAL *p) { return *(const NAME(loose_vec) *)p; }
INLINE void NAME(store)(REAL *p, VEC v) { *(NAME(loose_vec) *)p = v; }
INLINE VEC NAME(splat)(REAL x) { return x - (VEC){0}; }
// The first `count` lanes, and zeros behind them.
INLINE VEC NAME(load_part)(const REAL *p, size_t count) {
  if (count >= LANES) return NAME(load)(p);
#ifdef LOAD_PART
  return (VEC)LOAD_PART(p, count);
#else
  VEC v = {0};
  for (size_t i = 0; i < count; i++) v[i] = p[i];
  return v;
#endif
}
INLINE void NAME(store_part)(REAL *p, VEC v, size_t count) {
#ifdef STORE_PART
  STORE_PART(p, count, v);
#else
  for (size_t i = 0; i < count; i++) p[i] = v[i];
#endif
}

// The lanes of two vectors in turn, of their first and of their second halves; every other lane of both.
#if LANES == 16
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ZIP_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define ZIP_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif LANES == 8
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ZIP_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define ZIP_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#elif LANES == 4
#define EVEN 0, 2, 4, 6
#define ZIP_LOW 0, 4, 1, 5
#define ZIP_HIGH 2, 6, 3, 7
#else
#define EVEN 0, 2
#define ZIP_LOW 0, 2
#define ZIP_HIGH 1, 3
#endif
// Turns LANES rows of LANES numbers into columns.
INLINE void NAME(transpose)(VEC rows[LANES]) {
#pragma unroll
  for (int step = 1; step < (int)LANES; step *= 2) {
    VEC zipped[LANES];
#pragma unroll
    for (int i = 0; i < (int)LANES / 2; i++) {
      zipped[2 * i] = __builtin_shufflevector(rows[i], rows[i + LANES / 2], ZIP_LOW);
      zipped[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + LANES / 2], ZIP_HIGH);
    }
#pragma unroll
    for (int i = 0; i < (int)LANES; i++) rows[i] = zipped[i];
  }
}
#undef ZIP_LOW
#undef ZIP_HIGH

// out[step * out_step + i] = x[i * across + step * along] for i < count. Writes whole vectors: up to LANES - 1
// numbers behind each step are overwritten too (by the next step's numbers, or by zeros behind the last one).
static void NAME(pack)(size_t count, size_t steps, const REAL *x, ptrdiff_t across, ptrdiff_t along, REAL *out,
                       size_t out_step) {
  // From the last vector of a step to the first: what it spills into the next step is written afterwards.
  for (size_t v = (count + LANES - 1) / LANES; v-- > 0;) {
    size_t lanes = count - v * LANES < LANES ? count - v * LANES : LANES, step = 0;
    const REAL *from = x + (ptrdiff_t)(v * LANES) * across;
    REAL *to = out + v * LANES;
    if (across == 1) {
      for (; step < steps; step++)
        NAME(store)(to + step * out_step, NAME(load_part)(from + (ptrdiff_t)step * along, lanes));
    } else if (along == 1) {
      for (; step < steps; step += LANES) {
        VEC block[LANES];
        size_t left = steps - step;
        if (lanes == LANES && left >= LANES) {
#pragma unroll
          for (int i = 0; i < (int)LANES; i++) block[i] = NAME(load)(from + i * across + step);
        } else {
#pragma unroll
          for (int i = 0; i < (int)LANES; i++)
            block[i] = (size_t)i < lanes ? NAME(load_part)(from + i * across + step, left) : (VEC){0};
        }
        NAME(transpose)(block);
        if (left >= LANES) {
#pragma unroll
          for (int i = 0; i < (int)LANES; i++) NAME(store)(to + (step + (size_t)i) * out_step, block[i]);
        } else {
          for (size_t i = 0; i < left; i++) NAME(store)(to + (step + i) * out_step, block[i]);
        }
      }
    } else {
      for (; step < steps; step++) {
        VEC v = {0};
        for (size_t i = 0; i < lanes; i++) v[i] = from[(ptrdiff_t)i * across + (ptrdiff_t)step * along];
        NAME(store)(to + step * out_step, v);
      }
    }
  }
}

// One tile: c (+)= left · right + biases. The steps come in runs, between which the left factor jumps.
typedef struct {
  size_t runs, steps, columns; // columns <= PANEL
  const REAL *left, *right, *row_bias, *column_bias;
  const size_t *left_offsets; // of every row, or NULL: left_row between them
  const size_t *left_runs;    // where each run begins, with left_offsets
  ptrdiff_t left_row, left_step, right_step, c_row;
  REAL *c;
  int add;
} NAME(tile);

// Columns that do not fill their last vector.
static __attribute__((noinline)) void NAME(finish_part)(const NAME(tile) *t, size_t rows, const REAL *sums) {
  for (size_t first = 0; first < t->columns; first += LANES) {
    size_t lanes = t->columns - first < LANES ? t->columns - first : LANES;
    VEC bias = t->column_bias ? NAME(load_part)(t->column_bias + first, lanes) : (VEC){0};
    for (size_t i = 0; i < rows; i++) {
      REAL *place = t->c + (ptrdiff_t)i * t->c_row + first;
      VEC value = NAME(load)(sums + i * PANEL + first) + bias;
      if (t->row_bias) value += NAME(splat)(t->row_bias[i]);
      if (t->add) value += NAME(load_part)(place, lanes);
      NAME(store_part)(place, value, lanes);
    }
  }
}

INLINE void NAME(tile_body)(const int rows, const int vectors, const int indirect, const NAME(tile) *t) {
  VEC sums[ROWS][2];
#pragma unroll
  for (int i = 0; i < rows; i++)
#pragma unroll
    for (int v = 0; v < vectors; v++) sums[i][v] = (VEC){0};
  const REAL *right = t->right, *lefts[ROWS];
  const ptrdiff_t left_row = t->left_row, left_step = t->left_step, right_step = t->right_step;
  if (t->steps >= 128) { // time enough to fetch what the sums are added to
#pragma unroll
    for (int i = 0; i < rows; i++)
#pragma unroll
      for (int v = 0; v < vectors; v++) __builtin_prefetch(t->c + i * t->c_row + v * (int)LANES, 1, 3);
  }
  for (size_t run = 0; run < (indirect ? t->runs : 1); run++) {
    const REAL *left = t->left + (indirect ? t->left_runs[run] : 0);
    if (indirect) {
#pragma unroll
      for (int i = 0; i < rows; i++) lefts[i] = left + t->left_offsets[i];
    }
    for (size_t step = 0; step < t->steps; step++, left += left_step, right += right_step) {
      VEC values[2];
#pragma unroll
      for (int v = 0; v < vectors; v++) values[v] = NAME(load)(right + v * (int)LANES);
#pragma unroll
      for (int i = 0; i < rows; i++) {
        VEC factor = NAME(splat)(indirect ? lefts[i][step] : left[i * left_row]);
#pragma unroll
        for (int v = 0; v < vectors; v++) sums[i][v] += factor * values[v];
      }
    }
  }
  if (t->columns == (size_t)vectors * LANES) {
#pragma unroll
    for (int v = 0; v < vectors; v++) {
      VEC bias = t->column_bias ? NAME(load)(t->column_bias + v * (int)LANES) : (VEC){0};
#pragma unroll
      for (int i = 0; i < rows; i++) {
        REAL *place = t->c + i * t->c_row + v * (int)LANES;
        sums[i][v] += bias;
        if (t->row_bias) sums[i][v] += NAME(splat)(t->row_bias[i]);
        if (t->add) sums[i][v] += NAME(load)(place);
        NAME(store)(place, sums[i][v]);
      }
    }
  } else {
    REAL spilled[ROWS * PANEL];
#pragma unroll
    for (int i = 0; i < rows; i++)
#pragma unroll
      for (int v = 0; v < vectors; v++) NAME(store)(spilled + i * (int)PANEL + v * (int)LANES, sums[i][v]);
    NAME(finish_part)(t, (size_t)rows, spilled);
  }
}

#define TILE(rows)                                                                                                    \
  static void NAME(tile_##rows##_1)(const NAME(tile) *t) { NAME(tile_body)(rows, 1, 0, t); }                          \
  static void NAME(tile_##rows##_2)(const NAME(tile) *t) { NAME(tile_body)(rows, 2, 0, t); }                          \
  static void NAME(indirect_##rows##_1)(const NAME(tile) *t) { NAME(tile_body)(rows, 1, 1, t); }                      \
  static void NAME(indirect_##rows##_2)(const NAME(tile) *t) { NAME(tile_body)(rows, 2, 1, t); }
EACH_ROWS(TILE)
#undef TILE
#define TILE(rows)                                                                                                    \
  {{NAME(tile_##rows##_1), NAME(tile_##rows##_2)}, {NAME(indirect_##rows##_1), NAME(indirect_##rows##_2)}},
static void (*const NAME(tiles)[ROWS][2][2])(const NAME(tile) *) = {EACH_ROWS(TILE)};
#undef TILE

INLINE void NAME(run_tile)(size_t rows, const NAME(tile) *t) {
  NAME(tiles)[rows - 1][t->left_offsets != NULL][t->columns > LANES](t);
}

// out[j] (+)= Σ x[l] rows[j * row + l] (+ bias) for `count` <= 4 rows.
INLINE void NAME(dots_body)(const int count, size_t k, const REAL *x, const REAL *rows, ptrdiff_t row, REAL *totals) {
  VEC sums[4][2];
  size_t l = 0;
#pragma unroll
  for (int j = 0; j < count; j++) sums[j][0] = sums[j][1] = (VEC){0};
  for (; l + PANEL <= k; l += PANEL)
#pragma unroll
    for (int j = 0; j < count; j++)
#pragma unroll
      for (size_t v = 0; v < 2; v++)
        sums[j][v] += NAME(load)(x + l + v * LANES) * NAME(load)(rows + j * row + l + v * LANES);
  for (size_t v = 0; l < k; l += LANES, v++) {
    VEC factor = NAME(load_part)(x + l, k - l);
    for (int j = 0; j < count; j++) sums[j][v] += factor * NAME(load_part)(rows + j * row + l, k - l);
  }
  for (int j = 0; j < count; j++) {
    VEC sum = sums[j][0] + sums[j][1];
    totals[j] = 0;
    for (size_t lane = 0; lane < LANES; lane++) totals[j] += sum[lane];
  }
}

// The few rows of a product with a transposed right factor: packing it would take longer than reading it once.
static void NAME(dots)(const surprisal_product *p, const REAL *row_bias, const REAL *a, const REAL *b, REAL *c) {
  REAL own[DEPTH * 4], totals[4];
  for (size_t i = 0; i < p->m; i++)
    for (size_t first = 0, steps; first < p->k || first == 0; first += steps) {
      const REAL *x = a + (ptrdiff_t)i * p->a_row + (ptrdiff_t)first * p->a_column, *bias = first ? NULL : p->bias;
      steps = p->k - first;
      if (p->a_column != 1) {
        if (steps > DEPTH * 4) steps = DEPTH * 4;
        for (size_t l = 0; l < steps; l++) own[l] = x[(ptrdiff_t)l * p->a_column];
        x = own;
      }
      for (size_t column = 0; column < p->n; column += 4) {
        const REAL *rows = b + (ptrdiff_t)column * p->b_column + first;
        REAL *place = c + (ptrdiff_t)i * p->c_row + column;
        size_t count = p->n - column < 4 ? p->n - column : 4;
        if (count == 4) NAME(dots_body)(4, steps, x, rows, p->b_column, totals);
        else
          for (size_t j = 0; j < count; j++)
            NAME(dots_body)(1, steps, x, rows + (ptrdiff_t)j * p->b_column, 0, totals + j);
        for (size_t j = 0; j < count; j++)
          place[j] = (first || p->accumulate ? place[j] : 0) + totals[j] + (bias ? bias[column + j] : 0) +
                     (row_bias && first == 0 ? row_bias[i] : 0);
      }
      if (p->k == 0) break;
    }
}

// One product on this thread.
static void NAME(product_block)(const surprisal_product *p, const REAL *row_bias, const REAL *a, const REAL *b,
                                REAL *c) {
  _Alignas(64) REAL panel[DEPTH * PANEL];
  size_t tiles = (p->m + ROWS - 1) / ROWS, slabs = p->k ? (p->k + DEPTH - 1) / DEPTH : 1;
  size_t strip_bytes = ((p->k / slabs + 1) * p->m + LANES) * REAL_BYTES;
  REAL *strips = p->n > PACK_LEFT_PANELS * PANEL ? surprisal_tensor_allocate(strip_bytes) : NULL;
  for (size_t slab = 0; slab < slabs; slab++) {
    size_t first = p->k * slab / slabs, steps = p->k * (slab + 1) / slabs - first;
    const REAL *a_slab = a + (ptrdiff_t)first * p->a_column, *b_slab = b + (ptrdiff_t)first * p->b_row;
    for (size_t i = 0; strips && i < tiles; i++) {
      size_t row = p->m * i / tiles, rows = p->m * (i + 1) / tiles - row;
      NAME(pack)(rows, steps, a_slab + (ptrdiff_t)row * p->a_row, p->a_row, p->a_column, strips + row * steps, rows);
    }
    for (size_t column = 0; column < p->n; column += PANEL) {
      size_t columns = p->n - column < PANEL ? p->n - column : PANEL, width = columns > LANES ? PANEL : LANES;
      const REAL *right = b_slab + (ptrdiff_t)column * p->b_column;
      NAME(tile) t = {.steps = steps, .columns = columns, .c_row = p->c_row, .add = p->accumulate || slab > 0};
      if (p->bias && slab == 0) t.column_bias = (const REAL *)p->bias + column;
      if (p->b_column == 1 && columns == width && tiles <= DIRECT_TILES) {
        t.right = right, t.right_step = p->b_row;
      } else {
        NAME(pack)(columns, steps, right, p->b_column, p->b_row, panel, width);
        t.right = panel, t.right_step = (ptrdiff_t)width;
      }
      for (size_t i = 0; i < tiles; i++) {
        size_t row = p->m * i / tiles, rows = p->m * (i + 1) / tiles - row;
        t.c = c + (ptrdiff_t)row * p->c_row + column;
        if (row_bias && slab == 0) t.row_bias = row_bias + row;
        if (strips) t.left = strips + row * steps, t.left_row = 1, t.left_step = (ptrdiff_t)rows;
        else t.left = a_slab + (ptrdiff_t)row * p->a_row, t.left_row = p->a_row, t.left_step = p->a_column;
        NAME(run_tile)(rows, &t);
      }
    }
  }
  if (strips) surprisal_tensor_free(strips, strip_bytes);
}

// A grid of pieces of every product of a batch.
static void NAME(product_piece)(void *context, size_t index) {
  const product_call *call = context;
  surprisal_product p = *call->shape;
  size_t column_piece = index % call->column_pieces, row_piece = index / call->column_pieces % call->row_pieces;
  size_t group = index / call->column_pieces / call->row_pieces;
  size_t units = (p.n + LANES - 1) / LANES;
  size_t row = p.m * row_piece / call->row_pieces, column = units * column_piece / call->column_pieces * LANES;
  size_t column_end = units * (column_piece + 1) / call->column_pieces * LANES;
  p.m = p.m * (row_piece + 1) / call->row_pieces - row;
  p.n = (column_end < p.n ? column_end : p.n) - column;
  if (p.bias) p.bias = (const REAL *)p.bias + column;
  size_t end = (group + 1) * call->group < call->batch ? (group + 1) * call->group : call->batch;
  for (size_t i = group * call->group; i < end; i++)
    (call->few_rows ? NAME(dots) : NAME(product_block))(
      &p, call->row_bias ? (const REAL *)call->row_bias + row : NULL,
      (const REAL *)call->a + call->a_offsets[i] + (ptrdiff_t)row * p.a_row,
      (const REAL *)call->b + call->b_offsets[i] + (ptrdiff_t)column * p.b_column,
      (REAL *)call->c + call->c_offsets[i] + (ptrdiff_t)row * p.c_row + column);
}

static void NAME(run_product)(product_call *call) {
  if (call->shape->m == 0 || call->shape->n == 0 || call->batch == 0) return;
  surprisal_product turned;
  if (call->shape->n == 1 && call->shape->c_row == 1 && call->shape->m > 1) { // one row instead of one column
    const surprisal_product *p = call->shape;
    const void *a = call->a;
    const int64_t *offsets = call->a_offsets;
    turned = (surprisal_product){1, p->m, p->k, 0, p->b_row, p->a_column, p->a_row, (ptrdiff_t)p->m, call->row_bias,
                                 p->accumulate};
    call->row_bias = p->bias, call->a = call->b, call->b = a, call->a_offsets = call->b_offsets;
    call->b_offsets = offsets, call->shape = &turned;
  }
  call->few_rows = call->shape->m <= 3 && call->shape->b_row == 1 && call->shape->b_column != 1;
  int threads = cut_product(call, ROWS, PANEL);
  size_t pieces = (call->batch + call->group - 1) / call->group * call->row_pieces * call->column_pieces;
  surprisal_parallel_for(pieces, threads, NAME(product_piece), call);
}

static void NAME(product)(const surprisal_product *p, size_t batch, const void *a, const int64_t *a_offsets,
                          const void *b, const int64_t *b_offsets, void *c, const int64_t *c_offsets) {
  product_call call = {p, NULL, a, b, c, a_offsets, b_offsets, c_offsets, batch, batch, 1, 1};
  NAME(run_product)(&call);
}
