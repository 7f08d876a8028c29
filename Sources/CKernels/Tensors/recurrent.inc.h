// Recurrent cells of one type: per step one product with the packed weights, tile by tile, and the gates on each tile
// while it is in the first cache.

#define FUNCTION(f, x) ((VEC)f((EXT)(x)))
#define CELL_ROWS (4 * ROWS)

INLINE VEC NAME(get)(const REAL *p, size_t n) { return n == LANES ? NAME(load)(p) : NAME(load_part)(p, n); }
INLINE void NAME(put)(REAL *p, VEC v, size_t n) {
  if (n == LANES) NAME(store)(p, v);
  else NAME(store_part)(p, v, n);
}

static size_t NAME(recurrent_time)(const surprisal_recurrence *r, size_t step) {
  return r->reversed ? r->steps - 1 - step : step;
}

// Row `row` at time `time`: its state before and after, and what else belongs to it.
typedef struct {
  const REAL *before, *memory_before;
  REAL *after, *memory, *gates;
  int frozen;
} NAME(moment);

INLINE NAME(moment) NAME(moment_of)(const surprisal_recurrence *r, size_t time, size_t row, size_t unit) {
  size_t early = (time * r->batch + row) * r->hidden + unit, late = early + r->batch * r->hidden;
  size_t before = r->reversed ? late : early, after = r->reversed ? early : late;
  NAME(moment) m = {.before = (const REAL *)r->states + before, .after = (REAL *)r->states + after};
  if (r->memories) m.memory_before = (const REAL *)r->memories + before, m.memory = (REAL *)r->memories + after;
  if (r->gates) m.gates = (REAL *)r->gates + (time * r->batch + row) * 4 * r->hidden + unit;
  m.frozen = r->lengths && (int64_t)time >= r->lengths[row];
  return m;
}

// n units of one row a step on: `x` is their projection, `sums` their product with the state, the gates LANES apart.
INLINE VEC NAME(advance)(const surprisal_cell cell, const surprisal_recurrence *r, size_t unit, size_t n,
                         const NAME(moment) *m, const REAL *x, const REAL *sums) {
#define INPUT(gate) NAME(get)(x + (gate) * r->hidden, n)
#define PRODUCT(gate) NAME(load)(sums + (gate) * LANES)
#define KEEP(gate, value)                                                                                             \
  if (m->gates) NAME(put)(m->gates + (gate) * r->hidden, value, n)
  if (m->frozen) {
    if (cell == SURPRISAL_CELL_LSTM) NAME(put)(m->memory, NAME(get)(m->memory_before, n), n);
    return NAME(get)(m->before, n);
  }
  VEC first = INPUT(0) + PRODUCT(0);
  if (cell == SURPRISAL_CELL_TANH) return FUNCTION(v_tanh, first);
  if (cell == SURPRISAL_CELL_RELU) return (VEC)((EXT)first < 0 ? 0 : (EXT)first); // NaN stays
  VEC second = FUNCTION(v_sigmoid, INPUT(1) + PRODUCT(1));
  first = FUNCTION(v_sigmoid, first);
  KEEP(0, first);
  KEEP(1, second);
  if (cell == SURPRISAL_CELL_LSTM) {
    VEC candidate = FUNCTION(v_tanh, INPUT(2) + PRODUCT(2)), out = FUNCTION(v_sigmoid, INPUT(3) + PRODUCT(3));
    VEC memory = second * NAME(get)(m->memory_before, n) + first * candidate;
    KEEP(2, candidate);
    KEEP(3, out);
    NAME(put)(m->memory, memory, n);
    return out * FUNCTION(v_tanh, memory);
  }
  VEC product = PRODUCT(2);
  if (r->candidate_bias) product += NAME(get)((const REAL *)r->candidate_bias + unit, n);
  VEC candidate = FUNCTION(v_tanh, INPUT(2) + first * product);
  KEEP(2, candidate);
  KEEP(3, product);
  return candidate + second * (NAME(get)(m->before, n) - candidate);
#undef INPUT
#undef PRODUCT
#undef KEEP
}

