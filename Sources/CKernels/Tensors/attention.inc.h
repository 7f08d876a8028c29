// Attention of one type. Scores of a few queries with a block of keys are a product of tiles, become weights in place,
// and are the left factor of the next product while they are in the first cache.

#define PADDED(n) (((n) + LANES - 1) / LANES * LANES)
#define ROWS_OF(x, b, h) ((REAL *)a->x.data + (ptrdiff_t)(b) * a->x.batch + (ptrdiff_t)(h) * a->x.head)

// Rows behind one another, with zeros up to a whole vector.
static void NAME(gather_rows)(size_t rows, size_t columns, const REAL *x, ptrdiff_t row, REAL *out) {
  for (size_t i = 0; i < rows; i++, x += row)
    for (size_t j = 0; j < columns; j += LANES, out += LANES) NAME(store)(out, NAME(load_part)(x + j, columns - j));
}

static void NAME(scatter_rows)(size_t rows, size_t columns, const REAL *x, REAL factor, REAL *out, ptrdiff_t row) {
  for (size_t i = 0; i < rows; i++, out += row)
    for (size_t j = 0; j < columns; j += LANES, x += LANES)
      NAME(put)(out + j, NAME(load)(x) * factor, columns - j < LANES ? columns - j : LANES);
}

// Rows as the panels of a right factor that is their transpose.
static void NAME(pack_panels)(size_t rows, size_t steps, const REAL *x, ptrdiff_t row, REAL *out) {
  for (size_t first = 0; first < rows; first += PANEL, out += steps * PANEL)
    NAME(pack)(rows - first < PANEL ? rows - first : PANEL, steps, x + (ptrdiff_t)first * row, row, 1, out, PANEL);
}

// The tiles of `width` columns, whole vectors, whose panels are `panel` apart.
INLINE void NAME(run_tiles)(size_t rows, size_t width, size_t panel, NAME(tile) t) {
  for (size_t j = 0; j < width; j += PANEL, t.right += panel, t.c += PANEL) {
    t.columns = width - j < PANEL ? LANES : PANEL;
    NAME(run_tile)(rows, &t);
  }
}

INLINE REAL NAME(largest_lane)(EXT v) {
#define HALVED(to, from) __typeof__((from).lo) to = (from).lo > (from).hi ? (from).lo : (from).hi
  HALVED(a, v);
#if LANES == 2
  return a;
#else
#if LANES == 4
#define b a
#elif LANES == 8
  HALVED(b, a);
#else
  HALVED(c, a);
  HALVED(b, c);
#endif
  return b.lo > b.hi ? b.lo : b.hi;
#undef b
#endif
#undef HALVED
}

// LANES scores with keys from j on: -infinity for those from `seen` on.
INLINE EXT NAME(masked_scores)(const REAL *s, const REAL *mask, REAL scale, size_t j, size_t seen) {
  static const REAL lanes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  EXT x = (EXT)NAME(load)(s + j) * scale;
  if (mask && j < seen) x += (EXT)NAME(load_part)(mask + j, seen - j);
  if (j + LANES <= seen) return x;
  return (EXT)NAME(load)(lanes) < (REAL)(seen > j ? seen - j : 0) ? x : -(REAL)INFINITY;
}

// One query's scores become e^(score - largest), where the largest score may rise: then what was summed so far, `y`
// and `total`, shrinks with it (Milakov and Gimelshein 2018).
INLINE void NAME(weigh)(REAL *s, size_t keys, size_t seen, const REAL *mask, REAL scale, REAL *largest, REAL *total,
                        REAL *y, size_t width) {
  EXT tops = *largest, sum = 0;
  for (size_t j = 0; j < keys; j += LANES) {
    EXT x = NAME(masked_scores)(s, mask, scale, j, seen);
    tops = x > tops ? x : tops;
    NAME(store)(s + j, (VEC)x);
  }
  REAL top = NAME(largest_lane)(tops), shift = top == -(REAL)INFINITY ? 0 : top;
  for (size_t j = 0; j < keys; j += LANES) {
    EXT e = v_exp_nonpositive((EXT)NAME(load)(s + j) - shift);
    sum += e;
    NAME(store)(s + j, (VEC)e);
  }
  if (top > *largest) {
    EXT factor = v_exp_nonpositive((EXT)(*largest - shift));
    *total *= factor[0], *largest = top;
    for (size_t j = 0; j < width; j += LANES) NAME(store)(y + j, NAME(load)(y + j) * (VEC)factor);
  }
  *total += sum_lanes(sum);
}

