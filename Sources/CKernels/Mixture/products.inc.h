// The two products of EM, blocked for the registers of one instruction set.
//
// Everything of a tile lies in blocks of BLOCK_ROWS rows: [block][index][BLOCK_ROWS], so that a block is one
// contiguous stream and a row of a block is ROW_VECTORS vectors.

// out[c] = Σ_f coefficients[f * outputs + c] * inputs[f], for `outputs` <= MAX_OUTPUTS.
INLINE void combine_block(const int outputs, const double *inputs, size_t count, const double *coefficients,
                          double *out) {
  vec sums[MAX_OUTPUTS][ROW_VECTORS];
#pragma unroll
  for (int c = 0; c < outputs; c++)
#pragma unroll
    for (int v = 0; v < ROW_VECTORS; v++)
      sums[c][v] = (vec){0};
  for (size_t f = 0; f < count; f++) {
    vec values[ROW_VECTORS];
#pragma unroll
    for (int v = 0; v < ROW_VECTORS; v++) values[v] = load(inputs + f * BLOCK_ROWS + v * LANES);
#pragma unroll
    for (int c = 0; c < outputs; c++) {
      vec coefficient = splat(coefficients[f * (size_t)outputs + (size_t)c]);
#pragma unroll
      for (int v = 0; v < ROW_VECTORS; v++) sums[c][v] += coefficient * values[v];
    }
  }
#pragma unroll
  for (int c = 0; c < outputs; c++)
#pragma unroll
    for (int v = 0; v < ROW_VECTORS; v++) store(out + c * BLOCK_ROWS + v * LANES, sums[c][v]);
}

static void combine(size_t outputs, const double *inputs, size_t count, const double *coefficients, double *out) {
  switch (outputs) {
  case 1: combine_block(1, inputs, count, coefficients, out); break;
  case 2: combine_block(2, inputs, count, coefficients, out); break;
  case 3: combine_block(3, inputs, count, coefficients, out); break;
  case 4: combine_block(4, inputs, count, coefficients, out); break;
  case 5: combine_block(5, inputs, count, coefficients, out); break;
  case 6: combine_block(6, inputs, count, coefficients, out); break;
  default: break;
  }
}

// out[c] = c_c + Σ_i x_i (b_ic + Σ_{j >= i} P_ijc x_j) for `outputs` <= MAX_FORMS: quadratic forms without their
// features, which for many columns do not fit in a cache. `packed` holds c, then for every i: b, P_ii … P_iD.
INLINE void quadratic_block(const int outputs, const double *columns, size_t D, const double *packed, double *out) {
  vec sums[MAX_FORMS][ROW_VECTORS], rows[MAX_FORMS][ROW_VECTORS];
#pragma unroll
  for (int c = 0; c < outputs; c++)
#pragma unroll
    for (int v = 0; v < ROW_VECTORS; v++) sums[c][v] = splat(packed[c]);
  packed += outputs;
  for (size_t i = 0; i < D; i++) {
#pragma unroll
    for (int c = 0; c < outputs; c++)
#pragma unroll
      for (int v = 0; v < ROW_VECTORS; v++) rows[c][v] = splat(packed[c]);
    packed += outputs;
    for (size_t j = i; j < D; j++, packed += outputs) {
#pragma unroll
      for (int c = 0; c < outputs; c++) {
        vec coefficient = splat(packed[c]);
#pragma unroll
        for (int v = 0; v < ROW_VECTORS; v++) rows[c][v] += coefficient * load(columns + j * BLOCK_ROWS + v * LANES);
      }
    }
#pragma unroll
    for (int c = 0; c < outputs; c++)
#pragma unroll
      for (int v = 0; v < ROW_VECTORS; v++) sums[c][v] += rows[c][v] * load(columns + i * BLOCK_ROWS + v * LANES);
  }
#pragma unroll
  for (int c = 0; c < outputs; c++)
#pragma unroll
    for (int v = 0; v < ROW_VECTORS; v++) store(out + c * BLOCK_ROWS + v * LANES, sums[c][v]);
}

static void quadratic(size_t outputs, const double *columns, size_t D, const double *packed, double *out) {
  switch (outputs) {
  case 1: quadratic_block(1, columns, D, packed, out); break;
  case 2: quadratic_block(2, columns, D, packed, out); break;
  case 3: quadratic_block(3, columns, D, packed, out); break;
  default: break;
  }
}

