/* Rows of comma-separated values (RFC 4180), each on a line of its own. */
#ifndef FLAMECTL_CSV_H
#define FLAMECTL_CSV_H

#include "flamectl/span.h"

#define CSV_FIELDS 64 /* what more there are in a row is left out */

struct csv_row {
    struct span fields[CSV_FIELDS]; /* without quotes; in the line, or in the scratch below */
    size_t count;
    char *text; /* scratch: fields with quotes in them */
    size_t capacity;
};

/* Parts a line; a field that is not quoted is trimmed. The fields stand until the next call, or until the line
 * goes. */
void csv_split(struct csv_row *row, struct span line);

/* The position of a field with this text, or SPAN_NONE. */
size_t csv_find(const struct csv_row *row, const char *text);

/* A row's field, empty where there are fewer. */
struct span csv_field(const struct csv_row *row, size_t place);

void csv_free(struct csv_row *row);

#endif
