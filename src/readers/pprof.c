/* pprof profiles: the protocol buffer of github.com/google/pprof (proto/profile.proto), gzip or
 * plain, as Go's runtime, Pyroscope, Parca, Rust's pprof-rs and many more write it. Checked against
 * `go tool pprof -traces` of Go 1.19.
 *
 *     Profile: 1 sample_type  2 sample  3 mapping  4 location  5 function  6 string_table
 *              7 drop_frames  8 keep_frames  14 default_sample_type
 *     Sample:  1 location ids, leaf first  2 values, one for each type  3 labels
 *
 * Skipped: period, times, comments, build ids, columns.
 *
 * The lesson: fields come in any order. Go's profiles end in the strings that all the rest refers
 * to, so samples are added up by location ids, and frames are named when all is read. A location
 * has several lines where functions were inlined, the innermost first. */
#include "pprof_reading.h"

#define FIELD(name) offsetof(struct pprof_options, name)

static const struct option pprof_option_rows[] = {
    {.name = "value", .kind = OPTION_TEXT, .offset = FIELD(value), .value = "NAME",
     .help = "which value of a sample counts: TYPE, TYPE/UNIT or its number"},
    {.name = "label", .kind = OPTION_LIST, .offset = FIELD(labels), .value = "KEY",
     .help = "a first frame KEY=VALUE from this label (repeatable)"},
    {.name = "drop-frames", .kind = OPTION_FLAG, .offset = FIELD(drop_frames), .set = 1,
     .help = "end stacks where the profile's drop_frames say so"},
    {.name = "lines", .kind = OPTION_FLAG, .offset = FIELD(lines), .set = 1,
     .help = "append line numbers to names: function:LINE"},
    {.name = "addrs", .kind = OPTION_FLAG, .offset = FIELD(addrs), .set = 1,
     .help = "show the address of frames without a symbol"},
    {.name = NULL},
};

static bool is_well_formed(struct span message)
{
    struct protobuf_field field;
    int result;
    while ((result = protobuf_next(&message, &field)) > 0)
        if (field.number > PPROF_LAST)
            return false;
    return result == 0;
}

/* All of a short file, or of a long one's head all but its last field. */
static enum bid pprof_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, telling = false;
    struct protobuf_field field;
    int result;
    while ((result = protobuf_head(&head, &field)) > 0) {
        if (!pprof_fits(&field))
            return BID_NO;
        if (field.wire != PROTOBUF_BYTES)
            continue;
        if (field.value > head.len)
            return cut && telling ? BID_CERTAIN : BID_NO;
        if (pprof_is_message(field.number) && !is_well_formed(span_first(head, (size_t)field.value)))
            return BID_NO;
        telling = telling || field.number <= PPROF_SAMPLE || field.number == PPROF_STRING;
        head = span_skip(head, (size_t)field.value);
    }
    bool cut_off = cut && head.len < PROTOBUF_MOST_HEAD; /* within a field's head */
    return telling && (result == 0 || cut_off) ? BID_CERTAIN : BID_NO;
}

static int take_fields(struct pprof_reading *reading, struct source *source)
{
    struct protobuf_field field;
    for (;;) {
        struct span ahead = source_peek(source, PROTOBUF_MOST_HEAD), rest = ahead;
        int result = protobuf_head(&rest, &field);
        if (source->failed || result == 0)
            return source->failed ? -1 : 0;
        if (result < 0)
            return pprof_damaged(reading, "no field");
        size_t head = ahead.len - rest.len, len = 0;
        if (field.wire == PROTOBUF_BYTES) {
            len = field.value < SIZE_MAX - head ? (size_t)field.value : SIZE_MAX - head;
            ahead = source_peek(source, head + len);
            if (source->failed)
                return -1;
            if (ahead.len < head + len)
                return pprof_damaged(reading, "a field that goes beyond the end");
            field.bytes = span_make(ahead.data + head, len);
        }
        if (pprof_take_field(reading, &field) < 0)
            return -1;
        source_take(source, head + len, 0);
        reading->at += head + len;
    }
}

static int pprof_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct pprof_reading reading;
    pprof_reading_init(&reading, recorder, options);
    int result = take_fields(&reading, source);
    if (result == 0)
        result = pprof_file_stacks(&reading);
    pprof_reading_free(&reading);
    return result;
}

const struct reader pprof_reader = {
    .name = "pprof",
    .summary = "pprof profiles: protocol buffers, as of Go and many others",
    .options = pprof_option_rows,
    .options_size = sizeof(struct pprof_options),
    .detect = pprof_detect,
    .read = pprof_read,
};
