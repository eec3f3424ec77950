/* Growing buffers. */
#include "flamectl/buffer.h"

#include "flamectl/memory.h"

void buffer_free(struct buffer *buffer)
{
    memory_free(buffer->data);
    *buffer = (struct buffer){0};
}

void buffer_add(struct buffer *buffer, struct span more)
{
    buffer->data = memory_grow(buffer->data, &buffer->capacity, buffer->len + more.len + 1, 1);
    if (more.len)
        memcpy(buffer->data + buffer->len, more.data, more.len);
    buffer->len += more.len;
}

void buffer_set(struct buffer *buffer, struct span to)
{
    buffer->len = 0;
    buffer_add(buffer, to);
}
