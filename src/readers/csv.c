/* Parting rows of comma-separated values. */
#include "csv.h"

#include "flamectl/memory.h"

/* quoted = "\"" {any | "\"\""} "\""
 *
 * Writes what it means to `text`. Returns the length of all up to the next comma, or of the whole. */
static size_t read_quoted(struct span s, char *text, size_t *len)
{
    size_t i = 1;
    *len = 0;
    for (;;) {
        struct span part = span_first(span_skip(s, i), span_find(span_skip(s, i), '"'));
        memcpy(text + *len, part.data, part.len);
        *len += part.len;
        i += part.len;
        if (i + 1 >= s.len || s.data[i + 1] != '"')
            break;
        text[(*len)++] = '"';
        i += 2;
    }
    size_t comma = span_find(span_skip(s, i), ',');
    return comma == SPAN_NONE ? s.len : i + comma;
}

void csv_split(struct csv_row *row, struct span line)
{
    size_t used = 0;
    row->count = 0;
    row->text = memory_grow(row->text, &row->capacity, line.len + 1, 1);
    for (bool more = true; more && row->count < CSV_FIELDS;) {
        struct span start = span_trim_left(line);
        size_t end, len;
        if (start.len && start.data[0] == '"') {
            end = read_quoted(start, row->text + used, &len);
            row->fields[row->count++] = span_make(row->text + used, len);
            used += len;
        } else {
            start = line;
            end = span_find(start, ',');
            end = end == SPAN_NONE ? start.len : end;
            row->fields[row->count++] = span_trim(span_first(start, end));
        }
        more = end < start.len;
        line = span_skip(start, end + 1);
    }
}

size_t csv_find(const struct csv_row *row, const char *text)
{
    for (size_t i = 0; i < row->count; i++)
        if (span_is(row->fields[i], text))
            return i;
    return SPAN_NONE;
}

struct span csv_field(const struct csv_row *row, size_t place)
{
    return place < row->count ? row->fields[place] : span_make("", 0);
}

void csv_free(struct csv_row *row)
{
    memory_free(row->text);
}
