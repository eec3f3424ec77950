/* Reading JSON. The bytes of a token stand together: where the buffer ends within one, the source
 * reads on behind it (`refill`), and what points into the buffer moves along. */
#include "flamectl/json_read.h"

#include "flamectl/memory.h"
#include "flamectl/utf8.h"
#include "json_number.h"

void json_open(struct json *json, struct source *source)
{
    struct span ahead = source_peek(source, 1);
    *json = (struct json){.source = source, .line = source->line + 1};
    json->base = json->at = ahead.data;
    json->end = ahead.data + ahead.len;
}

void json_open_span(struct json *json, struct span bytes)
{
    *json = (struct json){.line = 1};
    json->base = json->at = bytes.data;
    json->end = bytes.data + bytes.len;
}

void json_close(struct json *json)
{
    memory_free(json->open);
    memory_free(json->scratch);
    json->open = json->scratch = NULL;
}

static uint64_t offset(const struct json *json, const char *at)
{
    return json->before + (uint64_t)(at - json->base);
}

static enum json_token fail_at(struct json *json, const char *at, const char *why)
{
    if (!json->error) {
        json->error = why;
        json->error_at = offset(json, at);
    }
    json->at = json->end;
    return json->token = JSON_ERROR;
}

void json_fail(struct json *json, const char *why)
{
    fail_at(json, json->at, why);
}

/* Nothing follows, and more should. */
static enum json_token fail_cut(struct json *json)
{
    json->cut = !json->error;
    if (json->depth == 0)
        return fail_at(json, json->end, "the input ends within a value");
    return fail_at(json, json->end, json->open[json->depth - 1] == '{' ? "the input ends within an object"
                                                                     : "the input ends within an array");
}

bool json_forgive_cut(struct json *json)
{
    if (!json->cut)
        return false;
    json->error = NULL;
    return true;
}

int json_finish(struct json *json)
{
    int result = json->error ? -1 : 0;
    /* the line counted last is that of the error: nothing is read after it */
    if (json->error && json->source && !json->source->failed)
        diag_error(json->source->diag, json->source->name, json->line, "column %llu: %s",
                   (unsigned long long)(json->error_at - json->line_start + 1), json->error);
    json_close(json);
    return result;
}

/* Reads more behind the bytes from `*keep` on, which may move. False at the end of the input. */
static bool refill(struct json *json, const char **keep)
{
    if (!json->source || json->error)
        return false;
    size_t used = (size_t)(*keep - json->base), kept = (size_t)(json->end - *keep);
    size_t at = (size_t)(json->at - *keep);
    source_take(json->source, used, 0);
    struct span ahead = source_peek(json->source, kept + 1);
    json->before += used;
    json->base = *keep = ahead.data;
    json->at = ahead.data + at;
    json->end = ahead.data + ahead.len;
    return ahead.len > kept;
}

/* What indents a line, mostly. */
static const char *skip_blanks(const char *at, const char *end)
{
    while (end - at >= 8 && memcmp(at, "        ", 8) == 0)
        at += 8;
    while (at < end && *at == ' ')
        at++;
    return at;
}

static int skip_white(struct json *json)
{
    for (;;) {
        for (json->at = skip_blanks(json->at, json->end); json->at < json->end; json->at++) {
            char c = *json->at;
            if (c == '\n') {
                json->line++;
                json->line_start = offset(json, json->at) + 1;
                json->at = skip_blanks(json->at + 1, json->end) - 1;
            } else if (c != ' ' && c != '\t' && c != '\r') {
                return (unsigned char)c;
            }
        }
        const char *keep = json->at;
        if (!refill(json, &keep))
            return -1;
    }
}

/* The next byte that is no white space, or -1 at the end. */
static inline int skip_space(struct json *json)
{
    if (json->at < json->end && (unsigned char)*json->at > ' ')
        return (unsigned char)*json->at;
    return skip_white(json);
}

static void push(struct json *json, char kind)
{
    json->open = memory_grow(json->open, &json->capacity, json->depth + 1, 1);
    json->open[json->depth++] = kind;
    json->begun = false;
}

/* Of eight bytes, marks the first that is `byte` by its highest bit, and maybe some that come after it. */
static uint64_t find_byte(uint64_t word, unsigned char byte)
{
    uint64_t x = word ^ (UINT64_C(0x0101010101010101) * byte);
    return (x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080);
}

/* The first quote or backslash from `at` on, or `end`. */
static const char *find_special(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t word, marks;
        memcpy(&word, at, 8);
        marks = find_byte(word, '"') | find_byte(word, '\\');
        if (marks) {
            at += WORD_PLACE(marks);
            break;
        }
    }
    while (at < end && *at != '"' && *at != '\\')
        at++;
    return at;
}

/* string = '"' {character | "\" character} '"'
 *
 * Goes behind the string that begins here. *start, where it begins, may move. */
static bool scan_string(struct json *json, const char **start, bool keep, bool *escaped)
{
    *start = json->at++;
    *escaped = false;
    for (;;) {
        json->at = find_special(json->at, json->end);
        size_t need = json->at < json->end && *json->at == '\\' ? 2 : 1;
        if ((size_t)(json->end - json->at) < need) {
            if (!refill(json, keep ? start : &json->at)) {
                fail_cut(json);
                return false;
            }
            continue;
        }
        json->at += need;
        if (need == 1)
            return true;
        *escaped = true;
    }
}