// Some queries of one head: block after block of the keys.
static void NAME(attend_piece)(void *context, size_t index) {
  const attention_call *call = context;
  const surprisal_attention *a = call->shape;
  const size_t pair = index / call->cuts, cut = call->cuts - 1 - index % call->cuts; // the longest pieces first
  const size_t batch = pair / a->heads, head = pair % a->heads, key_head = head * a->key_heads / a->heads;
  const size_t first = a->queries * cut / call->cuts, count = a->queries * (cut + 1) / call->cuts - first;
  const size_t steps = a->width, width = PADDED(a->value_width), tiles = (count + ROWS - 1) / ROWS;
  const size_t limit = seen_keys(a, counted_keys(a, batch), first + count - 1);
  // Few queries do not pay for packing the keys.
  const int is_packed = a->queries > 3, is_copied = is_packed || width != a->value_width;
  const REAL *q = ROWS_OF(q, batch, head) + (ptrdiff_t)first * a->q.row, *k = ROWS_OF(k, batch, key_head);
  const REAL *v = ROWS_OF(v, batch, key_head), *mask = a->mask.data ? ROWS_OF(mask, batch, head) : NULL;
  const size_t numbers = count * width + 2 * PADDED(count) + KEY_BLOCK * (PADDED(steps) + width + ROWS);
  REAL *const y = surprisal_workspace(numbers * REAL_BYTES), *tops = y + count * width, *totals = tops + PADDED(count);
  REAL *scores = totals + PADDED(count), *values = scores + ROWS * KEY_BLOCK, *panels = values + KEY_BLOCK * width;
  memset(y, 0, (count * width + 2 * PADDED(count)) * REAL_BYTES);
  for (size_t i = 0; i < count; i++) tops[i] = -(REAL)INFINITY;
  for (size_t begin = 0; begin < limit; begin += KEY_BLOCK) {
    const size_t keys = limit - begin < KEY_BLOCK ? limit - begin : KEY_BLOCK;
    const REAL *block = k + (ptrdiff_t)begin * a->k.row, *right = v + (ptrdiff_t)begin * a->v.row;
    if (is_packed) NAME(pack_panels)(keys, steps, block, a->k.row, panels);
    if (is_copied) NAME(gather_rows)(keys, a->value_width, right, a->v.row, values);
    for (size_t i = 0; i < tiles; i++) {
      const size_t row = count * i / tiles, end = count * (i + 1) / tiles;
      const size_t last = seen_keys(a, begin + keys, first + end - 1), seen = last > begin ? last - begin : 0;
      if (seen == 0) continue;
      if (is_packed) {
        NAME(tile) t = {.steps = steps, .left = q + (ptrdiff_t)row * a->q.row, .left_row = a->q.row, .left_step = 1,
                        .right = panels, .right_step = PANEL, .c = scores, .c_row = KEY_BLOCK};
        NAME(run_tiles)(end - row, PADDED(seen), steps * PANEL, t);
      } else {
        for (size_t r = row; r < end; r++)
          for (size_t j = 0; j < seen; j += 4) {
            const REAL *x = q + (ptrdiff_t)r * a->q.row, *rows = block + (ptrdiff_t)j * a->k.row;
            REAL *s = scores + (r - row) * KEY_BLOCK + j;
            if (seen - j >= 4) NAME(dots_body)(4, steps, x, rows, a->k.row, s);
            else
              for (size_t l = 0; l < seen - j; l++)
                NAME(dots_body)(1, steps, x, rows + (ptrdiff_t)l * a->k.row, 0, s + l);
          }
      }
      for (size_t r = row; r < end; r++) {
        const size_t own = seen_keys(a, begin + keys, first + r);
        NAME(weigh)(scores + (r - row) * KEY_BLOCK, PADDED(seen), own > begin ? own - begin : 0,
                    mask ? mask + (ptrdiff_t)(first + r) * a->mask.row + begin : NULL, (REAL)a->scale, tops + r,
                    totals + r, y + r * width, width);
      }
      NAME(tile) t = {.steps = seen, .left = scores, .left_row = KEY_BLOCK, .left_step = 1,
                      .right = is_copied ? values : right, .right_step = is_copied ? (ptrdiff_t)width : a->v.row,
                      .c = y + row * width, .c_row = (ptrdiff_t)width, .add = 1};
      NAME(run_tiles)(end - row, width, PANEL, t);
    }
  }
  REAL *out = ROWS_OF(y, batch, head) + (ptrdiff_t)first * a->y.row;
  for (size_t i = 0; i < count; i++)
    NAME(scatter_rows)(1, a->value_width, y + i * width, totals[i] == 0 ? 0 : 1 / totals[i],
                       out + (ptrdiff_t)i * a->y.row, 0);
  for (size_t i = 0; a->normalizers && i < count; i += LANES) {
    EXT total = (EXT)NAME(load)(totals + i), sum = (EXT)NAME(load)(tops + i) + v_log(total);
    NAME(put)((REAL *)a->normalizers + pair * a->queries + first + i, (VEC)(total == 0 ? (REAL)INFINITY : sum),
              count - i < LANES ? count - i : LANES);
  }
  surprisal_tensor_free(y, numbers * REAL_BYTES);
}

