#include "surprisal_png.h"

#ifdef SURPRISAL_SYSTEM_LIBRARIES
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  const uint8_t *next;
  size_t left;
  char *message;
} source;

static void keep(char *message, const char *text) { snprintf(message, SURPRISAL_PNG_MESSAGE, "%s", text); }

static void on_error(png_structp png, png_const_charp text) {
  keep(((source *)png_get_error_ptr(png))->message, text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void take(png_structp png, png_bytep out, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->left) png_error(png, "the file is cut off");
  memcpy(out, from->next, count);
  from->next += count, from->left -= count;
}

// Chunks that say nothing about the stored values are passed over, their checksums apart.
static const char ignored[] =
    "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";

static void decode(png_structp png, png_infop info, uint8_t *pixels, size_t capacity) {
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_benign_errors(png, 0);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, (png_const_bytep)ignored, sizeof ignored / 5);
  png_read_info(png, info);
  int color = png_get_color_type(png, info);
  if (color == PNG_COLOR_TYPE_PALETTE) {
    png_set_packing(png);
  } else {
    if (color == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
    if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
    png_set_strip_16(png);
  }
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t height = png_get_image_height(png, info), row = png_get_rowbytes(png, info);
  if (row == 0 || capacity % row != 0 || capacity / row != height) png_error(png, "the size is not that of the header");
  for (int pass = 0; pass < passes; pass++)
    for (size_t y = 0; y < height; y++) png_read_row(png, pixels + y * row, NULL);
  png_read_end(png, NULL);
}

int surprisal_png_read(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t capacity,
                       char message[SURPRISAL_PNG_MESSAGE]) {
  source from = {bytes, count, message};
  keep(message, "no memory");
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &from, on_error, on_warning);
  if (!png) return SURPRISAL_PNG_DAMAGED;
  png_infop info = png_create_info_struct(png);
  // Nothing between here and the end of `decode` changes what is used behind a jump.
  int failed = !info || setjmp(png_jmpbuf(png));
  if (!failed) {
    png_set_read_fn(png, &from, take);
    decode(png, info, pixels, capacity);
  }
  png_destroy_read_struct(&png, info ? &info : NULL, NULL);
  return failed ? SURPRISAL_PNG_DAMAGED : SURPRISAL_PNG_OK;
}

static png_image image_of(uint32_t width, uint32_t height, int channels) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = width, image.height = height;
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  return image;
}

size_t surprisal_png_bound(uint32_t width, uint32_t height, int channels) {
  png_image image = image_of(width, height, channels);
  return PNG_IMAGE_PNG_SIZE_MAX(image);
}

int surprisal_png_write(uint32_t width, uint32_t height, int channels, const uint8_t *pixels, uint8_t *out,
                        size_t *written, char message[SURPRISAL_PNG_MESSAGE]) {
  png_image image = image_of(width, height, channels);
  int ok = png_image_write_to_memory(&image, out, written, 0, pixels, 0, NULL);
  keep(message, image.message);
  return ok ? SURPRISAL_PNG_OK : SURPRISAL_PNG_DAMAGED;
}
#else
int surprisal_png_read(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t capacity,
                       char message[SURPRISAL_PNG_MESSAGE]) {
  (void)bytes, (void)count, (void)pixels, (void)capacity, (void)message;
  return SURPRISAL_PNG_UNAVAILABLE;
}

size_t surprisal_png_bound(uint32_t width, uint32_t height, int channels) {
  (void)width, (void)height, (void)channels;
  return 0;
}

int surprisal_png_write(uint32_t width, uint32_t height, int channels, const uint8_t *pixels, uint8_t *out,
                        size_t *written, char message[SURPRISAL_PNG_MESSAGE]) {
  (void)width, (void)height, (void)channels, (void)pixels, (void)out, (void)written, (void)message;
  return SURPRISAL_PNG_UNAVAILABLE;
}
#endif
