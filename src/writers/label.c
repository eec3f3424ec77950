/* Cutting names to a width. Only the two ends of a name are looked at, however long it is. */
#include "label.h"

#include "flamectl/buffer.h"
#include "flamectl/digits.h"
#include "flamectl/utf8.h"

#define GAP "..."
#define GAP_COLUMNS 3
#define UNIT_COLUMNS 24

/* A text of two parts: a name and its suffix. */
struct parts {
    struct span name, suffix;
};

/* The character at a place of the parts: its bytes as they are to be shown, and how many of its own
 * it has. */
static size_t character(const struct parts *parts, size_t at, struct span *shown, unsigned *columns)
{
    struct span rest = at < parts->name.len ? span_skip(parts->name, at)
                                            : span_skip(parts->suffix, at - parts->name.len);
    uint32_t code;
    size_t len = utf8_decode(rest, &code);
    *shown = span_first(rest, len);
    if (code == UTF8_INVALID)
        *shown = span_of(UTF8_REPLACEMENT_TEXT);
    else if (utf8_is_control(code))
        *shown = span_of("?");
    *columns = code == UTF8_INVALID ? 1 : utf8_columns(code);
    return len;
}

/* Appends characters from a place on, as many as the columns take; returns where it stopped. */
static size_t append(struct label *label, const struct parts *parts, size_t at, unsigned columns)
{
    size_t all = parts->name.len + parts->suffix.len;
    while (at < all) {
        struct span shown;
        unsigned wide;
        size_t len = character(parts, at, &shown, &wide);
        if (wide > columns)
            break;
        memcpy(label->text + label->len, shown.data, shown.len);
        label->len += shown.len;
        label->columns += wide;
        columns -= wide;
        at += len;
    }
    return at;
}

/* Where the character before a place begins: only valid ones have several bytes. */
static size_t step_back(const struct parts *parts, size_t at)
{
    for (size_t back = at < 4 ? at : 4; back > 1; back--) {
        struct span shown;
        unsigned columns;
        if (character(parts, at - back, &shown, &columns) == back)
            return at - back;
    }
    return at - 1;
}

/* Where the last characters begin that the columns take. */
static size_t find_end(const struct parts *parts, unsigned columns)
{
    size_t at = parts->name.len + parts->suffix.len;
    while (at > 0) {
        struct span shown;
        unsigned wide;
        size_t before = step_back(parts, at);
        character(parts, before, &shown, &wide);
        if (wide > columns)
            break;
        columns -= wide;
        at = before;
    }
    return at;
}

static void make(struct label *label, const struct parts *parts, unsigned columns)
{
    size_t all = parts->name.len + parts->suffix.len;
    label->len = label->columns = 0;
    if (columns > LABEL_COLUMNS)
        columns = LABEL_COLUMNS;
    if (append(label, parts, 0, columns) == all)
        return;
    unsigned end = (columns - GAP_COLUMNS) / 2;
    label->len = label->columns = 0;
    append(label, parts, 0, columns - GAP_COLUMNS - end);
    memcpy(label->text + label->len, GAP, GAP_COLUMNS);
    label->len += GAP_COLUMNS;
    label->columns += GAP_COLUMNS;
    append(label, parts, find_end(parts, end), end);
}

void label_make(struct label *label, struct span text, unsigned columns)
{
    struct parts parts = {text, span_of("")};
    make(label, &parts, columns);
}

void label_frame(struct label *label, const struct frame_table *frames, uint32_t frame,
                 unsigned columns)
{
    struct parts parts = {span_of("all"), span_of("")};
    if (frame != FRAME_GAP) {
        parts.name = frames->frames[frame].name;
        parts.suffix = span_of(frame_suffix(frames->frames[frame].kind));
    }
    make(label, &parts, columns);
}

void label_stack(struct label *label, const struct frame_table *frames, const uint32_t *stack,
                 size_t depth, unsigned columns)
{
    struct buffer text = {0};
    for (size_t i = 0; i < depth; i++) {
        if (i)
            buffer_add(&text, span_of(";"));
        buffer_add(&text, frames->frames[stack[i]].name);
    }
    label_make(label, buffer_span(&text), columns);
    buffer_free(&text);
}

const char *label_weight(char *buffer, int64_t weight, int64_t scale)
{
    char plain[PROFILE_WEIGHT_TEXT];
    return digits_group(buffer, plain, profile_weight_text(weight, scale, plain));
}

void label_count(struct sink *sink, uint64_t count, const char *noun)
{
    sink_format(sink, "%llu %s%s", (unsigned long long)count, noun, count == 1 ? "" : "s");
}

void label_unit(struct label *label, const struct profile *profile)
{
    label_make(label, span_of(profile->unit ? profile->unit : "samples"), UNIT_COLUMNS);
}