static void NAME(attend)(const surprisal_attention *a) {
  if (a->queries == 0) return;
  attention_call call = {.shape = a, .cuts = (a->queries + QUERY_BLOCK - 1) / QUERY_BLOCK};
  int threads = attention_threads(a);
  // A query's result does not depend on where the queries are cut.
  while (threads > 1 && a->batch * a->heads * call.cuts < 4 * (size_t)threads && a->queries / call.cuts > 8 * ROWS)
    call.cuts *= 2;
  surprisal_parallel_for(a->batch * a->heads * call.cuts, threads, NAME(attend_piece), &call);
}

// The queries' derivatives from those that each share of the keys gives.
static void NAME(finish_queries)(void *context, size_t pair) {
  const attention_call *call = context;
  const surprisal_attention *a = call->shape;
  const size_t group = a->heads / a->key_heads, width = PADDED(a->width), numbers = group * a->queries * width;
  REAL **parts = (REAL **)call->dq + pair * call->cuts;
  for (size_t cut = 1; cut < call->cuts; cut++) {
    for (size_t i = 0; i < numbers; i += LANES)
      NAME(store)(parts[0] + i, NAME(load)(parts[0] + i) + NAME(load)(parts[cut] + i));
    surprisal_tensor_free(parts[cut], numbers * REAL_BYTES);
  }
  for (size_t g = 0; g < group; g++)
    NAME(scatter_rows)(a->queries, a->width, parts[0] + g * a->queries * width, (REAL)a->scale,
                       ROWS_OF(dq, pair / a->key_heads, pair % a->key_heads * group + g), a->dq.row);
  surprisal_tensor_free(parts[0], numbers * REAL_BYTES);
}