// The cotangents of n units of one row: dh that of the state after, which becomes what goes to the state before
// without a product. `dx` and `dp` are those of projections and products, whose gates are r->hidden apart.
INLINE VEC NAME(retreat)(const surprisal_cell cell, const surprisal_recurrence *r, size_t n, const NAME(moment) *m,
                         VEC dh, REAL *memory, REAL *dx, REAL *dp, REAL *left) {
#define GATE(gate) NAME(get)(m->gates + (gate) * r->hidden, n)
#define GIVE(gate, to_x, to_p)                                                                                        \
  do {                                                                                                                \
    VEC value = to_p;                                                                                                 \
    NAME(put)(dx + (gate) * r->hidden, to_x, n);                                                                      \
    if (dp) NAME(put)(dp + (gate) * r->hidden, value, n);                                                             \
    NAME(put)(left + (gate) * r->hidden, value, n);                                                                   \
  } while (0)
  const VEC zero = {0};
  if (m->frozen) {
    for (size_t gate = 0; gate < recurrent_gates(cell); gate++) GIVE(gate, zero, zero);
    return dh;
  }
  if (cell == SURPRISAL_CELL_TANH || cell == SURPRISAL_CELL_RELU) {
    VEC h = NAME(get)(m->after, n);
    VEC d = cell == SURPRISAL_CELL_TANH ? dh * (1 - h * h) : (VEC)((EXT)h <= 0 ? 0 : (EXT)dh);
    GIVE(0, d, d);
    return zero;
  }
  VEC first = GATE(0), second = GATE(1), candidate = GATE(2), fourth = GATE(3);
  if (cell == SURPRISAL_CELL_LSTM) {
    VEC t = FUNCTION(v_tanh, NAME(get)(m->memory, n));
    VEC dc = NAME(get)(memory, n) + dh * fourth * (1 - t * t);
    VEC di = dc * candidate * first * (1 - first);
    VEC df = dc * NAME(get)(m->memory_before, n) * second * (1 - second);
    VEC dg = dc * first * (1 - candidate * candidate), out = dh * t * fourth * (1 - fourth);
    GIVE(0, di, di);
    GIVE(1, df, df);
    GIVE(2, dg, dg);
    GIVE(3, out, out);
    NAME(put)(memory, dc * second, n);
    return zero;
  }
  VEC dn = dh * (1 - second) * (1 - candidate * candidate);
  VEC dz = dh * (NAME(get)(m->before, n) - candidate) * second * (1 - second);
  VEC dr = dn * fourth * first * (1 - first);
  GIVE(0, dr, dr);
  GIVE(1, dz, dz);
  GIVE(2, dn, dn * first);
  return dh * second;
#undef GATE
#undef GIVE
}

// The weights of a group of PANEL units: the vectors of all gates of the first LANES units, then of the others.
static size_t NAME(group_vectors)(const recurrent_call *call, size_t group) {
  size_t left = call->shape->hidden - group * PANEL;
  return call->gates * (left > LANES ? 2 : 1);
}

static REAL *NAME(group_panels)(const recurrent_call *call, size_t group) {
  return (REAL *)call->packed + group * call->gates * call->shape->hidden * PANEL;
}

static void NAME(pack_group_forward)(const recurrent_call *call, size_t group) {
  size_t hidden = call->shape->hidden, vectors = NAME(group_vectors)(call, group);
  REAL *panels = NAME(group_panels)(call, group);
  for (size_t i = 0; i < (vectors + 1) / 2 * 2; i++) {
    size_t unit = group * PANEL + i / call->gates * LANES, gate = i % call->gates;
    size_t lanes = i >= vectors ? 0 : hidden - unit < LANES ? hidden - unit : LANES;
    REAL *out = panels + i / 2 * hidden * PANEL + i % 2 * LANES;
    if (lanes == 0)
      for (size_t step = 0; step < hidden; step++) NAME(store)(out + step * PANEL, (VEC){0});
    else
      NAME(pack)(lanes, hidden, (const REAL *)call->shape->weight + (gate * hidden + unit) * hidden,
                 (ptrdiff_t)hidden, 1, out, PANEL);
  }
}

