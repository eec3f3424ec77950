/* What stands left of the time stamp in a header line of `perf script`, or of the event where there is none:
 *
 *     V8 WorkerThread 24636/25607 [000]
 *     VM:   13 VCPU:000 app 10 U   2026-11-22 13:12:25.441686
 *
 * The fields are peeled off from the right, and what remains is the command name. */
#include "perf_left.h"

/* id = ["-"] digits; a task that is gone has the id -1. */
static bool parse_id(struct span s, int64_t *id)
{
    bool negative = span_starts(s, "-");
    if (!span_to_int64(span_skip(s, negative), id))
        return false;
    if (negative)
        *id = -*id;
    return true;
}

/* Whether s begins with this shape, in which a 0 stands for any digit. */
static bool has_shape(struct span s, const char *shape)
{
    size_t i = 0;
    for (; shape[i] && i < s.len; i++)
        if (shape[i] == '0' ? !is_digit(s.data[i]) : s.data[i] != shape[i])
            return false;
    return !shape[i];
}

/* tod = "YYYY-MM-DD" blanks "HH:MM:SS.uuuuuu" */
static void take_date(struct span *left)
{
    struct span rest = *left, word;
    if (span_take_last(&rest, &word) && has_shape(word, "00:00:00.0") && span_take_last(&rest, &word) &&
        has_shape(word, "0000-00-00"))
        *left = rest;
}

/* cpu = "[" ["-"] digits "]" */
static bool take_cpu(struct span *left)
{
    struct span rest = *left, word;
    int64_t cpu;
    if (!span_take_last(&rest, &word) || word.len < 3 || word.data[0] != '[' || !span_ends(word, "]") ||
        !parse_id(span_make(word.data + 1, word.len - 2), &cpu))
        return false;
    *left = rest;
    return true;
}

/* thread = pid "/" tid | tid
 *
 * stackcollapse-perf.pl takes a thread id of 0 for none; what it prints for idle tasks stays. */
static bool take_thread(struct span *left, struct perf_header *header)
{
    struct sample *sample = &header->sample;
    struct span rest = *left, word;
    if (!span_take_last(&rest, &word))
        return false;
    size_t slash = span_find(word, '/');
    if (slash == SPAN_NONE) {
        if (!parse_id(word, &sample->tid))
            return false;
    } else if (!parse_id(span_first(word, slash), &sample->pid) ||
               !parse_id(span_skip(word, slash + 1), &sample->tid)) {
        return false;
    } else if (sample->tid == 0) {
        sample->tid = sample->pid;
    } else {
        sample->has_pid = true;
    }
    header->has_thread = true;
    *left = rest;
    return true;
}

/* misc = letters for the mode (K U H G g) and the kind of record (M E S Sp)
 *
 * Such a word may end a command name, too: it is a field only after a thread or CPU. */
static void take_misc(struct span *left)
{
    struct perf_header ignored = {.has_thread = false};
    struct span rest = *left, word;
    if (!span_take_last(&rest, &word) || word.len > 4)
        return;
    for (size_t i = 0; i < word.len; i++)
        if (!strchr("KUHGgMESp", word.data[i]) || !word.data[i])
            return;
    struct span before = rest;
    if (take_cpu(&before) || take_thread(&before, &ignored))
        *left = rest;
}

/* A field of `perf script` for guests: tag blanks digits blank */
static bool skip_tag(struct span *s, const char *tag)
{
    struct span rest = *s, word;
    if (!span_starts(rest, tag))
        return false;
    rest = span_skip(rest, strlen(tag));
    if (!span_take_first(&rest, &word) || !span_is_digits(word))
        return false;
    *s = span_trim_left(rest);
    return true;
}

/* left = ["VM:" number ["VCPU:" number]] [comm] [thread] [cpu] [misc] [tod] */
void perf_left_parse(struct span left, struct perf_header *header)
{
    struct sample *sample = &header->sample;
    take_date(&left);
    take_misc(&left);
    struct span rest = left;
    bool cpu = take_cpu(&rest);
    if (take_thread(&rest, header) || cpu)
        left = rest;
    left = span_trim(left);
    if (skip_tag(&left, "VM:"))
        skip_tag(&left, "VCPU:");
    sample->comm = left;
    sample->has_process = left.len > 0;
}
