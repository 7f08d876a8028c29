// Checksums and decompression of byte buffers.
#ifndef SURPRISAL_BYTES_H
#define SURPRISAL_BYTES_H

#include <stddef.h>
#include <stdint.h>

// Feeds `count` blocks of 64 bytes to a SHA-256 state of eight words (FIPS 180-4, section 6.2.2).
void surprisal_sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t count);

// The CRC-32 of ISO 3309 (as zip, gzip and PNG use it) of `count` bytes, continued from `crc`; start with 0.
uint32_t surprisal_crc32(uint32_t crc, const uint8_t *bytes, size_t count);

// What `surprisal_inflate` came to.
enum surprisal_inflate_result {
  SURPRISAL_INFLATE_ENDED = 0,         // the stream ended; `written` bytes came out
  SURPRISAL_INFLATE_FULL = 1,          // the output is full and the stream goes on
  SURPRISAL_INFLATE_TRUNCATED = 2,     // the input ended before the stream did
  SURPRISAL_INFLATE_DAMAGED = 3,       // the stream is not valid
  SURPRISAL_INFLATE_OUT_OF_MEMORY = 4,
  SURPRISAL_INFLATE_UNAVAILABLE = 5    // built without zlib
};

// The framing around the compressed data.
enum surprisal_inflate_framing { SURPRISAL_INFLATE_RAW = 0, SURPRISAL_INFLATE_GZIP = 1 };

// Decompresses `input` into `output`, at most `capacity` bytes. `consumed` and `written` tell how far it came.
int surprisal_inflate(
    int framing, const uint8_t *input, size_t count, uint8_t *output, size_t capacity, size_t *consumed,
    size_t *written);

#endif
