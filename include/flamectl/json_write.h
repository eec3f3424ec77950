/* Writing JSON (RFC 8259) to a sink as it comes: nothing is kept but where a comma is due.
 *
 * Values of the outermost object or array, and of those directly in it, stand on lines of their
 * own. */
#ifndef FLAMECTL_JSON_WRITE_H
#define FLAMECTL_JSON_WRITE_H

#include <stdint.h>

#include "flamectl/sink.h"
#include "flamectl/span.h"

#define JSON_WRITE_DEPTH 16

struct json_write {
    struct sink *sink;
    unsigned depth;
    char close[JSON_WRITE_DEPTH]; /* by depth: what ends the object or array */
    bool begun[JSON_WRITE_DEPTH]; /* by depth: something stands in it */
    bool named;                   /* the value after a name */
};

void json_write_init(struct json_write *json, struct sink *sink);

/* Begins an object or an array, as a value; and ends the one begun last. The end of the outermost
 * ends the line. */
void json_write_object(struct json_write *json);
void json_write_array(struct json_write *json);
void json_write_end(struct json_write *json);

/* In an object: the name of the value that comes next. Plain ASCII. */
void json_write_name(struct json_write *json, const char *name);

/* Values. Text that is no UTF-8 has the replacement character for every wrong byte. Numbers that
 * are not finite become null; others have so many significant digits: the last of the 15 to 17 that
 * a double has depend on the machine. Exact ones are the digits given. */
void json_write_text(struct json_write *json, struct span text);
void json_write_number(struct json_write *json, double number, int digits);
void json_write_count(struct json_write *json, uint64_t count);
void json_write_exact(struct json_write *json, const char *digits);
void json_write_bool(struct json_write *json, bool value);
void json_write_null(struct json_write *json);

/* The bytes of a text in hexadecimal, as a text. */
void json_write_hex(struct json_write *json, struct span bytes);

#endif
