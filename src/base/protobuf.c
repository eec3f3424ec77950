/* Reading and making protocol buffers. Groups, which were given up before any profile was written
 * so, are no fields. */
#include "flamectl/protobuf.h"

#include "flamectl/memory.h"

/* A varint has 7 bits a byte, lowest first; the top bit says that more follow. */
#define MOST_VARINT 10

bool protobuf_long_varint(struct span *rest, uint64_t *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < rest->len && i < MOST_VARINT; i++) {
        uint64_t byte = (unsigned char)rest->data[i];
        if (i == MOST_VARINT - 1 && byte > 1)
            return false;
        sum |= (byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *value = sum;
            rest->data += i + 1;
            rest->len -= i + 1;
            return true;
        }
    }
    return false;
}

/* Lowest byte first. */
static bool fixed(struct span *rest, size_t size, uint64_t *value)
{
    if (rest->len < size)
        return false;
    *value = 0;
    for (size_t i = size; i-- > 0;)
        *value = *value << 8 | (unsigned char)rest->data[i];
    *rest = span_skip(*rest, size);
    return true;
}

int protobuf_head(struct span *rest, struct protobuf_field *field)
{
    uint64_t tag;
    bool good = false;
    if (rest->len == 0)
        return 0;
    if (!protobuf_varint(rest, &tag) || tag < 8 || tag > UINT32_MAX)
        return -1;
    field->number = (uint32_t)(tag >> 3);
    field->wire = (enum protobuf_wire)(tag & 7);
    field->bytes = span_make(NULL, 0);
    switch (field->wire) {
    case PROTOBUF_VARINT:
    case PROTOBUF_BYTES:
        good = protobuf_varint(rest, &field->value);
        break;
    case PROTOBUF_FIXED64:
        good = fixed(rest, 8, &field->value);
        break;
    case PROTOBUF_FIXED32:
        good = fixed(rest, 4, &field->value);
        break;
    }
    return good ? 1 : -1;
}

int protobuf_next(struct span *rest, struct protobuf_field *field)
{
    int result = protobuf_head(rest, field);
    if (result <= 0 || field->wire != PROTOBUF_BYTES)
        return result;
    if (field->value > rest->len)
        return -1;
    field->bytes = span_first(*rest, (size_t)field->value);
    *rest = span_skip(*rest, (size_t)field->value);
    return 1;
}

char *protobuf_room(struct protobuf_message *message, size_t more)
{
    message->data = memory_grow(message->data, &message->capacity, message->len + more, 1);
    return message->data + message->len;
}

void protobuf_put_raw(struct protobuf_message *message, struct span bytes)
{
    if (bytes.len == 0)
        return;
    memcpy(protobuf_room(message, bytes.len), bytes.data, bytes.len);
    message->len += bytes.len;
}

void protobuf_put_varint(struct protobuf_message *message, uint64_t value)
{
    char *out = protobuf_room(message, MOST_VARINT);
    for (; value >= 0x80; value >>= 7, message->len++)
        *out++ = (char)(value | 0x80);
    *out = (char)value;
    message->len++;
}

void protobuf_put_number(struct protobuf_message *message, uint32_t field, uint64_t value)
{
    protobuf_put_varint(message, field << 3 | PROTOBUF_VARINT);
    protobuf_put_varint(message, value);
}

void protobuf_put_bytes(struct protobuf_message *message, uint32_t field, struct span bytes)
{
    protobuf_put_varint(message, field << 3 | PROTOBUF_BYTES);
    protobuf_put_varint(message, bytes.len);
    protobuf_put_raw(message, bytes);
}

void protobuf_put_message(struct protobuf_message *message, uint32_t field,
                          const struct protobuf_message *inner)
{
    protobuf_put_bytes(message, field, span_make(inner->data, inner->len));
}

void protobuf_free(struct protobuf_message *message)
{
    memory_free(message->data);
    *message = (struct protobuf_message){NULL, 0, 0};
}
