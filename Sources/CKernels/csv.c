#define _GNU_SOURCE
#include "surprisal_csv.h"

#include <locale.h>
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

#include "decimal_powers.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// A scanned decimal: (-1)^negative · digits · 10^exponent, unless there were too many digits to hold.
typedef struct {
  uint64_t digits;
  int64_t exponent;
  bool negative;
  bool too_many;
} decimal;

static const uint64_t powers_of_ten[9] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

// The run of digits at p, appended to *digits (modulo 2^64). Eight bytes are loaded at once and the leading
// digits among them are converted together: bytes shifted in front count as zeros.
ALWAYS_INLINE const char *scan_digits(const char *p, uint64_t *digits) {
  for (;;) {
    uint64_t bytes;
    memcpy(&bytes, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    uint64_t values = bytes ^ 0x3030303030303030;
    // The top bit of each byte up to the first that is no digit; later bytes may be wrong through carries.
    uint64_t others = ((values + 0x7676767676767676) | values) & 0x8080808080808080;
    unsigned count = 8;
    if (others) {
      count = (unsigned)__builtin_ctzll(others) >> 3;
      if (count == 0) return p;
      values <<= 64 - 8 * count;
    }
    values = values * 10 + (values >> 8);
    uint64_t upper = (values & 0x000000FF000000FF) * (100 + (1000000ULL << 32));
    uint64_t lower = ((values >> 16) & 0x000000FF000000FF) * (1 + (10000ULL << 32));
    *digits = *digits * powers_of_ten[count] + ((upper + lower) >> 32);
    p += count;
    if (count < 8) return p;
  }
}

// Whether more than 19 digits stand from the first that is not 0 on: more than 64 bits are sure to hold.
static bool has_too_many(const char *p, const char *end, char mark) {
  while (p < end && (*p == '0' || *p == mark)) p++;
  size_t count = 0;
  for (; p < end; p++) count += *p != mark;
  return count > 19;
}

// Scans a number at p; NULL if there is none.
ALWAYS_INLINE const char *scan_decimal(const char *p, char mark, decimal *number) {
  number->negative = *p == '-';
  p += *p == '-' || *p == '+';
  const char *start = p;
  uint64_t digits = 0;
  p = scan_digits(p, &digits);
  size_t count = (size_t)(p - start);
  int64_t exponent = 0;
  if (*p == mark) {
    const char *fraction = p + 1;
    p = scan_digits(fraction, &digits);
    exponent = -(int64_t)(p - fraction);
    count += (size_t)(p - fraction);
  }
  if (count == 0) return NULL;
  number->too_many = count > 19 && has_too_many(start, p, mark);
  if ((*p | 0x20) == 'e') {
    p++;
    bool negative = *p == '-';
    p += *p == '-' || *p == '+';
    if (*p < '0' || *p > '9') return NULL;
    int64_t written = 0;
    // Large enough to outweigh any count of digits, small enough not to overflow.
    for (; *p >= '0' && *p <= '9'; p++)
      if (written < 100000000000000) written = written * 10 + (*p - '0');
    exponent += negative ? -written : written;
  }
  number->digits = digits;
  number->exponent = exponent;
  return p;
}

// digits · 10^q by one or two 64 × 64 bit products with the leading bits of 5^q (Eisel and Lemire: D. Lemire,
// "Number parsing at a gigabyte per second", 2021). False where that cannot decide the rounding.
ALWAYS_INLINE bool round_product(uint64_t digits, int64_t q, double *value) {
  if (q < FIRST_POWER || q > LAST_POWER) return false;
  const uint64_t *power = powers_of_five[q - FIRST_POWER];
  int zeros = __builtin_clzll(digits);
  digits <<= zeros;
  unsigned __int128 product = (unsigned __int128)digits * power[0];
  uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
  if ((high & 0x1FF) == 0x1FF) {
    uint64_t carried = (uint64_t)(((unsigned __int128)digits * power[1]) >> 64);
    low += carried;
    high += low < carried;
    if (low == UINT64_MAX && (q < -27 || q > 55)) return false;
  }
  int top = (int)(high >> 63);
  uint64_t mantissa = high >> (top + 9);
  // 152170 / 2^16 is log2(5) closely enough for |q| <= 350; adding 65536 makes it log2(10).
  int64_t biased = (((152170 + 65536) * q) >> 16) + 63 + top - zeros + 1023;
  if (biased <= 0) return false;
  // Half way between two float64 only for small q, where the product is exact: round to even.
  if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << (top + 9) == high)
    mantissa &= ~1ULL;
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa >= 1ULL << 53) {
    mantissa = 1ULL << 52;
    biased++;
  }
  if (biased >= 2047) return false;
  uint64_t bits = (mantissa & ~(1ULL << 52)) | (uint64_t)biased << 52;
  memcpy(value, &bits, 8);
  return true;
}

// The C locale, whatever the process has set: strtod alone would follow its decimal mark.
static locale_t plain_locale(void) {
  static _Atomic(locale_t) shared;
  locale_t locale = atomic_load(&shared);
  if (locale) return locale;
  locale_t created = newlocale(LC_ALL_MASK, "C", (locale_t)0), expected = (locale_t)0;
  if (!created || atomic_compare_exchange_strong(&shared, &expected, created)) return created;
  freelocale(created);
  return expected;
}

// The rare rest: more than 19 digits, extreme exponents, subnormals, undecided roundings. NaN without memory.
static double convert_slowly(const char *text, size_t length, char mark) {
  char buffer[256], *copy = buffer;
  locale_t locale = plain_locale();
  if (!locale || (length >= sizeof buffer && !(copy = malloc(length + 1)))) return NAN;
  memcpy(copy, text, length);
  copy[length] = 0;
  char *found = memchr(copy, mark, length);
  if (found) *found = '.';
  double value = strtod_l(copy, NULL, locale);
  if (copy != buffer) free(copy);
  return value;
}