// How many blocks of at most `most` the number `count` is dealt into, and the size of block b.
INLINE size_t block_count(size_t count, size_t most) { return (count + most - 1) / most; }
INLINE size_t block_start(size_t count, size_t blocks, size_t b) { return count * b / blocks; }

// The lane sums of 8 (of LANES) vectors at once would need shuffles per instruction set; storing and adding
// pairs of lanes costs a few per cent of the product and is the same everywhere.
INLINE void reduce(const vec *sums, int count, double *out) {
#if LANES == 8
  int i = 0;
  for (; i + 8 <= count; i += 8) {
    vec pair[4], quad[2];
#pragma unroll
    for (int j = 0; j < 4; j++)
      pair[j] = __builtin_shufflevector(sums[i + 2 * j], sums[i + 2 * j + 1], 0, 8, 2, 10, 4, 12, 6, 14) +
                __builtin_shufflevector(sums[i + 2 * j], sums[i + 2 * j + 1], 1, 9, 3, 11, 5, 13, 7, 15);
#pragma unroll
    for (int j = 0; j < 2; j++)
      quad[j] = __builtin_shufflevector(pair[2 * j], pair[2 * j + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
                __builtin_shufflevector(pair[2 * j], pair[2 * j + 1], 2, 3, 10, 11, 6, 7, 14, 15);
    store(out + i, __builtin_shufflevector(quad[0], quad[1], 0, 1, 2, 3, 8, 9, 10, 11) +
                     __builtin_shufflevector(quad[0], quad[1], 4, 5, 6, 7, 12, 13, 14, 15));
  }
  for (; i < count; i++) out[i] = sum_lanes(sums[i]);
#else
  for (int i = 0; i < count; i++) out[i] = sum_lanes(sums[i]);
#endif
}

// sums[a][b] = Σ over the rows of `blocks` blocks of left[a] * right[b].
INLINE void inner_block(const int lefts, const int rights, const double *left, size_t left_stride,
                        const double *right, size_t right_stride, size_t blocks, double *out) {
  vec sums[MAX_LEFTS * MAX_RIGHTS];
#pragma unroll
  for (int i = 0; i < lefts * rights; i++) sums[i] = (vec){0};
  for (size_t block = 0; block < blocks; block++, left += left_stride, right += right_stride) {
#pragma clang loop unroll_count(2)
    for (int v = 0; v < BLOCK_ROWS; v += LANES) {
      vec values[MAX_RIGHTS];
#pragma unroll
      for (int b = 0; b < rights; b++) values[b] = load(right + b * BLOCK_ROWS + v);
#pragma unroll
      for (int a = 0; a < lefts; a++) {
        vec value = load(left + a * BLOCK_ROWS + v);
#pragma unroll
        for (int b = 0; b < rights; b++) sums[a * rights + b] += value * values[b];
      }
    }
  }
  reduce(sums, lefts * rights, out);
}

#define INNER_CASE(A, B)                                                                                       \
  case (A) * 8 + (B): inner_block(A, B, left, left_stride, right, right_stride, blocks, out); break;

static void inner(size_t lefts, size_t rights, const double *left, size_t left_stride, const double *right,
                  size_t right_stride, size_t blocks, double *out) {
  switch (lefts * 8 + rights) {
    INNER_CASE(1, 1) INNER_CASE(1, 2) INNER_CASE(1, 3)
    INNER_CASE(2, 1) INNER_CASE(2, 2) INNER_CASE(2, 3)
    INNER_CASE(3, 1) INNER_CASE(3, 2) INNER_CASE(3, 3)
    INNER_CASE(4, 1) INNER_CASE(4, 2) INNER_CASE(4, 3)
#if MAX_RIGHTS > 3
    INNER_CASE(1, 4) INNER_CASE(1, 5) INNER_CASE(1, 6) INNER_CASE(2, 4) INNER_CASE(2, 5) INNER_CASE(2, 6)
    INNER_CASE(3, 4) INNER_CASE(3, 5) INNER_CASE(3, 6) INNER_CASE(4, 4) INNER_CASE(4, 5) INNER_CASE(4, 6)
#endif
  default: break;
  }
}
