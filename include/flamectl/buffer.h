/* A text that is put together piece by piece, or kept when what it came from goes. */
#ifndef FLAMECTL_BUFFER_H
#define FLAMECTL_BUFFER_H

#include "flamectl/span.h"

/* All zeros: empty. */
struct buffer {
    char *data;
    size_t len, capacity;
};

void buffer_free(struct buffer *buffer);

void buffer_add(struct buffer *buffer, struct span more);

/* The same instead of what was there. */
void buffer_set(struct buffer *buffer, struct span to);

/* Stands until the text changes. */
static inline struct span buffer_span(const struct buffer *buffer)
{
    return span_make(buffer->data ? buffer->data : "", buffer->len);
}

#endif