INLINE void NAME(forward_group)(const surprisal_cell cell, const recurrent_call *call, size_t step, size_t group) {
  const surprisal_recurrence *r = call->shape;
  const size_t hidden = r->hidden, gates = recurrent_gates(cell), time = NAME(recurrent_time)(r, step);
  const size_t vectors = NAME(group_vectors)(call, group), tiles = (r->batch + ROWS - 1) / ROWS;
  const REAL *panels = NAME(group_panels)(call, group), *states = call->left[step % 2];
  _Alignas(64) REAL sums[CELL_ROWS * 4 * PANEL];
  for (size_t first = 0; first < tiles; first += 4) {
    size_t last = first + 4 < tiles ? first + 4 : tiles, block = r->batch * first / tiles;
    for (size_t p = 0; p < (vectors + 1) / 2; p++)
      for (size_t i = first; i < last; i++) {
        size_t row = r->batch * i / tiles;
        NAME(tile) t = {.steps = hidden, .columns = PANEL, .left = states + row * call->left_row,
                        .left_row = (ptrdiff_t)call->left_row, .left_step = 1,
                        .right = panels + p * hidden * PANEL, .right_step = PANEL,
                        .c = sums + (row - block) * gates * PANEL + p * PANEL, .c_row = (ptrdiff_t)(gates * PANEL)};
        NAME(run_tile)(r->batch * (i + 1) / tiles - row, &t);
      }
    for (size_t row = block; row < r->batch * last / tiles; row++)
      for (size_t v = 0; v < vectors / gates; v++) {
        size_t unit = group * PANEL + v * LANES, n = hidden - unit < LANES ? hidden - unit : LANES;
        NAME(moment) m = NAME(moment_of)(r, time, row, unit);
        VEC state = NAME(advance)(cell, r, unit, n, &m,
                                  (const REAL *)call->projections + (time * r->batch + row) * gates * hidden + unit,
                                  sums + ((row - block) * PANEL + v * LANES) * gates);
        NAME(put)(m.after, state, n);
        NAME(put)((REAL *)call->left[(step + 1) % 2] + row * call->left_row + unit, state, n);
      }
  }
}

// The first stage packs the weights, and every later one is a step.
static void NAME(forward_piece)(const recurrent_call *call, size_t stage, size_t piece) {
  for (size_t group = call->groups * piece / call->pieces; group < call->groups * (piece + 1) / call->pieces; group++) {
    if (stage == 0) NAME(pack_group_forward)(call, group);
    else switch (call->shape->cell) {
      case SURPRISAL_CELL_TANH: NAME(forward_group)(SURPRISAL_CELL_TANH, call, stage - 1, group); break;
      case SURPRISAL_CELL_RELU: NAME(forward_group)(SURPRISAL_CELL_RELU, call, stage - 1, group); break;
      case SURPRISAL_CELL_LSTM: NAME(forward_group)(SURPRISAL_CELL_LSTM, call, stage - 1, group); break;
      case SURPRISAL_CELL_GRU: NAME(forward_group)(SURPRISAL_CELL_GRU, call, stage - 1, group); break;
      }
  }
}

// Stage s of the backward pass: the products with the cotangents of step s (of all units), which stage s - 1 left,
// then the cotangents of the step before it.
INLINE void NAME(backward_group)(const surprisal_cell cell, const recurrent_call *call, size_t stage, size_t group) {
  const surprisal_recurrence *r = call->shape;
  const surprisal_recurrent_cotangents *d = call->cotangents;
  const size_t hidden = r->hidden, gates = recurrent_gates(cell), tiles = (r->batch + ROWS - 1) / ROWS;
  const size_t begin = group * PANEL, columns = hidden - begin < PANEL ? hidden - begin : PANEL;
  for (size_t i = 0; i < tiles; i++) {
    size_t row = r->batch * i / tiles, end = r->batch * (i + 1) / tiles;
    if (stage > 1) {
      NAME(tile) t = {.steps = gates * hidden, .columns = columns,
                      .left = (const REAL *)call->left[stage % 2] + row * call->left_row,
                      .left_row = (ptrdiff_t)call->left_row, .left_step = 1, .right = NAME(group_panels)(call, group),
                      .right_step = PANEL, .c = (REAL *)d->state + row * hidden + begin, .c_row = (ptrdiff_t)hidden,
                      .add = 1};
      NAME(run_tile)(end - row, &t);
    }
    if (stage > r->steps) continue;
    const size_t time = NAME(recurrent_time)(r, r->steps - stage);
    for (; row < end; row++)
      for (size_t unit = begin; unit < begin + columns; unit += LANES) {
        size_t n = hidden - unit < LANES ? hidden - unit : LANES, place = (time * r->batch + row) * gates * hidden + unit;
        NAME(moment) m = NAME(moment_of)(r, time, row, unit);
        REAL *state = (REAL *)d->state + row * hidden + unit;
        VEC dh = NAME(get)(state, n);
        if (d->g) dh += NAME(get)((const REAL *)d->g + (time * r->batch + row) * hidden + unit, n);
        VEC rest = NAME(retreat)(cell, r, n, &m, dh, d->memory ? (REAL *)d->memory + row * hidden + unit : NULL,
                                 (REAL *)d->projections + place,
                                 cell == SURPRISAL_CELL_GRU ? (REAL *)d->products + place : NULL,
                                 (REAL *)call->left[(stage + 1) % 2] + row * call->left_row + unit);
        NAME(put)(state, rest, n);
      }
  }
}