// The float64 nearest to the scanned number; infinite if it is too large.
ALWAYS_INLINE double convert(const decimal *number, const char *text, size_t length, char mark) {
  static const double exact[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  double value;
  int64_t q = number->exponent;
  if (__builtin_expect(number->too_many, 0)) return convert_slowly(text, length, mark);
  if (number->digits <= 1ULL << 53 && q >= -22 && q <= 22) {
    // Both operands are exact, so that one operation rounds once (Clinger 1990).
    value = (double)number->digits;
    value = q < 0 ? value / exact[-q] : value * exact[q];
  } else if (number->digits == 0) {
    value = 0;
  } else if (!round_product(number->digits, q, &value)) {
    return convert_slowly(text, length, mark);
  }
  return number->negative ? -value : value;
}

int surprisal_decimal(const char *text, size_t length, char mark, double *value) {
  decimal number;
  const char *end = scan_decimal(text, mark, &number);
  if (end != text + length) return SURPRISAL_DECIMAL_MALFORMED;
  *value = convert(&number, text, length, mark);
  return isfinite(*value) ? SURPRISAL_DECIMAL_EXACT : SURPRISAL_DECIMAL_TOO_LARGE;
}

// Blanks around a cell: spaces, and tabs where they cannot delimit and do not stand in runs of spaces.
ALWAYS_INLINE const char *skip_blanks(const char *p, char delimiter) {
  while (*p == ' ' || (*p == '\t' && delimiter != '\t' && delimiter != ' ')) p++;
  return p;
}

// Reads the number at p, in quotes or not; NULL if it is not plain.
ALWAYS_INLINE const char *read_cell(const char *p, char delimiter, char mark, double *value) {
  bool quoted = *p == '"';
  if (quoted) p++;
  else if (*p <= ' ') p = skip_blanks(p, delimiter);
  decimal number;
  const char *end = scan_decimal(p, mark, &number);
  if (!end || (quoted && (*end != '"' || end[1] == '"'))) return NULL;
  *value = convert(&number, p, (size_t)(end - p), mark);
  return isfinite(*value) ? end + quoted : NULL;
}

// Steps over a cell that is not asked for; NULL if its quotes go on behind the line.
ALWAYS_INLINE const char *skip_cell(const char *p, char delimiter) {
  if (*p != '"') {
    while (*p != delimiter && *p != '\n' && *p != '\r' && *p != 0) p++;
    return p;
  }
  for (p++;; p++) {
    if (*p == '"') {
      if (p[1] != '"') return p + 1;
      p++;
    } else if (*p == '\n' || *p == '\r' || *p == 0) {
      return NULL;
    }
  }
}

// One record into `row`; the start of the next, or NULL if the record is not plain.
ALWAYS_INLINE const char *read_record(
    const surprisal_csv_layout *layout, const char *p, const char *end, double *row, char delimiter, char mark) {
  for (size_t field = 0;; field++) {
    if (delimiter == ' ') p = skip_blanks(p, delimiter);
    int32_t target = layout->targets[field];
    p = target >= 0 ? read_cell(p, delimiter, mark, &row[target]) : skip_cell(p, delimiter);
    if (!p) return NULL;
    if (field + 1 == layout->fields) break;
    if (*p != delimiter) {
      p = skip_blanks(p, delimiter);
      if (*p != delimiter) return NULL;
    }
    p++;
  }
  if (*p != '\n') {
    p = skip_blanks(p, delimiter);
    if (p >= end) return p;
    if (*p == '\r') return p[1] == '\n' ? p + 2 : p + 1;
    if (*p != '\n') return NULL;
  }
  return p + 1;
}

ALWAYS_INLINE size_t read_records(
    const surprisal_csv_layout *layout, const char *text, const char *end, double *rows, size_t capacity,
    const char **stop, char delimiter, char mark) {
  size_t count = 0;
  while (text < end && count < capacity) {
    const char *next = read_record(layout, text, end, rows + count * layout->columns, delimiter, mark);
    if (!next) break;
    text = next;
    count++;
  }
  *stop = text;
  return count;
}

size_t surprisal_csv_parse(
    const surprisal_csv_layout *layout, const char *text, const char *end, double *rows, size_t capacity,
    const char **stop) {
  // The usual pair of characters as constants saves comparisons with values in registers.
  if (layout->delimiter == ',' && layout->mark == '.')
    return read_records(layout, text, end, rows, capacity, stop, ',', '.');
  return read_records(layout, text, end, rows, capacity, stop, layout->delimiter, layout->mark);
}

size_t surprisal_csv_count_lines(const char *text, size_t count, int *quoted) {
  enum { WIDTH = 64 };
  size_t lines = 0, done = 0;
  uint8_t quotes = 0;
  while (done + WIDTH <= count) {
    // Sums in bytes, which the compiler keeps in vectors, stay below 256 for 255 rounds.
    uint8_t ends[WIDTH] = {0}, marks[WIDTH] = {0};
    for (int round = 0; round < 255 && done + WIDTH <= count; round++, done += WIDTH) {
      const char *p = text + done;
      for (int i = 0; i < WIDTH; i++) {
        ends[i] += (p[i] == '\n') | ((p[i] == '\r') & (p[i + 1] != '\n'));
        marks[i] |= p[i] == '"';
      }
    }
    for (int i = 0; i < WIDTH; i++) {
      lines += ends[i];
      quotes |= marks[i];
    }
  }
  for (; done < count; done++) {
    char c = text[done];
    lines += c == '\n' || (c == '\r' && text[done + 1] != '\n');
    quotes |= c == '"';
  }
  *quoted = quotes;
  return lines;
}
