#include "surprisal_kmeans.h"

#include "surprisal_cpu.h"

#include <float.h>
#include <math.h>

#pragma clang fp contract(fast)
// Vectors cross no call: every helper that takes one is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// Eight doubles: one register of AVX-512, two of AVX2, four of SSE2 or NEON, so that every instruction set
// adds in the same order.
typedef double vec __attribute__((vector_size(64)));
typedef double loose_vec __attribute__((vector_size(64), aligned(8)));
typedef double loose_half __attribute__((vector_size(32), aligned(8)));
typedef int64_t int_vec __attribute__((vector_size(64)));
typedef int32_t labels_vec __attribute__((vector_size(32)));
typedef int32_t loose_labels __attribute__((vector_size(32), aligned(4)));

enum { LANES = 8, TILE = SURPRISAL_KMEANS_TILE, PAIR = TILE / LANES, GROUP = 4 };

#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const double *p) { return *(const loose_vec *)p; }
INLINE void store(double *p, vec v) { *(loose_vec *)p = v; }
INLINE vec splat(double x) { return x - (vec){0}; }
INLINE vec select_vec(int_vec mask, vec yes, vec no) {
  return (vec)((mask & (int_vec)yes) | (~mask & (int_vec)no));
}
INLINE double sum_lanes(vec v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

size_t surprisal_kmeans_sum_stride(size_t columns) { return (columns + LANES) / LANES * LANES; }

// Eight rows of eight columns, `columns` apart, into columns TILE apart.
INLINE void transpose_block(const double *x, size_t columns, vec shift, vec scale, const int plain, double *out) {
  vec a[8], b[8], c[8];
  for (int i = 0; i < 8; i++) {
    a[i] = load(x + (size_t)i * columns);
    if (!plain) a[i] = (a[i] - shift) * scale;
  }
  for (int i = 0; i < 8; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += 4)
    for (int j = 0; j < 2; j++) {
      c[i + j] = __builtin_shufflevector(b[i + j], b[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      c[i + j + 2] = __builtin_shufflevector(b[i + j], b[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int i = 0; i < 4; i++) {
    store(out + i * TILE, __builtin_shufflevector(c[i], c[i + 4], 0, 1, 2, 3, 8, 9, 10, 11));
    store(out + (i + 4) * TILE, __builtin_shufflevector(c[i], c[i + 4], 4, 5, 6, 7, 12, 13, 14, 15));
  }
}

// Up to TILE rows, shifted and scaled, one column behind the other; absent rows are 0.
// `plain` says that neither shift nor scale changes anything.
INLINE void fill_tile(const surprisal_kmeans *plan, const double *x, size_t count, const int plain, double *tile) {
  size_t columns = plan->columns, done = 0;
  if (count == TILE) {
    vec scale = splat(plan->scale);
    for (; done + LANES <= columns; done += LANES) {
      vec shift = load(plan->shift + done);
      for (int half = 0; half < PAIR; half++)
        transpose_block(x + (size_t)(half * LANES) * columns + done, columns, shift, scale, plain,
                        tile + done * TILE + half * LANES);
    }
  }
  for (; done < columns; done++)
    for (size_t i = 0; i < TILE; i++)
      tile[done * TILE + i] = i < count ? (x[i * columns + done] - plan->shift[done]) * plan->scale : 0;
}

// Squared distances of a tile to `width` centers; `width` is a constant where this is inlined.
INLINE void distances_to(const double *tile, size_t columns, const double *centers, const int width,
                         vec result[GROUP][PAIR]) {
  for (int k = 0; k < width; k++)
    for (int h = 0; h < PAIR; h++) result[k][h] = (vec){0};
  for (size_t j = 0; j < columns; j++) {
    vec x[PAIR];
    for (int h = 0; h < PAIR; h++) x[h] = load(tile + j * TILE + h * LANES);
    for (int k = 0; k < width; k++) {
      vec c = splat(centers[(size_t)k * columns + j]);
      for (int h = 0; h < PAIR; h++) {
        vec difference = x[h] - c;
        result[k][h] += difference * difference;
      }
    }
  }
}

INLINE void distances_to_group(const double *tile, size_t columns, const double *centers, size_t width,
                               vec result[GROUP][PAIR]) {
  switch (width) {
  case 1: distances_to(tile, columns, centers, 1, result); break;
  case 2: distances_to(tile, columns, centers, 2, result); break;
  case 3: distances_to(tile, columns, centers, 3, result); break;
  default: distances_to(tile, columns, centers, GROUP, result); break;
  }
}

INLINE void tile_weights(const surprisal_kmeans *plan, size_t first, size_t count, double *weights) {
  for (size_t i = 0; i < TILE; i++)
    weights[i] = i >= count ? 0 : plan->weights ? plan->weights[first + i] : 1;
}

INLINE void add_row(const surprisal_kmeans *plan, const double *x, double weight, const int plain, double *sums) {
  size_t j = 0, columns = plan->columns;
  if (plain) {
    for (; j + LANES <= columns; j += LANES) store(sums + j, load(sums + j) + load(x + j));
    if (j + 4 <= columns) {
      *(loose_half *)(sums + j) += *(const loose_half *)(x + j);
      j += 4;
    }
    for (; j < columns; j++) sums[j] += x[j];
  } else {
    double scale = plan->scale;
    const double *shift = plan->shift;
    for (; j + LANES <= columns; j += LANES)
      store(sums + j, load(sums + j) + (load(x + j) - load(shift + j)) * scale * weight);
    for (; j < columns; j++) sums[j] += (x[j] - shift[j]) * scale * weight;
  }
  sums[columns] += weight;
}

INLINE void nearest_centers(const surprisal_kmeans *plan, const double *tile, vec best[PAIR],
                            int_vec nearest[PAIR]) {
  vec group[GROUP][PAIR];
  for (int h = 0; h < PAIR; h++) {
    best[h] = splat(INFINITY);
    nearest[h] = (int_vec){0};
  }
  for (size_t k = 0; k < plan->clusters; k += GROUP) {
    size_t width = plan->clusters - k < GROUP ? plan->clusters - k : GROUP;
    distances_to_group(tile, plan->columns, plan->centers + k * plan->columns, width, group);
    for (size_t g = 0; g < width; g++)
      for (int h = 0; h < PAIR; h++) {
        int_vec closer = group[g][h] < best[h];
        best[h] = select_vec(closer, group[g][h], best[h]);
        nearest[h] = (closer & (int64_t)(k + g)) | (~closer & nearest[h]);
      }
  }
}

// `plain`: no shift, no scale, no weights.
INLINE double assign(const surprisal_kmeans *plan, size_t first, size_t end, int32_t *labels, size_t *changed,
                     double *sums, double *distances, const int plain, double *tile) {
  size_t columns = plan->columns, stride = surprisal_kmeans_sum_stride(columns), differing = 0;
  vec total[PAIR] = {{0}, {0}};
  labels_vec equal = {0};
  size_t row = first;
  for (; plain && row + TILE <= end; row += TILE) {
    const double *x = plan->rows + row * columns;
    vec best[PAIR];
    int_vec nearest[PAIR];
    // Four tiles ahead: the streams that the processor finds by itself do not keep up. By address, since it
    // may lie past the end of the rows.
    for (size_t bytes = 0; bytes < TILE * columns * sizeof(double); bytes += 64)
      __builtin_prefetch((const void *)((uintptr_t)x + 4 * TILE * columns * sizeof(double) + bytes));
    fill_tile(plan, x, TILE, plain, tile);
    nearest_centers(plan, tile, best, nearest);
    for (int h = 0; h < PAIR; h++) {
      total[h] += best[h];
      loose_labels *place = (loose_labels *)(labels + row + h * LANES);
      labels_vec now = __builtin_convertvector(nearest[h], labels_vec);
      equal += *place == now; // -1 where true
      *place = now;
      if (distances) store(distances + row + h * LANES, best[h]);
    }
    differing += TILE;
    if (sums)
      for (size_t i = 0; i < TILE; i++)
        add_row(plan, x + i * columns, 1, plain, sums + (size_t)labels[row + i] * stride);
  }
  for (int i = 0; i < LANES; i++) differing += (size_t)(int64_t)equal[i];
  for (; row < end; row += TILE) {
    size_t count = end - row < TILE ? end - row : TILE;
    const double *x = plan->rows + row * columns;
    vec best[PAIR];
    int_vec nearest[PAIR];
    double weights[TILE], found[TILE];
    int64_t index[TILE];
    fill_tile(plan, x, count, plain, tile);
    nearest_centers(plan, tile, best, nearest);
    tile_weights(plan, row, count, weights);
    for (int h = 0; h < PAIR; h++) {
      vec weight = load(weights + h * LANES);
      // An absent row may be so far out that its distance overflows.
      total[h] += select_vec(weight > 0, weight * best[h], (vec){0});
      store(found + h * LANES, best[h]);
      store((double *)index + h * LANES, (vec)nearest[h]);
    }
    for (size_t i = 0; i < count; i++) {
      int32_t label = (int32_t)index[i];
      if (distances) distances[row + i] = found[i];
      int present = weights[i] > 0;
      differing += (size_t)(present & (labels[row + i] != label));
      labels[row + i] = label;
      if (sums && present) add_row(plan, x + i * columns, weights[i], plain, sums + (size_t)label * stride);
    }
  }
  *changed += differing;
  return sum_lanes(total[0] + total[1]);
}

INLINE void candidates(const surprisal_kmeans *plan, size_t first, size_t end, const double *nearest,
                       double *updated, size_t stride, double *totals, double *tile) {
  size_t columns = plan->columns;
  for (size_t row = first; row < end; row += TILE) {
    size_t count = end - row < TILE ? end - row : TILE;
    fill_tile(plan, plan->rows + row * columns, count, 0, tile);
    double weights[TILE], old[TILE];
    tile_weights(plan, row, count, weights);
    for (size_t i = 0; i < TILE; i++) old[i] = i < count ? nearest[row + i] : 0;
    for (size_t k = 0; k < plan->clusters; k += GROUP) {
      size_t width = plan->clusters - k < GROUP ? plan->clusters - k : GROUP;
      vec group[GROUP][PAIR];
      distances_to_group(tile, columns, plan->centers + k * columns, width, group);
      for (size_t g = 0; g < width; g++) {
        vec value[PAIR];
        double *out = updated + (k + g) * stride + row;
        for (int h = 0; h < PAIR; h++) {
          vec weight = load(weights + h * LANES), before = load(old + h * LANES);
          vec now = select_vec(weight > 0, weight * group[g][h], (vec){0});
          value[h] = select_vec(now < before, now, before);
        }
        totals[k + g] += sum_lanes(value[0] + value[1]);
        if (count == TILE) {
          for (int h = 0; h < PAIR; h++) store(out + h * LANES, value[h]);
        } else {
          for (size_t i = 0; i < count; i++) out[i] = value[i / LANES][i % LANES];
        }
      }
    }
  }
}

INLINE int ranges(const double *rows, const double *weights, size_t count, size_t columns, double *low,
                  double *high) {
  int finite = 1;
  for (size_t i = 0; i < count; i++) {
    const double *x = rows + i * columns;
    int present = !weights || weights[i] > 0, bad = 0;
    for (size_t j = 0; j < columns; j++) bad |= !(fabs(x[j]) <= DBL_MAX);
    finite &= !bad;
    if (!present || bad) continue;
    for (size_t j = 0; j < columns; j++) {
      low[j] = x[j] < low[j] ? x[j] : low[j];
      high[j] = x[j] > high[j] ? x[j] : high[j];
    }
  }
  return finite;
}

INLINE size_t ward_nearest(const double *centers, size_t stride, const double *masses, size_t count,
                           size_t columns, size_t self, size_t preferred, double *distances, double *distance) {
  for (size_t s = 0; s < count; s++) distances[s] = 0;
  for (size_t j = 0; j < columns; j++) {
    const double *column = centers + j * stride;
    double own = column[self];
    for (size_t s = 0; s < count; s++) distances[s] += (column[s] - own) * (column[s] - own);
  }
  double mass = masses[self];
  // Symmetric in both slots to the bit: chains of nearest neighbors must not run in circles.
  for (size_t s = 0; s < count; s++)
    distances[s] = masses[s] > 0 ? distances[s] * (masses[s] * mass / (masses[s] + mass)) : INFINITY;
  distances[self] = INFINITY;
  double least = INFINITY;
  for (size_t s = 0; s < count; s++) least = distances[s] < least ? distances[s] : least;
  *distance = least;
  if (!(least < INFINITY)) return count;
  if (preferred < count && distances[preferred] == least) return preferred;
  size_t slot = 0;
  while (distances[slot] != least) slot++;
  return slot;
}

static int is_plain(const surprisal_kmeans *plan) {
  int plain = plan->weights == NULL && plan->scale == 1;
  for (size_t j = 0; j < plan->columns && plain; j++) plain = plan->shift[j] == 0;
  return plain;
}

// One copy of the loops above per instruction set.
#define KERNELS(suffix, attributes)                                                                              \
  attributes static double assign_##suffix(const surprisal_kmeans *plan, size_t first, size_t end,               \
                                           int32_t *labels, size_t *changed, double *sums, double *distances,    \
                                           double *tile) {                                                       \
    if (is_plain(plan)) return assign(plan, first, end, labels, changed, sums, distances, 1, tile);              \
    return assign(plan, first, end, labels, changed, sums, distances, 0, tile);                                  \
  }                                                                                                              \
  attributes static void candidates_##suffix(const surprisal_kmeans *plan, size_t first, size_t end,             \
                                             const double *nearest, double *updated, size_t stride,              \
                                             double *totals, double *tile) {                                     \
    candidates(plan, first, end, nearest, updated, stride, totals, tile);                                        \
  }                                                                                                              \
  attributes static int ranges_##suffix(const double *rows, const double *weights, size_t count,                 \
                                        size_t columns, double *low, double *high) {                             \
    return ranges(rows, weights, count, columns, low, high);                                                     \
  }                                                                                                              \
  attributes static size_t ward_##suffix(const double *centers, size_t stride, const double *masses,             \
                                         size_t count, size_t columns, size_t self, size_t preferred,            \
                                         double *distances, double *distance) {                                  \
    return ward_nearest(centers, stride, masses, count, columns, self, preferred, distances, distance);          \
  }

KERNELS(baseline, )
#if defined(__x86_64__)
KERNELS(v3, __attribute__((target("arch=x86-64-v3"))))
KERNELS(v4, __attribute__((target("arch=x86-64-v4"), min_vector_width(512))))
#define DISPATCH(name, ...)                                                                                      \
  switch (surprisal_current_instruction_set()) {                                                                 \
  case SURPRISAL_V4: return name##_v4(__VA_ARGS__);                                                              \
  case SURPRISAL_V3: return name##_v3(__VA_ARGS__);                                                              \
  default: return name##_baseline(__VA_ARGS__);                                                                  \
  }
#else
#define DISPATCH(name, ...) return name##_baseline(__VA_ARGS__);
#endif

size_t surprisal_kmeans_workspace_count(size_t columns) { return columns * TILE; }


double surprisal_kmeans_assign(const surprisal_kmeans *plan, size_t first, size_t end, int32_t *labels,
                               size_t *changed, double *sums, double *distances, double *workspace) {
  DISPATCH(assign, plan, first, end, labels, changed, sums, distances, workspace)
}

void surprisal_kmeans_candidates(const surprisal_kmeans *plan, size_t first, size_t end, const double *nearest,
                                 double *updated, size_t stride, double *totals, double *workspace) {
  DISPATCH(candidates, plan, first, end, nearest, updated, stride, totals, workspace)
}

int surprisal_kmeans_ranges(const double *rows, const double *weights, size_t count, size_t columns, double *low,
                            double *high) {
  DISPATCH(ranges, rows, weights, count, columns, low, high)
}

size_t surprisal_ward_nearest(const double *centers, size_t stride, const double *masses, size_t count,
                              size_t columns, size_t self, size_t preferred, double *distances,
                              double *distance) {
  DISPATCH(ward, centers, stride, masses, count, columns, self, preferred, distances, distance)
}