static void NAME(backward_piece)(const recurrent_call *call, size_t stage, size_t piece) {
  const surprisal_recurrence *r = call->shape;
  for (size_t group = call->groups * piece / call->pieces; group < call->groups * (piece + 1) / call->pieces; group++) {
    size_t left = r->hidden - group * PANEL;
    if (stage == 0)
      NAME(pack)(left < PANEL ? left : PANEL, call->gates * r->hidden, (const REAL *)r->weight + group * PANEL, 1,
                 (ptrdiff_t)r->hidden, NAME(group_panels)(call, group), PANEL);
    else switch (r->cell) {
      case SURPRISAL_CELL_TANH: NAME(backward_group)(SURPRISAL_CELL_TANH, call, stage, group); break;
      case SURPRISAL_CELL_RELU: NAME(backward_group)(SURPRISAL_CELL_RELU, call, stage, group); break;
      case SURPRISAL_CELL_LSTM: NAME(backward_group)(SURPRISAL_CELL_LSTM, call, stage, group); break;
      case SURPRISAL_CELL_GRU: NAME(backward_group)(SURPRISAL_CELL_GRU, call, stage, group); break;
      }
  }
}

static void NAME(recurrence)(const surprisal_recurrence *r, const void *projections,
                             const surprisal_recurrent_cotangents *cotangents) {
  recurrent_call call = {.shape = r, .cotangents = cotangents, .projections = projections,
                         .gates = recurrent_gates(r->cell), .groups = (r->hidden + PANEL - 1) / PANEL, .pieces = 1};
  double work = (double)(r->batch * r->hidden) * (double)(call.gates * r->hidden);
  size_t threads = (size_t)surprisal_thread_count();
  if (work >= RECURRENT_WORK) call.pieces = threads < call.groups ? threads : call.groups;
  // Rows that do not all begin in one set of the first cache.
  size_t width = cotangents ? call.gates * r->hidden : r->hidden;
  call.left_row = width + LANES;
  size_t bytes = call.groups * call.gates * r->hidden * PANEL * REAL_BYTES;
  size_t left_bytes = 2 * r->batch * call.left_row * REAL_BYTES;
  call.packed = surprisal_workspace(bytes);
  call.left[0] = surprisal_workspace(left_bytes);
  call.left[1] = (REAL *)call.left[0] + r->batch * call.left_row;
  for (size_t row = 0; !cotangents && row < r->batch; row++)
    memcpy((REAL *)call.left[0] + row * call.left_row,
           (const REAL *)r->states + ((r->reversed ? r->steps * r->batch : 0) + row) * r->hidden,
           r->hidden * REAL_BYTES);
  surprisal_run_stages(&call, r->steps + 1 + (cotangents != NULL),
                       cotangents ? NAME(backward_piece) : NAME(forward_piece));
  surprisal_tensor_free(call.packed, bytes);
  surprisal_tensor_free(call.left[0], left_bytes);
}
#undef FUNCTION
#undef CELL_ROWS
