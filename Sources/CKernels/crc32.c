#include "surprisal_bytes.h"

// Row k holds the CRC of a byte followed by k zero bytes, so that eight bytes are taken at a step.
static uint32_t table[8][256];

__attribute__((constructor)) static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    table[0][byte] = crc;
  }
  for (int k = 1; k < 8; k++)
    for (int byte = 0; byte < 256; byte++)
      table[k][byte] = table[k - 1][byte] >> 8 ^ table[0][table[k - 1][byte] & 0xFF];
}

uint32_t surprisal_crc32(uint32_t crc, const uint8_t *bytes, size_t count) {
  crc = ~crc;
  for (; count >= 8; count -= 8, bytes += 8) {
    crc = table[7][(crc ^ bytes[0]) & 0xFF] ^ table[6][(crc >> 8 ^ bytes[1]) & 0xFF] ^
          table[5][(crc >> 16 ^ bytes[2]) & 0xFF] ^ table[4][(crc >> 24 ^ bytes[3]) & 0xFF] ^
          table[3][bytes[4]] ^ table[2][bytes[5]] ^ table[1][bytes[6]] ^ table[0][bytes[7]];
  }
  for (; count > 0; count--, bytes++) crc = crc >> 8 ^ table[0][(crc ^ *bytes) & 0xFF];
  return ~crc;
}
