/* The wire format of protocol buffers: a message is a run of fields, each a number, a wire type and
 * a value. Lengths and numbers are whatever the input says: nothing here trusts them. */
#ifndef FLAMECTL_PROTOBUF_H
#define FLAMECTL_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flamectl/span.h"

enum protobuf_wire { PROTOBUF_VARINT = 0, PROTOBUF_FIXED64 = 1, PROTOBUF_BYTES = 2, PROTOBUF_FIXED32 = 5 };

struct protobuf_field {
    uint32_t number;
    enum protobuf_wire wire;
    uint64_t value;    /* of a varint or a fixed number; of bytes, their length */
    struct span bytes; /* PROTOBUF_BYTES */
};

/* The most bytes that a field takes before its bytes. */
#define PROTOBUF_MOST_HEAD 20

/* protobuf_varint, for numbers of any length. */
bool protobuf_long_varint(struct span *rest, uint64_t *value);

/* Takes a number off: false where it is cut, or has more than 64 bits. Most have one byte or two. */
static inline bool protobuf_varint(struct span *rest, uint64_t *value)
{
    const unsigned char *p = (const unsigned char *)rest->data;
    size_t len = rest->len;
    if (len && p[0] < 0x80)
        len = 1;
    else if (len > 1 && p[1] < 0x80)
        len = 2;
    else
        return protobuf_long_varint(rest, value);
    *value = len == 1 ? p[0] : (p[0] & 0x7fu) | (uint64_t)p[1] << 7;
    rest->data += len;
    rest->len -= len;
    return true;
}

/* Takes a field off, but not its bytes: 1; 0 at the end; -1 where there is no field. */
int protobuf_head(struct span *rest, struct protobuf_field *field);

/* The same with its bytes; a field that is cut is none. */
int protobuf_next(struct span *rest, struct protobuf_field *field);

/* A message being made. */
struct protobuf_message {
    char *data;
    size_t len, capacity;
};

/* For what is written by others, who then set `len`: where it goes, and so many bytes may. */
char *protobuf_room(struct protobuf_message *message, size_t more);

/* As they are: part of a packed field, or fields made before. */
void protobuf_put_raw(struct protobuf_message *message, struct span bytes);

void protobuf_put_varint(struct protobuf_message *message, uint64_t value);
void protobuf_put_number(struct protobuf_message *message, uint32_t field, uint64_t value);
void protobuf_put_bytes(struct protobuf_message *message, uint32_t field, struct span bytes);
void protobuf_put_message(struct protobuf_message *message, uint32_t field,
                          const struct protobuf_message *inner);
void protobuf_free(struct protobuf_message *message);

#endif