/* The four digits of "\uXXXX", or -1 where it is none. */
static long unicode_escape(struct span rest)
{
    long code = 0;
    if (rest.len < 6 || rest.data[0] != '\\' || rest.data[1] != 'u')
        return -1;
    for (size_t i = 2; i < 6; i++) {
        if (!is_hex(rest.data[i]))
            return -1;
        code = code * 16 + (long)hex_value(rest.data[i]);
    }
    return code;
}

/* "\uXXXX", or two of them for what lies beyond 16 bits; half of such a pair is replaced. Returns how
 * many bytes of input it takes, or 0 where it is none. */
static size_t unescape_unicode(struct span rest, char *out, size_t *used)
{
    long code = unicode_escape(rest);
    size_t taken = 6;
    if (code < 0)
        return 0;
    if (code >= 0xD800 && code < 0xE000) {
        long low = code < 0xDC00 ? unicode_escape(span_skip(rest, 6)) : -1;
        bool pair = low >= 0xDC00 && low < 0xE000;
        code = pair ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
        taken = pair ? 12 : 6;
    }
    *used += utf8_encode(out + *used, (uint32_t)code);
    return taken;
}

/* An unknown escape stands for its character. No text grows by this. */
static struct span unescape(struct json *json, struct span raw)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    json->scratch = memory_grow(json->scratch, &json->scratch_capacity, raw.len, 1);
    size_t used = 0;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.data[i] != '\\') {
            json->scratch[used++] = raw.data[i];
            continue;
        }
        size_t taken = unescape_unicode(span_skip(raw, i), json->scratch, &used);
        if (taken) {
            i += taken - 1;
            continue;
        }
        const char *letter = raw.data[++i] ? strchr(letters, raw.data[i]) : NULL;
        json->scratch[used++] = letter ? meant[letter - letters] : raw.data[i];
    }
    return span_make(json->scratch, used);
}

static enum json_token read_string(struct json *json, enum json_token token)
{
    const char *start;
    bool escaped;
    if (!scan_string(json, &start, true, &escaped))
        return JSON_ERROR;
    json->text = span_make(start + 1, (size_t)(json->at - start) - 2);
    if (escaped)
        json->text = unescape(json, json->text);
    return json->token = token;
}

static bool is_word(char c)
{
    return is_digit(c) || is_alpha(c) || c == '-' || c == '+' || c == '.';
}

/* Behind the number that begins here; NULL where it is none, has an exponent, or may go on behind the buffer. */
static const char *plain_number(const char *at, const char *end)
{
    const char *digits = at += *at == '-';
    while (at < end && is_digit(*at))
        at++;
    if (at == digits)
        return NULL;
    if (at < end && *at == '.') {
        digits = ++at;
        while (at < end && is_digit(*at))
            at++;
        if (at == digits)
            return NULL;
    }
    return at < end && !is_word(*at) ? at : NULL;
}

/* A number, true, false or null: what stands without quotes. */
static enum json_token read_word(struct json *json)
{
    const char *start = json->at, *behind = plain_number(start, json->end);
    if (behind) {
        json->at = behind;
        json->text = span_make(start, (size_t)(behind - start));
        return json->token = JSON_NUMBER;
    }
    for (;;) {
        while (json->at < json->end && is_word(*json->at))
            json->at++;
        if (json->at < json->end || !refill(json, &start))
            break;
    }
    struct span word = json->text = span_make(start, (size_t)(json->at - start));
    if (json_is_number(word))
        return json->token = JSON_NUMBER;
    if (span_is(word, "true"))
        return json->token = JSON_TRUE;
    if (span_is(word, "false"))
        return json->token = JSON_FALSE;
    if (span_is(word, "null"))
        return json->token = JSON_NULL;
    if (json->at == json->end)
        return fail_cut(json);
    return fail_at(json, start, "this is no JSON value");
}

