/* Tags and texts of an XML input, one after the other. */
#include "flamectl/xml_read.h"

#include "flamectl/memory.h"
#include "flamectl/utf8.h"

#define LONGEST_ENTITY 12 /* "&#x10FFFF;" */
#define WINDOW 4096 /* bytes looked at first; more where a tag needs them */

void xml_read_init(struct xml_read *xml, struct source *source)
{
    *xml = (struct xml_read){.source = source};
}

void xml_read_free(struct xml_read *xml)
{
    memory_free(xml->scratch);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The position behind a tag's '>', which quotation marks may hide; 0 where it is not in sight. */
static size_t find_tag_end(struct span s)
{
    const char *at = s.data + 1, *end = s.data + s.len;
    while (at < end) {
        char c = *at++;
        if (c == '>')
            return (size_t)(at - s.data);
        if (c == '"' || c == '\'') {
            at = memchr(at, c, (size_t)(end - at));
            if (!at)
                return 0;
            at++;
        }
    }
    return 0;
}

/* The same for a mark that ends a comment and its like. */
static size_t find_mark_end(struct span s, const char *mark)
{
    size_t at = span_find_text(s, mark);
    return at == SPAN_NONE ? 0 : at + strlen(mark);
}

/* The position behind what begins with '<', or 0. */
static size_t find_end(struct span s)
{
    if (span_starts(s, "<!--"))
        return find_mark_end(s, "-->");
    if (span_starts(s, "<![CDATA["))
        return find_mark_end(s, "]]>");
    if (span_starts(s, "<?"))
        return find_mark_end(s, "?>");
    return find_tag_end(s);
}

static void take(struct xml_read *xml, struct span s)
{
    uint64_t lines = 0;
    for (size_t at; (at = span_find(s, '\n')) != SPAN_NONE; s = span_skip(s, at + 1))
        lines++;
    source_take(xml->source, xml->taken, lines);
    xml->taken = 0;
}

/* What begins at the first byte, whole: it is looked for again in twice as much where its end is not in sight.
 * *end is 0 where the input ends before it. */
static struct span peek_whole(struct xml_read *xml, size_t *end)
{
    size_t want = WINDOW;
    for (;;) {
        struct span s = source_peek(xml->source, want);
        bool markup = s.len && s.data[0] == '<';
        size_t next = markup ? 0 : span_find(s, '<');
        *end = markup ? find_end(s) : next == SPAN_NONE ? 0 : next;
        if (*end || s.len < want)
            return s;
        want = 2 * s.len;
    }
}

static struct span take_name(struct span *s)
{
    size_t n = 0;
    while (n < s->len && !is_space(s->data[n]) && s->data[n] != '/' && s->data[n] != '>')
        n++;
    struct span name = span_first(*s, n);
    *s = span_skip(*s, n);
    return name;
}

static enum xml_event read_tag(struct xml_read *xml, struct span tag)
{
    bool close = span_starts(tag, "</");
    xml->rest = span_make(tag.data + 1 + close, tag.len - 2 - close);
    xml->name = take_name(&xml->rest);
    xml->close_follows = !close && span_ends(xml->rest, "/");
    if (xml->close_follows)
        xml->rest.len--;
    return close ? XML_CLOSE : XML_OPEN;
}

enum xml_event xml_read_next(struct xml_read *xml)
{
    if (xml->close_follows) {
        xml->close_follows = false;
        return XML_CLOSE;
    }
    for (;;) {
        if (xml->taken)
            take(xml, span_first(source_ahead(xml->source), xml->taken));
        size_t end;
        struct span s = peek_whole(xml, &end);
        if (s.len == 0)
            return XML_END;
        if (s.data[0] != '<') {
            xml->text = end ? span_first(s, end) : s;
            xml->taken = xml->text.len;
            return XML_TEXT;
        }
        if (end == 0)
            return XML_BROKEN;
        xml->taken = end;
        if (s.data[1] != '!' && s.data[1] != '?')
            return read_tag(xml, span_first(s, end));
    }
}

/* "#10" or "#xA"; 0 for what is no character. */
static uint32_t parse_code(struct span name)
{
    bool hex = span_starts(name, "#x");
    uint32_t code = 0;
    name = span_skip(name, hex ? 2 : 1);
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (!(hex ? is_hex(c) : is_digit(c)) || code > 0x10FFFF)
            return 0;
        code = code * (hex ? 16 : 10) + hex_value(c);
    }
    return code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ? 0 : code;
}

/* Writes what an entity means; 0 where it means nothing. It is never longer than its name. */
static size_t put_entity(char *out, struct span name)
{
    static const struct {
        const char *name;
        char meaning;
    } entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        if (span_is(name, entities[i].name)) {
            *out = entities[i].meaning;
            return 1;
        }
    }
    uint32_t code = span_starts(name, "#") ? parse_code(name) : 0;
    return code ? utf8_encode(out, code) : 0;
}

static struct span decode(struct xml_read *xml, struct span s)
{
    if (span_find(s, '&') == SPAN_NONE)
        return s;
    xml->scratch = memory_grow(xml->scratch, &xml->capacity, s.len, 1);
    size_t len = 0;
    while (s.len) {
        size_t end = s.data[0] == '&' ? span_find(span_first(s, LONGEST_ENTITY), ';') : SPAN_NONE;
        size_t put = end == SPAN_NONE ? 0 : put_entity(xml->scratch + len, span_make(s.data + 1, end - 1));
        if (!put) {
            xml->scratch[len] = s.data[0];
            end = 0;
            put = 1;
        }
        len += put;
        s = span_skip(s, end + 1);
    }
    return span_make(xml->scratch, len);
}

struct span xml_read_attribute(struct xml_read *xml, const char *name)
{
    struct span s = xml->rest;
    size_t equals;
    while ((equals = span_find(s, '=')) != SPAN_NONE) {
        struct span key = span_first(s, equals);
        while (key.len && is_space(key.data[key.len - 1]))
            key.len--;
        s = span_skip(s, equals + 1);
        while (s.len && is_space(s.data[0]))
            s = span_skip(s, 1);
        size_t end = s.len && (s.data[0] == '"' || s.data[0] == '\'') ? span_find(span_skip(s, 1), s.data[0])
                                                                     : SPAN_NONE;
        if (end == SPAN_NONE)
            break;
        if (span_ends(key, name) && (key.len == strlen(name) || is_space(key.data[key.len - strlen(name) - 1])))
            return decode(xml, span_make(s.data + 1, end));
        s = span_skip(s, end + 2);
    }
    return span_make(NULL, 0);
}
