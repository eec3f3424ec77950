/* A span is a run of borrowed bytes: it owns nothing, and whoever keeps the bytes copies them. */
#ifndef FLAMECTL_SPAN_H
#define FLAMECTL_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const char *data; /* may hold any byte, NUL included; not terminated */
    size_t len;
};

static inline struct span span_make(const char *data, size_t len)
{
    struct span s = {data, len};
    return s;
}

/* The bytes of a C string, without its NUL. */
static inline struct span span_of(const char *text)
{
    return span_make(text, strlen(text));
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool span_is(struct span s, const char *text)
{
    return span_equal(s, span_of(text));
}

/* The bytes from `from` (clamped to the end) to the end. */
static inline struct span span_skip(struct span s, size_t from)
{
    return from < s.len ? span_make(s.data + from, s.len - from) : span_make(s.data + s.len, 0);
}

/* The first `len` bytes, or all where there are fewer. */
static inline struct span span_first(struct span s, size_t len)
{
    return span_make(s.data, len < s.len ? len : s.len);
}

static inline bool span_starts(struct span s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.len >= n && memcmp(s.data, prefix, n) == 0;
}

static inline bool span_ends(struct span s, const char *suffix)
{
    size_t n = strlen(suffix);
    return s.len >= n && memcmp(s.data + s.len - n, suffix, n) == 0;
}

/* Returned by the finders below where nothing is found. */
#define SPAN_NONE SIZE_MAX

/* Position of the first such byte, or SPAN_NONE. */
static inline size_t span_find(struct span s, char c)
{
    const char *p = s.len ? memchr(s.data, c, s.len) : NULL;
    return p ? (size_t)(p - s.data) : SPAN_NONE;
}

/* What stands before the first such byte, or all where there is none. */
struct span span_before(struct span s, char c);

/* Position of the last such byte, or SPAN_NONE. */
size_t span_find_last(struct span s, char c);

/* What follows the last '/', or all where there is none. */
struct span span_base_name(struct span path);

/* Position of the first occurrence of a (non-empty) text, or SPAN_NONE. */
size_t span_find_text(struct span s, const char *text);

/* Without the blanks (space, TAB, CR) at either end. */
struct span span_trim(struct span s);
struct span span_trim_left(struct span s);
struct span span_trim_right(struct span s);

/* Takes the first word off the beginning, with the blanks (space, TAB) before it; the last one off the end, with
 * those behind it. False where there is none. */
bool span_take_first(struct span *s, struct span *word);
bool span_take_last(struct span *s, struct span *word);

/* How many bytes both begin with. */
size_t span_common(struct span a, struct span b);

/* Orders by bytes, as memcmp, a prefix before what it begins. */
int span_compare(struct span a, struct span b);

/* How many decimal digits it begins with, and how many hexadecimal ones. */
size_t span_digits(struct span s);
size_t span_hex_digits(struct span s);

/* Whether there is nothing but decimal digits, one at least. */
bool span_is_digits(struct span s);

/* The bytes as a decimal integer without sign. False, with nothing stored, where s is empty, holds
 * anything but digits, or exceeds INT64_MAX. */
bool span_to_int64(struct span s, int64_t *value);

/* digits ["." {digit}] in units of 10^-places, rounded half up. False, with nothing stored, for anything
 * else, and where that exceeds INT64_MAX. */
bool span_to_decimal(struct span s, unsigned places, int64_t *value);

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline unsigned hex_value(char c)
{
    return (unsigned)(is_digit(c) ? c - '0' : (c | 32) - 'a' + 10);
}

static inline bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

#endif