static enum json_token read_value(struct json *json, int c)
{
    json->begun = true;
    if (c == '"')
        return read_string(json, JSON_STRING);
    if (c != '{' && c != '[')
        return c < 0 ? fail_cut(json) : read_word(json);
    json->at++;
    push(json, (char)c);
    return json->token = c == '{' ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_token close_level(struct json *json)
{
    json->at++;
    json->depth--;
    json->begun = true;
    return json->token = json->open[json->depth] == '{' ? JSON_OBJECT_END : JSON_ARRAY_END;
}

/* In an object before a key, or in an array before a value: takes the comma. The byte after it, or -1
 * at the end of the input or after an error. */
static int next_item(struct json *json, char close)
{
    int c = skip_space(json);
    if (!json->begun || c == close)
        return c;
    if (c >= 0 && c != ',') {
        fail_at(json, json->at, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
        return -1;
    }
    json->at += c == ',';
    return skip_space(json);
}

static enum json_token read_key(struct json *json)
{
    int c = next_item(json, '}');
    if (c == '}')
        return close_level(json);
    if (c < 0)
        return json->error ? JSON_ERROR : fail_cut(json);
    if (c != '"')
        return fail_at(json, json->at, "expected a name in quotes");
    json->begun = true;
    return read_string(json, JSON_KEY);
}

/* ':' and the value. The key's text may move and is gone. */
static enum json_token read_member(struct json *json)
{
    int c = skip_space(json);
    if (c < 0)
        return fail_cut(json);
    if (c != ':')
        return fail_at(json, json->at, "expected ':' after a name");
    json->at++;
    return read_value(json, skip_space(json));
}

enum json_token json_next(struct json *json)
{
    if (json->error)
        return JSON_ERROR;
    if (json->token == JSON_KEY)
        return read_member(json);
    if (json->depth && json->open[json->depth - 1] == '{')
        return read_key(json);
    int c = json->depth ? next_item(json, ']') : skip_space(json);
    if (json->error)
        return JSON_ERROR;
    if (json->depth && c == ']')
        return close_level(json);
    if (!json->depth && c < 0)
        return json->token = JSON_END;
    return read_value(json, c);
}

bool json_member(struct json *json)
{
    return json_next(json) == JSON_KEY;
}

bool json_element(struct json *json)
{
    return json_next(json) > JSON_END && json->token != JSON_ARRAY_END &&
           json->token != JSON_OBJECT_END && json->token != JSON_KEY;
}

bool json_enter(struct json *json, enum json_token kind)
{
    if (json_next(json) == kind)
        return true;
    json_skip(json);
    return false;
}

/* What lists of numbers mostly hold: nothing but digits and commas. Takes as many as are within the buffer, each but
 * the first of the list with the comma before it. */
static size_t plain_ints(struct json *json, int64_t *values, size_t room)
{
    const char *at = json->at;
    bool begun = json->begun;
    size_t count = 0;
    for (; count < room && json->end - at > JSON_DIGITS_REACH; count++) {
        const char *number = at + begun;
        size_t digits = json_digits(number, &values[count]);
        if ((begun && *at != ',') || digits == 0 || (number[digits] != ',' && number[digits] != ']'))
            break;
        at = number + digits;
        begun = true;
    }
    json->at = at;
    json->begun = begun;
    if (count)
        json->token = JSON_NUMBER;
    return count;
}

size_t json_ints(struct json *json, int64_t *values, size_t room)
{
    size_t count = json->error || json->depth == 0 ? 0 : plain_ints(json, values, room);
    if (count || !json_element(json))
        return count;
    if (json->token == JSON_NUMBER && json_decimal(json->text, 0, values))
        return 1;
    fail_at(json, json->at,
            json->token == JSON_NUMBER ? "this number is too large" : "expected a number");
    return 0;
}

bool json_list_ahead(const struct json *json, struct span *text)
{
    const char *end = memchr(json->at, ']', (size_t)(json->end - json->at));
    *text = span_make(json->at, end ? (size_t)(end - json->at) : 0);
    return end != NULL;
}

void json_pass_list(struct json *json, struct span text)
{
    const char *end = json->at + text.len, *lf;
    while ((lf = memchr(json->at, '\n', (size_t)(end - json->at)))) {
        json->at = lf + 1;
        json->line++;
        json->line_start = offset(json, json->at);
    }
    json->at = end;
    close_level(json);
}

/* What the bytes of a skipped value do. */
enum skip { SKIP_OTHER, SKIP_QUOTE, SKIP_OPEN, SKIP_CLOSE, SKIP_LINE };

static const unsigned char skip_class[256] = {
    ['"'] = SKIP_QUOTE, ['{'] = SKIP_OPEN,  ['['] = SKIP_OPEN,
    ['}'] = SKIP_CLOSE, [']'] = SKIP_CLOSE, ['\n'] = SKIP_LINE,
};

static bool skip_close(struct json *json)
{
    if (json->open[json->depth - 1] != (*json->at == '}' ? '{' : '[')) {
        fail_at(json, json->at, "the brackets do not match");
        return false;
    }
    close_level(json);
    return true;
}

/* Until the level above `depth` is closed. Of the grammar, strings and brackets are looked at. */
static void skip_level(struct json *json, size_t depth)
{
    const char *start;
    bool escaped, good = true;
    while (good && json->depth > depth) {
        while (json->at < json->end && skip_class[(unsigned char)*json->at] == SKIP_OTHER)
            json->at++;
        if (json->at == json->end) {
            good = refill(json, &json->at);
            if (!good)
                fail_cut(json);
            continue;
        }
        switch (skip_class[(unsigned char)*json->at]) {
        case SKIP_QUOTE:
            good = scan_string(json, &start, false, &escaped);
            break;
        case SKIP_OPEN:
            push(json, *json->at++);
            break;
        case SKIP_CLOSE:
            good = skip_close(json);
            break;
        default:
            skip_space(json);
        }
    }
}

void json_skip(struct json *json)
{
    if (json->token == JSON_KEY)
        json_next(json);
    if (json->token == JSON_OBJECT || json->token == JSON_ARRAY)
        skip_level(json, json->depth - 1);
}
