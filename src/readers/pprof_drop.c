/* drop_frames and keep_frames are regular expressions of Go, for whole names without their argument
 * lists; they are put into the words of POSIX. An expression is input like all else: what could make
 * the library's compiler or matcher take long or much is refused. */
#include "pprof_drop.h"

#include "flamectl/memory.h"

#define LONGEST_EXPRESSION 8192
#define DEEPEST_EXPRESSION 64
#define MOST_REPEATED_GROUPS 3 /* glibc doubles what stands before a '+', and what is in it again */

enum judgement { NOT_JUDGED, STAYS, DROPPED };

/* A letter behind '\' in Go's expressions as POSIX has it, or NULL. */
static const char *class_of(char letter)
{
    switch (letter) {
    case 'd':
        return "[0-9]";
    case 'D':
        return "[^0-9]";
    case 's':
        return "[[:space:]]";
    case 'S':
        return "[^[:space:]]";
    case 'w':
        return "[[:alnum:]_]";
    case 'W':
        return "[^[:alnum:]_]";
    }
    return NULL;
}

/* Copies "[...]" from a place in the text: how many bytes, or 0 where it does not end. */
static size_t copy_bracket(struct span text, char *out)
{
    size_t i = text.len > 1 && text.data[1] == '^' ? 2 : 1;
    for (i++; i < text.len && text.data[i] != ']'; i++)
        if (text.data[i] == '\\' || text.data[i] == '[')
            return 0;
    if (i >= text.len)
        return 0;
    memcpy(out, text.data, i + 1);
    return i + 1;
}

static bool repeats(char c)
{
    return c == '*' || c == '+' || c == '?';
}

/* Whether the text nests and repeats no more than a regular expression library bears. */
static bool is_tame(struct span text)
{
    size_t depth = 0, repeated = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i], before = i ? text.data[i - 1] : '(';
        if (c == '\0' || c == '{' || c == '}' || (c == ')' && depth == 0))
            return false;
        if (c == '\\')
            i++;
        depth += c == '(';
        depth -= c == ')';
        repeated += c == '+' && before == ')';
        if (depth > DEEPEST_EXPRESSION || repeated > MOST_REPEATED_GROUPS)
            return false;
        if (repeats(c) && repeats(before) && (c != '?' || (i > 1 && repeats(text.data[i - 2]))))
            return false;
    }
    return depth == 0;
}

/* "^(" text ")$" in the words of POSIX; false for what has none. `out` has room for 14 times the
 * text and 8 bytes. */
static bool translate(struct span text, char *out)
{
    size_t step;
    memcpy(out, "^(", 2);
    out += 2;
    for (size_t i = 0; i < text.len; i += step) {
        struct span rest = span_skip(text, i);
        char c = rest.data[0];
        step = 1;
        if (c == '\\') {
            const char *posix = rest.len > 1 ? class_of(rest.data[1]) : NULL;
            size_t len = posix ? strlen(posix) : 2;
            if (rest.len < 2 || (!posix && (is_alpha(rest.data[1]) || is_digit(rest.data[1]))))
                return false;
            memcpy(out, posix ? posix : rest.data, len);
            out += len;
            step = 2;
        } else if (c == '[') {
            step = copy_bracket(rest, out);
            if (step == 0)
                return false;
            out += step;
        } else if (span_starts(rest, "(?:")) {
            *out++ = '(';
            step = 3;
        } else if (span_starts(rest, "(?")) {
            return false;
        } else {
            *out++ = c;
            if (repeats(c) && rest.len > 1 && rest.data[1] == '?')
                step = 2; /* for a whole name, as few as possible is the same as as many */
        }
    }
    memcpy(out, ")$", 3);
    return true;
}

static int compile(regex_t *regex, struct span text, const char *what, const char *file,
                   struct diag *diag)
{
    char *posix = memory_get(text.len + 1, 14);
    bool good = text.len <= LONGEST_EXPRESSION && is_tame(text) && translate(text, posix) &&
                regcomp(regex, posix, REG_EXTENDED | REG_NOSUB) == 0;
    memory_free(posix);
    if (good)
        return 0;
    diag_error(diag, file, 0, "--drop-frames: the profile's %s cannot be used: '%.*s'", what,
               diag_excerpt(text), text.data);
    return -1;
}

int pprof_drop_init(struct pprof_drop *drop, struct span drop_frames, struct span keep_frames,
                    const struct frame_table *frames, bool lines, const char *file,
                    struct diag *diag)
{
    *drop = (struct pprof_drop){.frames = frames, .lines = lines};
    if (drop_frames.len == 0)
        return 0;
    if (compile(&drop->drop, drop_frames, "drop_frames", file, diag) < 0)
        return -1;
    drop->active = true;
    if (keep_frames.len && compile(&drop->keep, keep_frames, "keep_frames", file, diag) < 0) {
        pprof_drop_free(drop);
        return -1;
    }
    drop->has_keep = keep_frames.len > 0;
    return 0;
}

void pprof_drop_free(struct pprof_drop *drop)
{
    if (drop->active)
        regfree(&drop->drop);
    if (drop->has_keep)
        regfree(&drop->keep);
    memory_free(drop->judged);
    *drop = (struct pprof_drop){.active = false};
}

/* Without the dot of PowerPC, the line and the argument list. */
static struct span plain_name(struct span name, bool lines)
{
    size_t colon = lines ? span_find_last(name, ':') : SPAN_NONE;
    if (colon != SPAN_NONE)
        name = span_first(name, colon);
    if (span_starts(name, "."))
        name = span_skip(name, 1);
    for (size_t i = 0; i < name.len; i++) {
        struct span rest = span_skip(name, i);
        if (span_starts(rest, "(anonymous namespace)"))
            i += 20;
        else if (span_starts(rest, "operator()"))
            i += 9;
        else if (rest.data[0] == '(')
            return span_first(name, i);
    }
    return name;
}

static bool drops(struct pprof_drop *drop, uint32_t frame)
{
    if (frame >= drop->judged_count) {
        size_t count = drop->frames->count;
        drop->judged = memory_grow(drop->judged, &drop->judged_capacity, count, 1);
        memset(drop->judged + drop->judged_count, NOT_JUDGED, count - drop->judged_count);
        drop->judged_count = count;
    }
    if (drop->judged[frame] == NOT_JUDGED) {
        struct span name = plain_name(drop->frames->frames[frame].name, drop->lines);
        char *text = memcpy(memory_zero(name.len + 1, 1), name.data, name.len);
        bool found = regexec(&drop->drop, text, 0, NULL, 0) == 0 &&
                     !(drop->has_keep && regexec(&drop->keep, text, 0, NULL, 0) == 0);
        memory_free(text);
        drop->judged[frame] = found ? DROPPED : STAYS;
    }
    return drop->judged[frame] == DROPPED;
}

size_t pprof_drop_count(struct pprof_drop *drop, const uint32_t *frames, size_t count)
{
    bool stayed = false;
    for (size_t left = count; drop->active && left; left--) {
        bool dropped = drops(drop, frames[left - 1]);
        if (dropped && stayed)
            return left;
        stayed = stayed || !dropped;
    }
    return 0;
}
