/* A header is known by all of its text but the digits of what may be its time stamp and its period, where these were
 * taken for that, and but its frame, where nothing of that was taken for something else. */
#include "perf_header_memo.h"

#include <limits.h>

#include "flamectl/memory.h"

#define PLACES 2048

void header_memo_init(struct header_memo *memo, struct hash_seed seed)
{
    *memo = (struct header_memo){.seed = seed, .known = memory_zero(PLACES, sizeof *memo->known)};
}

void header_memo_free(struct header_memo *memo)
{
    memory_free(memo->known);
}

/* key = what there is, the address's width, the texts' lengths, the texts */
static void make_key(struct header_key *key, const struct perf_parts *parts)
{
    char *out = key->bytes;
    size_t left = sizeof key->bytes - 2 - PERF_TEXTS;
    *out++ = (char)(1 | (parts->time_end > 0) << 1 | (parts->period.len > 0) << 2 | span_ends(parts->frame, ")") << 3);
    *out++ = (char)parts->address_width;
    key->len = 0;
    if (parts->address_width > UCHAR_MAX)
        return;
    for (int i = 0; i < PERF_TEXTS; i++) {
        size_t len = parts->text[i].len;
        if (len > left)
            return;
        left -= len;
        *out++ = (char)len;
        memcpy(out, parts->text[i].data, len);
        out += len;
    }
    key->len = (size_t)(out - key->bytes);
}

static struct known_header *find_place(const struct header_memo *memo)
{
    return &memo->known[hash_bytes(memo->seed, span_make(memo->key.bytes, memo->key.len)) % PLACES];
}

struct known_header *header_memo_find(struct header_memo *memo, const struct perf_parts *parts,
                                      struct perf_header *header)
{
    make_key(&memo->key, parts);
    struct known_header *known = find_place(memo);
    if (known->key.len == 0 || known->key.len != memo->key.len ||
        memcmp(known->key.bytes, memo->key.bytes, known->key.len) != 0)
        return NULL;
    *header = known->header;
    header->rest = parts->frame;
    header->sample.comm.data = parts->text[0].data + known->comm;
    header->sample.event.data = parts->frame.data - known->event;
    if (parts->time_end)
        header->sample.time = parts->time;
    if (parts->period.len)
        span_to_int64(parts->period, &header->sample.period);
    return known;
}

/* Whether nothing but the key, time and period made this header what it is. */
static bool can_be_known(const struct perf_parts *parts, const struct perf_header *header)
{
    struct span event = header->sample.event;
    return header->period_fits && header->time_end == parts->time_end &&
           (parts->period.len == 0 || header->period.data == parts->period.data) &&
           (event.len == 0 || event.data >= parts->text[0].data + parts->time_end) &&
           (event.len == 0 || event.data >= parts->period.data) &&
           (parts->frame.len ? header->rest.data == parts->frame.data : span_trim(header->rest).len == 0);
}

struct known_header *header_memo_keep(struct header_memo *memo, const struct perf_parts *parts,
                                      const struct perf_header *header)
{
    if (memo->key.len == 0 || !can_be_known(parts, header))
        return NULL;
    struct known_header *known = find_place(memo);
    known->key = memo->key;
    known->header = *header;
    known->comm = header->sample.comm.len ? (size_t)(header->sample.comm.data - parts->text[0].data) : 0;
    known->event = header->sample.event.len ? (size_t)(parts->frame.data - header->sample.event.data) : 0;
    known->process = PROCESS_UNKNOWN;
    return known;
}
