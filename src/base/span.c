/* Searching and reading spans. */
#include "flamectl/span.h"

struct span span_before(struct span s, char c)
{
    return span_first(s, span_find(s, c));
}

size_t span_find_last(struct span s, char c)
{
    for (size_t i = s.len; i-- > 0;)
        if (s.data[i] == c)
            return i;
    return SPAN_NONE;
}

struct span span_base_name(struct span path)
{
    size_t slash = span_find_last(path, '/');
    return slash == SPAN_NONE ? path : span_skip(path, slash + 1);
}

size_t span_find_text(struct span s, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i + n <= s.len; i++) {
        size_t skip = span_find(span_make(s.data + i, s.len - n + 1 - i), text[0]);
        if (skip == SPAN_NONE)
            return SPAN_NONE;
        i += skip;
        if (memcmp(s.data + i, text, n) == 0)
            return i;
    }
    return SPAN_NONE;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct span span_trim_left(struct span s)
{
    size_t i = 0;
    while (i + 8 <= s.len && memcmp(s.data + i, "        ", 8) == 0) /* rows of outlines begin with many */
        i += 8;
    while (i < s.len && is_space(s.data[i]))
        i++;
    return span_make(s.data + i, s.len - i);
}

struct span span_trim_right(struct span s)
{
    while (s.len && is_space(s.data[s.len - 1]))
        s.len--;
    return s;
}

struct span span_trim(struct span s)
{
    return span_trim_right(span_trim_left(s));
}

bool span_take_last(struct span *s, struct span *word)
{
    struct span trimmed = span_trim_right(*s);
    size_t start = trimmed.len;
    while (start && !is_blank(trimmed.data[start - 1]))
        start--;
    if (start == trimmed.len)
        return false;
    *word = span_skip(trimmed, start);
    *s = span_first(trimmed, start);
    return true;
}

bool span_take_first(struct span *s, struct span *word)
{
    struct span trimmed = span_trim_left(*s), before_space = span_before(trimmed, ' ');
    *word = span_before(before_space, '\t');
    *s = span_skip(trimmed, word->len);
    return word->len > 0;
}

size_t span_common(struct span a, struct span b)
{
    size_t most = a.len < b.len ? a.len : b.len, common = 0;
    uint64_t x, y;
    for (; common + sizeof x <= most; common += sizeof x) {
        memcpy(&x, a.data + common, sizeof x);
        memcpy(&y, b.data + common, sizeof y);
        if (x != y)
            break;
    }
    while (common < most && a.data[common] == b.data[common])
        common++;
    return common;
}

int span_compare(struct span a, struct span b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.data, b.data, n) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

size_t span_digits(struct span s)
{
    size_t n = 0;
    while (n < s.len && is_digit(s.data[n]))
        n++;
    return n;
}

size_t span_hex_digits(struct span s)
{
    size_t n = 0;
    while (n < s.len && is_hex(s.data[n]))
        n++;
    return n;
}

bool span_is_digits(struct span s)
{
    return s.len > 0 && span_digits(s) == s.len;
}

/* So many digits always fit. */
#define SAFE_DIGITS 18

bool span_to_int64(struct span s, int64_t *value)
{
    int64_t v = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        int digit = s.data[i] - '0';
        if (!is_digit(s.data[i]) || (i >= SAFE_DIGITS && v > (INT64_MAX - digit) / 10))
            return false;
        v = v * 10 + digit;
    }
    *value = v;
    return true;
}

/* As span_to_decimal for what has few digits and no more decimals than places, as most have. */
static bool short_decimal(struct span s, unsigned places, int64_t *value)
{
    int64_t v = 0;
    size_t i = 0, taken = 0;
    for (; i < s.len && i < SAFE_DIGITS && is_digit(s.data[i]); i++)
        v = v * 10 + (s.data[i] - '0');
    if (i == 0 || i + places > SAFE_DIGITS)
        return false;
    if (i < s.len && s.data[i] == '.')
        for (i++; i < s.len && taken < places && is_digit(s.data[i]); i++, taken++)
            v = v * 10 + (s.data[i] - '0');
    if (i < s.len)
        return false;
    for (; taken < places; taken++)
        v *= 10;
    *value = v;
    return true;
}

bool span_to_decimal(struct span s, unsigned places, int64_t *value)
{
    if (short_decimal(s, places, value))
        return true;
    size_t point = span_find(s, '.');
    struct span decimals = span_skip(s, point == SPAN_NONE ? s.len : point + 1);
    int64_t v;
    if (!span_to_int64(span_first(s, point), &v) || (decimals.len && !span_is_digits(decimals)))
        return false;
    for (size_t i = 0; i < places; i++) {
        int digit = i < decimals.len ? decimals.data[i] - '0' : 0;
        if (v > (INT64_MAX - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    bool up = decimals.len > places && decimals.data[places] >= '5';
    if (up && v == INT64_MAX)
        return false;
    *value = v + up;
    return true;
}
