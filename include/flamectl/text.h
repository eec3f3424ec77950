/* A text that is put together piece by piece, or kept when what it came from goes. */
#ifndef FLAMECTL_TEXT_H
#define FLAMECTL_TEXT_H

#include "flamectl/span.h"

/* All zeros: empty. */
struct text {
    char *data;
    size_t len, capacity;
};

void text_free(struct text *text);

void text_add(struct text *text, struct span more);

/* The same instead of what was there. */
void text_set(struct text *text, struct span to);

/* Stands until the text changes. */
static inline struct span text_span(const struct text *text)
{
    return span_make(text->data ? text->data : "", text->len);
}

#endif
