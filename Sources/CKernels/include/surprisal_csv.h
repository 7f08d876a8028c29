// Decimal numbers and rows of delimited text.
//
// Every `text` here needs at least 16 readable bytes behind its end, the first of them no part of a number:
// digits are loaded eight at a time.
#ifndef SURPRISAL_CSV_H
#define SURPRISAL_CSV_H

#include <stddef.h>
#include <stdint.h>

enum surprisal_decimal_result {
  SURPRISAL_DECIMAL_EXACT = 0,     // the float64 nearest to the decimal, ties to even
  SURPRISAL_DECIMAL_MALFORMED = 1, // not a decimal number from end to end
  SURPRISAL_DECIMAL_TOO_LARGE = 2  // beyond the largest float64
};

// Reads all of text ..< text + length as [+-] digits [mark digits] [e [+-] digits], with at least one digit.
int surprisal_decimal(const char *text, size_t length, char mark, double *value);

typedef struct {
  const int32_t *targets; // [fields] the place of each field's number in its row, or -1 to skip the field
  size_t fields;          // fields in each record
  size_t columns;         // numbers in each row
  char delimiter;         // a run of it is one delimiter if it is a space
  char mark;              // the decimal mark
} surprisal_csv_layout;

// Reads records, one a line, into `rows` until `end`, until `capacity` rows are full, or up to the first record
// that is not plain (missing or malformed numbers, another count of fields, a blank line, a quoted line end).
//
// Returns the rows read; `stop` is where the next record starts. Lines end with LF, CRLF or CR.
size_t surprisal_csv_parse(
    const surprisal_csv_layout *layout, const char *text, const char *end, double *rows, size_t capacity,
    const char **stop);

// Counts line ends (LF, CRLF, CR) and says whether there is a quote among `count` bytes.
size_t surprisal_csv_count_lines(const char *text, size_t count, int *quoted);

#endif
