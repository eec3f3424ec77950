/* Reading JSON (RFC 8259) token by token, from a source or from bytes at hand. Nothing is kept of
 * what was read but the kinds of the objects and arrays that are open, so neither size nor depth of an
 * input matter. What nobody asks for is skipped without being looked into.
 *
 *     while (json_member(json)) {
 *         if (span_is(json->text, "name") && json_next(json) == JSON_STRING)
 *             use(json->text);
 *         else
 *             json_skip(json);
 *     }
 *
 * An error sticks: from then on only JSON_ERROR comes. json_finish tells it, with its place. Beyond
 * the standard, a comma may stand before the end of an array or object, and strings may hold any
 * bytes. */
#ifndef FLAMECTL_JSON_READ_H
#define FLAMECTL_JSON_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/source.h"
#include "flamectl/span.h"

enum json_token {
    JSON_ERROR,
    JSON_END, /* of the input, between values of the outermost level */
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
};

struct json {
    struct source *source; /* NULL: the bytes at hand are all there is */
    const char *at, *end;  /* not yet read */
    const char *base;      /* what stands before `at` and was not given back to the source */
    uint64_t before;       /* bytes before base */
    uint64_t line;         /* number of the present line, from 1, */
    uint64_t line_start;   /* and the byte that it starts at */
    enum json_token token; /* the last one, */
    struct span text;      /* and what it holds: of a key or string, unescaped; until the next call */
    bool begun;            /* something stands before this place in the present object or array */
    char *open;            /* '{' or '[' by depth */
    size_t depth, capacity;
    char *scratch; /* a string unescaped */
    size_t scratch_capacity;
    const char *error; /* NULL, or what is wrong at byte error_at */
    uint64_t error_at;
    bool cut; /* the error is that the input ends too early */
};

void json_open(struct json *json, struct source *source);
void json_open_span(struct json *json, struct span bytes);

/* The next token. In an object, keys and values take turns. */
enum json_token json_next(struct json *json);

/* Goes to the next member of the object, or element of the array, that is open: true with its key in
 * text, or with its first token in token; false after the last, and where nothing is open. */
bool json_member(struct json *json);
bool json_element(struct json *json);

/* The next elements of an array of numbers, each rounded to an integer: how many, up to `room`; 0 after the
 * last. Anything else than a number is an error. */
size_t json_ints(struct json *json, int64_t *values, size_t room);

/* Where a list of numbers comes again, it need not be read again. json_list_ahead: the text up to the "]" of the list
 * that the last token began, if it is at hand. json_pass_list: such a text was read before without an error, as a
 * list that ended with it; this one is as good, and over. */
bool json_list_ahead(const struct json *json, struct span *text);
void json_pass_list(struct json *json, struct span text);

/* Skips the value of the key, or the object or array that the last token began; nothing else. */
void json_skip(struct json *json);

/* In an object whose key came last: opens the object or array that is its value. Where the value is
 * something else, it is skipped. */
bool json_enter(struct json *json, enum json_token kind);

/* An own verdict on the present place: sticks as an error of the grammar does. */
void json_fail(struct json *json, const char *why);

/* Where the only error is that the input ends too early: forgets it, so that what came before is of use. */
bool json_forgive_cut(struct json *json);

/* Frees, and tells the error if there is one: then -1. */
int json_finish(struct json *json);
void json_close(struct json *json);

/* A number's text as an integer in units of 10^-places, rounded half away from zero. False, with
 * nothing stored, where it exceeds int64_t or is no number. */
bool json_decimal(struct span text, unsigned places, int64_t *value);

/* Whether a number's text has a fraction when it is written without an exponent; or is none. */
bool json_is_fraction(struct span text);

#endif
