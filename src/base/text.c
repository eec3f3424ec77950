/* Growing texts. */
#include "flamectl/text.h"

#include "flamectl/memory.h"

void text_free(struct text *text)
{
    memory_free(text->data);
    *text = (struct text){0};
}

void text_add(struct text *text, struct span more)
{
    text->data = memory_grow(text->data, &text->capacity, text->len + more.len + 1, 1);
    if (more.len)
        memcpy(text->data + text->len, more.data, more.len);
    text->len += more.len;
}

void text_set(struct text *text, struct span to)
{
    text->len = 0;
    text_add(text, to);
}
