// PNG images through libpng; nothing of it but plain C reaches the caller, and none of its jumps.
#ifndef SURPRISAL_PNG_H
#define SURPRISAL_PNG_H

#include <stddef.h>
#include <stdint.h>

enum surprisal_png_result {
  SURPRISAL_PNG_OK = 0,
  SURPRISAL_PNG_DAMAGED = 1,    // `message` says why
  SURPRISAL_PNG_UNAVAILABLE = 2 // built without libpng
};

enum { SURPRISAL_PNG_MESSAGE = 128 };

// Decodes the file `bytes` into exactly `capacity` bytes, rows from the top, 8 bits a channel: the stored values
// (gray of 1, 2, 4 bits spread over 0 ... 255, the upper byte of 16 bits), an alpha channel where the file has one or
// names a transparent color, and the places in the palette of an image that has one. Any wrong checksum is damage.
int surprisal_png_read(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t capacity,
                       char message[SURPRISAL_PNG_MESSAGE]);

// The most bytes that `surprisal_png_write` may need.
size_t surprisal_png_bound(uint32_t width, uint32_t height, int channels);

// Encodes an image of 1 (gray) or 3 (red, green, blue) channels into `out`; `written` holds its capacity, then its size.
int surprisal_png_write(uint32_t width, uint32_t height, int channels, const uint8_t *pixels, uint8_t *out,
                        size_t *written, char message[SURPRISAL_PNG_MESSAGE]);

#endif
