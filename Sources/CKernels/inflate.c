#include "surprisal_bytes.h"

#ifdef SURPRISAL_SYSTEM_LIBRARIES
#include <limits.h>
#include <string.h>
#include <zlib.h>

int surprisal_inflate(
    int framing, const uint8_t *input, size_t count, uint8_t *output, size_t capacity, size_t *consumed,
    size_t *written) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  *consumed = 0, *written = 0;
  int window = framing == SURPRISAL_INFLATE_GZIP ? 15 + 16 : -15;
  if (inflateInit2(&stream, window) != Z_OK) return SURPRISAL_INFLATE_OUT_OF_MEMORY;
  int result = SURPRISAL_INFLATE_FULL;
  for (;;) {
    // zlib counts in 32 bits: larger buffers go in pieces.
    size_t left = count - *consumed, room = capacity - *written;
    uInt piece = left > UINT_MAX ? UINT_MAX : (uInt)left;
    uInt space = room > UINT_MAX ? UINT_MAX : (uInt)room;
    stream.next_in = (Bytef *)(input + *consumed), stream.avail_in = piece;
    stream.next_out = output + *written, stream.avail_out = space;
    int status = inflate(&stream, Z_NO_FLUSH);
    size_t taken = piece - stream.avail_in, given = space - stream.avail_out;
    *consumed += taken, *written += given;
    if (status == Z_STREAM_END) { result = SURPRISAL_INFLATE_ENDED; break; }
    if (status == Z_MEM_ERROR) { result = SURPRISAL_INFLATE_OUT_OF_MEMORY; break; }
    if (status != Z_OK && status != Z_BUF_ERROR) { result = SURPRISAL_INFLATE_DAMAGED; break; }
    if (taken == 0 && given == 0) {
      int starved = *consumed == count && *written < capacity;
      result = starved ? SURPRISAL_INFLATE_TRUNCATED : SURPRISAL_INFLATE_FULL;
      break;
    }
  }
  inflateEnd(&stream);
  return result;
}
#else
int surprisal_inflate(
    int framing, const uint8_t *input, size_t count, uint8_t *output, size_t capacity, size_t *consumed,
    size_t *written) {
  (void)framing, (void)input, (void)count, (void)output, (void)capacity;
  *consumed = 0, *written = 0;
  return SURPRISAL_INFLATE_UNAVAILABLE;
}
#endif