// What all queries of the heads that share a head of keys send to a share of the keys and get from it. The rows of
// these heads lie behind one another.
static void NAME(attend_backward_piece)(void *context, size_t index) {
  const attention_call *call = context;
  const surprisal_attention *a = call->shape;
  const size_t pair = index / call->cuts, cut = index % call->cuts, batch = pair / a->key_heads;
  const size_t key_head = pair % a->key_heads, group = a->heads / a->key_heads, rows = group * a->queries;
  const size_t steps = a->width, width = PADDED(steps), value_steps = a->value_width, value_width = PADDED(value_steps);
  const size_t limit = counted_keys(a, batch), units = (a->keys + KEY_BLOCK - 1) / KEY_BLOCK;
  const size_t start = units * cut / call->cuts * KEY_BLOCK, stop = units * (cut + 1) / call->cuts * KEY_BLOCK;
  const size_t numbers = rows * (width + value_width) + 2 * PADDED(rows)
                         + KEY_BLOCK * (3 * width + 2 * value_width + 2 * QUERY_BLOCK);
  REAL *const space = surprisal_workspace(numbers * REAL_BYTES), *q = space, *dy = q + rows * width;
  REAL *normalizers = dy + rows * value_width, *inner = normalizers + PADDED(rows), *keys = inner + PADDED(rows);
  REAL *dk = keys + KEY_BLOCK * width, *dv = dk + KEY_BLOCK * width, *key_panels = dv + KEY_BLOCK * value_width;
  REAL *value_panels = key_panels + KEY_BLOCK * width, *weights = value_panels + KEY_BLOCK * value_width;
  REAL *slopes = weights + QUERY_BLOCK * KEY_BLOCK;
  REAL *const dq = call->dq[index] = surprisal_workspace(rows * width * REAL_BYTES);
  memset(dq, 0, rows * width * REAL_BYTES);
  for (size_t g = 0; g < group; g++) {
    const size_t head = key_head * group + g, at = g * a->queries;
    const REAL *y = ROWS_OF(y, batch, head);
    NAME(gather_rows)(a->queries, steps, ROWS_OF(q, batch, head), a->q.row, q + at * width);
    NAME(gather_rows)(a->queries, value_steps, ROWS_OF(dy, batch, head), a->dy.row, dy + at * value_width);
    memcpy(normalizers + at, (const REAL *)a->normalizers + (batch * a->heads + head) * a->queries,
           a->queries * REAL_BYTES);
    for (size_t i = 0; i < a->queries; i++, y += a->y.row) {
      EXT sum = 0;
      for (size_t j = 0; j < value_steps; j += LANES)
        sum += (EXT)NAME(load_part)(y + j, value_steps - j) * (EXT)NAME(load)(dy + (at + i) * value_width + j);
      inner[at + i] = sum_lanes(sum);
    }
  }
  for (size_t begin = start; begin < stop && begin < a->keys; begin += KEY_BLOCK) {
    const size_t all = a->keys - begin < KEY_BLOCK ? a->keys - begin : KEY_BLOCK;
    const size_t count = limit <= begin ? 0 : limit - begin < all ? limit - begin : all;
    const REAL *k = ROWS_OF(k, batch, key_head) + (ptrdiff_t)begin * a->k.row;
    const REAL *v = ROWS_OF(v, batch, key_head) + (ptrdiff_t)begin * a->v.row;
    memset(dk, 0, KEY_BLOCK * (width + value_width) * REAL_BYTES);
    NAME(gather_rows)(count, steps, k, a->k.row, keys);
    NAME(pack_panels)(count, steps, k, a->k.row, key_panels);
    NAME(pack_panels)(count, value_steps, v, a->v.row, value_panels);
    for (size_t g = 0, at = 0; count > 0 && g < group; g++, at += a->queries)
      for (size_t first = first_query(a, begin), size; first < a->queries; first += size) {
        size = a->queries - first < QUERY_BLOCK ? a->queries - first : QUERY_BLOCK;
        const REAL *own_q = q + (at + first) * width, *own_dy = dy + (at + first) * value_width;
        const REAL *mask = a->mask.data ? ROWS_OF(mask, batch, key_head * group + g) + begin : NULL;
        for (size_t tiles = (size + ROWS - 1) / ROWS, i = 0; i < tiles; i++) {
          const size_t row = size * i / tiles, end = size * (i + 1) / tiles;
          // The products below read up to ROWS - 1 weights behind those that the last query sees.
          const size_t last = seen_keys(a, begin + count, first + end - 1) + ROWS;
          const size_t seen = last > begin + count ? count : last - begin, columns = PADDED(seen);
          NAME(tile) t = {.steps = steps, .left = own_q + row * width, .left_row = (ptrdiff_t)width, .left_step = 1,
                          .right = key_panels, .right_step = PANEL, .c = weights + row * KEY_BLOCK, .c_row = KEY_BLOCK};
          NAME(run_tiles)(end - row, columns, steps * PANEL, t);
          t.steps = value_steps, t.left = own_dy + row * value_width, t.left_row = (ptrdiff_t)value_width;
          t.right = value_panels, t.c = slopes + row * KEY_BLOCK;
          NAME(run_tiles)(end - row, columns, value_steps * PANEL, t);
          for (size_t r = row; r < end; r++) {
            const size_t query = at + first + r, own = seen_keys(a, begin + count, first + r);
            REAL *w = weights + r * KEY_BLOCK, *slope = slopes + r * KEY_BLOCK;
            const REAL *biases = mask ? mask + (ptrdiff_t)(first + r) * a->mask.row : NULL;
            for (size_t j = 0; j < columns; j += LANES) {
              EXT x = NAME(masked_scores)(w, biases, (REAL)a->scale, j, own > begin ? own - begin : 0);
              EXT e = v_exp_nonpositive(x - normalizers[query]), d = (EXT)NAME(load)(slope + j) - inner[query];
              NAME(store)(w + j, (VEC)e);
              NAME(store)(slope + j, (VEC)(x == -(REAL)INFINITY ? 0 : e * d));
            }
          }
          NAME(tile) u = {.steps = seen, .left = slopes + row * KEY_BLOCK, .left_row = KEY_BLOCK, .left_step = 1,
                          .right = keys, .right_step = (ptrdiff_t)width, .c = dq + (at + first + row) * width,
                          .c_row = (ptrdiff_t)width, .add = 1};
          NAME(run_tiles)(end - row, width, PANEL, u);
        }
        for (size_t tiles = (count + ROWS - 1) / ROWS, i = 0; i < tiles; i++) {
          const size_t key = count * i / tiles, end = count * (i + 1) / tiles, from = first_query(a, begin + key);
          const size_t skipped = from > first ? from - first : 0;
          if (skipped >= size) continue;
          NAME(tile) t = {.steps = size - skipped, .left = weights + skipped * KEY_BLOCK + key, .left_row = 1,
                          .left_step = KEY_BLOCK, .right = own_dy + skipped * value_width,
                          .right_step = (ptrdiff_t)value_width, .c = dv + key * value_width,
                          .c_row = (ptrdiff_t)value_width, .add = 1};
          NAME(run_tiles)(end - key, value_width, PANEL, t);
          t.left = slopes + skipped * KEY_BLOCK + key, t.right = own_q + skipped * width, t.c = dk + key * width;
          t.right_step = t.c_row = (ptrdiff_t)width;
          NAME(run_tiles)(end - key, width, PANEL, t);
        }
      }
    NAME(scatter_rows)(all, steps, dk, (REAL)a->scale, ROWS_OF(dk, batch, key_head) + (ptrdiff_t)begin * a->dk.row,
                       a->dk.row);
    NAME(scatter_rows)(all, value_steps, dv, 1, ROWS_OF(dv, batch, key_head) + (ptrdiff_t)begin * a->dv.row, a->dv.row);
  }
  surprisal_tensor_free(space, numbers * REAL_BYTES);
  if (call->cuts == 1) NAME(finish_queries)(context, index);
}

static void NAME(attend_backward)(const surprisal_attention *a) {
  const size_t pairs = a->batch * a->key_heads, units = (a->keys + KEY_BLOCK - 1) / KEY_BLOCK;
  attention_call call = {.shape = a, .cuts = 1};
  // By the shape alone: the queries' sums depend on it.
  while (pairs * call.cuts < 8 && call.cuts * 2 <= units) call.cuts *= 2;
  call.dq = surprisal_workspace(pairs * call.cuts * sizeof(void *));
  surprisal_parallel_for(pairs * call.cuts, attention_threads(a), NAME(attend_backward_piece), &call);
  if (call.cuts > 1) surprisal_parallel_for(pairs, attention_threads(a), NAME(finish_queries), &call);
  surprisal_tensor_free(call.dq, pairs * call.cuts * sizeof(void *));
}
#undef PADDED
#undef ROWS_OF
