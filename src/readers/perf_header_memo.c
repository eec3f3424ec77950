/* A header is known if both of its sides are, around the first place that may be its time stamp:
 * that place then was the right one for the same sides before. */
#include "perf_header_memo.h"

void header_memo_init(struct header_memo *memo, struct hash_seed seed)
{
    memset(memo, 0, sizeof *memo);
    memo->seed = seed;
}

static bool is_text(const char *text, size_t len, struct span s)
{
    return len == s.len && memcmp(text, s.data, len) == 0;
}

/* Puts a header together from its sides. */
static void recall(const struct header_left *known_left, const struct header_right *known_right,
                   struct span left, struct span right, struct perf_header *header)
{
    struct sample *sample = &header->sample;
    *header = (struct perf_header){.has_thread = true, .period_fits = true};
    sample->comm = span_make(left.data + known_left->comm, known_left->comm_len);
    sample->pid = known_left->pid;
    sample->tid = known_left->tid;
    sample->has_process = known_left->has_process;
    sample->has_pid = known_left->has_pid;
    sample->event = span_make(right.data + known_right->event, known_right->event_len);
    sample->period = known_right->period;
    header->rest = span_skip(right, right.len);
}

static void remember(struct header_left *known_left, struct header_right *known_right,
                     struct span left, struct span right, const struct perf_header *header)
{
    const struct sample *sample = &header->sample;
    known_left->len = left.len;
    memcpy(known_left->text, left.data, left.len);
    known_left->comm = sample->comm.len ? (size_t)(sample->comm.data - left.data) : 0;
    known_left->comm_len = sample->comm.len;
    known_left->pid = sample->pid;
    known_left->tid = sample->tid;
    known_left->has_process = sample->has_process;
    known_left->has_pid = sample->has_pid;
    known_left->process = PROCESS_UNKNOWN;
    known_right->len = right.len;
    memcpy(known_right->text, right.data, right.len);
    known_right->event = sample->event.len ? (size_t)(sample->event.data - right.data) : 0;
    known_right->event_len = sample->event.len;
    known_right->period = sample->period;
}

/* Whether nothing but its sides made this header what it is, and no frame stands on it. */
static bool is_plain(const struct perf_header *header, size_t time_end)
{
    return header->time_end == time_end && header->period_fits && span_trim(header->rest).len == 0;
}

enum perf_line header_memo_parse(struct header_memo *memo, struct span line,
                                 struct perf_header *header, uint32_t **process)
{
    size_t start, end;
    int64_t time;
    *process = NULL;
    if (!perf_header_time(line, &start, &end, &time))
        return perf_header_parse(line, header);
    struct span left = span_first(line, start), right = span_skip(line, end);
    if (left.len == 0 || right.len == 0 || left.len > HEADER_SIDE || right.len > HEADER_SIDE)
        return perf_header_parse(line, header);
    struct header_left *known_left = &memo->lefts[hash_bytes(memo->seed, left) % 256];
    struct header_right *known_right = &memo->rights[hash_bytes(memo->seed, right) % 16];
    if (is_text(known_left->text, known_left->len, left) &&
        is_text(known_right->text, known_right->len, right)) {
        recall(known_left, known_right, left, right, header);
        header->sample.time = time;
        *process = &known_left->process;
        return PERF_SAMPLE;
    }
    enum perf_line kind = perf_header_parse(line, header);
    if (kind == PERF_SAMPLE && is_plain(header, end)) {
        remember(known_left, known_right, left, right, header);
        *process = &known_left->process;
    }
    return kind;
}
