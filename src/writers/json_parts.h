/* Parts that several JSON outputs have. */
#ifndef FLAMECTL_JSON_PARTS_H
#define FLAMECTL_JSON_PARTS_H

#include "flamectl/json_write.h"
#include "flamectl/profile.h"

/* Significant digits of what was computed. */
#define JSON_DIGITS 10

/* "format" and "version", by which a reader of the output knows it. */
void json_format(struct json_write *json, const char *format, unsigned version);

/* A named text, or null for NULL. */
void json_string(struct json_write *json, const char *name, const char *text);

/* A named weight, exact, in units of 1/scale. */
void json_weight(struct json_write *json, const char *name, int64_t weight, int64_t scale);

/* What weights count, as the member "unit". */
void json_unit(struct json_write *json, const struct profile *profile);

/* A frame as a value: {"name": ..., "kind": ...}. A name that is no UTF-8 keeps its bytes beside
 * it. null for FRAME_GAP. */
void json_frame(struct json_write *json, const struct frame_table *frames, uint32_t frame);

#endif
