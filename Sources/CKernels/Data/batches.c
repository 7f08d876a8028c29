#include "surprisal_batches.h"

#pragma clang fp contract(off)

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// The part [begin, end) of a line of `out` pixels that comes from inside a line of `in` pixels.
ALWAYS_INLINE void inside(int64_t in, int64_t out, int64_t dx, int mirrored, int64_t *begin, int64_t *end) {
  int64_t first = mirrored ? dx - in + 1 : -dx, last = mirrored ? dx + 1 : in - dx;
  *begin = first < 0 ? 0 : first > out ? out : first;
  *end = last < *begin ? *begin : last > out ? out : last;
}

// Rows are chosen at random, which the processor cannot foresee: the lines of a row are asked for some rows ahead.
enum { AHEAD = 4, LINE = 64, MOST_AHEAD = 4096 };

ALWAYS_INLINE void ask_for(const char *row, size_t bytes) {
  for (size_t i = 0; i < bytes && i < MOST_AHEAD; i += LINE) __builtin_prefetch(row + i);
}

// One kernel for each pair of types; `work` is what it computes in.
#define GATHER(name, in_type, work, out_type)                                                                          \
  ALWAYS_INLINE void name##_run(size_t count, const in_type *restrict x, work mean, work factor,                       \
                                out_type *restrict out) {                                                              \
    for (size_t i = 0; i < count; i++) out[i] = (out_type)(((work)x[i] - mean) * factor);                              \
  }                                                                                                                    \
  static void name(size_t rows, const int64_t *indices, const surprisal_batch_form *form, const surprisal_move *moves, \
                   const in_type *restrict x, out_type *restrict out) {                                                \
    size_t channels = form->channels, plane = form->height * form->width;                                              \
    for (size_t r = 0; r < rows; r++) {                                                                                \
      if (r + AHEAD < rows)                                                                                            \
        ask_for((const char *)(x + (size_t)indices[r + AHEAD] * channels * plane), channels * plane * sizeof *x);      \
      const in_type *source = x + (size_t)indices[r] * channels * plane;                                               \
      if (!moves && plane == 1) {                                                                                      \
        for (size_t c = 0; c < channels; c++)                                                                          \
          out[c] = (out_type)(((work)source[c] - (work)form->means[c]) * (work)form->factors[c]);                      \
        out += channels;                                                                                               \
        continue;                                                                                                      \
      }                                                                                                                \
      for (size_t c = 0; c < channels; c++, source += plane) {                                                         \
        work mean = (work)form->means[c], factor = (work)form->factors[c];                                             \
        if (!moves) {                                                                                                  \
          name##_run(plane, source, mean, factor, out);                                                                \
          out += plane;                                                                                                \
          continue;                                                                                                    \
        }                                                                                                              \
        out_type outside = (out_type)((0 - mean) * factor);                                                            \
        int64_t width = (int64_t)form->out_width, dx = moves[r].dx, begin, end;                                        \
        inside((int64_t)form->width, width, dx, moves[r].mirrored, &begin, &end);                                      \
        for (size_t y = 0; y < form->out_height; y++, out += width) {                                                  \
          int64_t line = (int64_t)y + moves[r].dy;                                                                     \
          int64_t from = line < 0 || line >= (int64_t)form->height ? width : begin, to = from == width ? width : end;  \
          const in_type *pixels = source + line * (int64_t)form->width;                                                \
          for (int64_t i = 0; i < from; i++) out[i] = outside;                                                         \
          if (moves[r].mirrored)                                                                                       \
            for (int64_t i = from; i < to; i++) out[i] = (out_type)(((work)pixels[dx - i] - mean) * factor);           \
          else if (from < to)                                                                                          \
            name##_run((size_t)(to - from), pixels + dx + from, mean, factor, out + from);                             \
          for (int64_t i = to; i < width; i++) out[i] = outside;                                                       \
        }                                                                                                              \
      }                                                                                                                \
    }                                                                                                                  \
  }

GATHER(bytes_to_floats, uint8_t, float, float)
GATHER(bytes_to_doubles, uint8_t, double, double)
GATHER(floats_to_floats, float, float, float)
GATHER(floats_to_doubles, float, double, double)
GATHER(doubles_to_floats, double, double, float)
GATHER(doubles_to_doubles, double, double, double)

void surprisal_gather_batch(surprisal_dtype from, surprisal_dtype to, size_t rows, const int64_t *indices,
                            const surprisal_batch_form *form, const surprisal_move *moves, const void *x, void *out) {
  int narrow = to == SURPRISAL_FLOAT32;
  if (from == SURPRISAL_UINT8)
    narrow ? bytes_to_floats(rows, indices, form, moves, x, out) : bytes_to_doubles(rows, indices, form, moves, x, out);
  else if (from == SURPRISAL_FLOAT32)
    narrow ? floats_to_floats(rows, indices, form, moves, x, out)
           : floats_to_doubles(rows, indices, form, moves, x, out);
  else
    narrow ? doubles_to_floats(rows, indices, form, moves, x, out)
           : doubles_to_doubles(rows, indices, form, moves, x, out);
}
