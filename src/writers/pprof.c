/* pprof profiles: the protocol buffer of github.com/google/pprof, in gzip, for `go tool pprof`,
 * Pyroscope, Parca and whatever else reads it. Checked with `go tool pprof` of Go 1.19.
 *
 * A frame is a function, and a location without an address. Where samples are counted beside
 * weights, they are a sample's first value; the weight is the last, which readers take by default.
 * There is no time stamp: the same profile gives the same bytes.
 *
 * What the format has no place for: decimals, so that milliseconds with some are written as nanoseconds, and other
 * weights rounded; and the order of time. */
#include "flamectl/memory.h"
#include "flamectl/protobuf.h"
#include "flamectl/sink_gzip.h"

#include "flamectl/writer.h"

#include "numbering.h"

enum profile_field { PROFILE_SAMPLE_TYPE = 1, PROFILE_SAMPLE, PROFILE_LOCATION = 4, PROFILE_FUNCTION, PROFILE_STRING };
enum sample_field { SAMPLE_LOCATION = 1, SAMPLE_VALUE };
enum location_field { LOCATION_ID = 1, LOCATION_LINE = 4 };
enum line_field { LINE_FUNCTION = 1 };
enum function_field { FUNCTION_ID = 1, FUNCTION_NAME };
enum type_field { TYPE_TYPE = 1, TYPE_UNIT };

/* Strings are numbered in the order in which they are first used: "", those of the sample types,
 * then a frame's name each. A frame's function and location have the frame's number, from 1. */
struct pprof_writing {
    const struct profile *profile;
    struct numbering frames;
    struct sink_gzip *out;
    struct span texts[2 * 4 + 1]; /* "" and the texts of the types */
    size_t text_count;
    size_t samples_first; /* 1 where samples are counted beside weights */
    int64_t divisor;      /* of weights */
    bool rounded;         /* a weight was */
    struct protobuf_message field, inner, innermost;
};

/* Units that stand alone in a profile's unit ("bytes") and mean the same to pprof. */
static bool is_unit(struct span unit)
{
    static const char *const units[] = {"nanoseconds", "microseconds", "milliseconds", "seconds",
                                        "ns", "us", "ms", "s", "bytes"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (span_is(unit, units[i]))
            return true;
    return false;
}

/* What times with decimals are written in, and how many of a profile's 10^-6 make one. */
static const struct finer {
    const char *unit, *finer;
    int64_t divisor;
} finer_units[] = {
    {"s", "microseconds", 1},         {"seconds", "microseconds", 1},
    {"ms", "nanoseconds", 1},         {"milliseconds", "nanoseconds", 1},
    {"us", "nanoseconds", 1000},      {"microseconds", "nanoseconds", 1000},
};

static const struct finer *find_finer(struct span unit)
{
    for (size_t i = 0; i < sizeof finer_units / sizeof *finer_units; i++)
        if (span_is(unit, finer_units[i].unit))
            return &finer_units[i];
    return NULL;
}

/* Hands over the message that was made. */
static void emit(struct pprof_writing *writing, uint32_t number)
{
    protobuf_put_message(&writing->field, number, &writing->inner);
    sink_gzip_write(writing->out, span_make(writing->field.data, writing->field.len));
    writing->field.len = writing->inner.len = 0;
}

static void emit_type(struct pprof_writing *writing, struct span type, struct span unit)
{
    protobuf_put_number(&writing->inner, TYPE_TYPE, writing->text_count);
    writing->texts[writing->text_count++] = type;
    protobuf_put_number(&writing->inner, TYPE_UNIT, writing->text_count);
    writing->texts[writing->text_count++] = unit;
    emit(writing, PROFILE_SAMPLE_TYPE);
}

/* unit = type | type " " unit */
static void emit_types(struct pprof_writing *writing)
{
    const struct profile *profile = writing->profile;
    struct span text = span_of(profile->unit ? profile->unit : "weight"), count = span_of("count");
    size_t blank = span_find_last(text, ' ');
    struct span type = span_first(text, blank);
    struct span unit = blank != SPAN_NONE ? span_skip(text, blank + 1) : is_unit(text) ? text : count;
    const struct finer *finer = profile->scale == 1 ? NULL : find_finer(unit);
    writing->divisor = finer ? finer->divisor : profile->scale;
    if (finer && span_equal(type, unit))
        type = span_of(finer->finer);
    if (finer)
        unit = span_of(finer->finer);
    if (writing->samples_first)
        emit_type(writing, span_of("samples"), count);
    if (profile->columns == 2)
        emit_type(writing, span_of("before"), blank == SPAN_NONE && !is_unit(text) ? type : unit);
    if (profile->columns == 2)
        emit_type(writing, span_of("after"), blank == SPAN_NONE && !is_unit(text) ? type : unit);
    else
        emit_type(writing, type, unit);
}

/* Rounded half up. */
static uint64_t whole(struct pprof_writing *writing, int64_t weight)
{
    int64_t rest = weight % writing->divisor;
    writing->rounded = writing->rounded || rest;
    return (uint64_t)(weight / writing->divisor + (rest && rest * 2 >= writing->divisor));
}

static bool has_weight(const struct profile *profile, uint32_t node)
{
    for (unsigned c = 0; c < profile->columns; c++)
        if (profile->self[c][node])
            return true;
    return false;
}

static void emit_sample(struct pprof_writing *writing, uint32_t node)
{
    const struct profile *profile = writing->profile;
    struct protobuf_message *numbers = &writing->innermost;
    for (uint32_t at = node; at != PROFILE_ROOT; at = profile->nodes[at].parent)
        if (profile->nodes[at].frame != FRAME_GAP)
            protobuf_put_varint(numbers, (uint64_t)writing->frames.place[profile->nodes[at].frame] + 1);
    protobuf_put_message(&writing->inner, SAMPLE_LOCATION, numbers);
    numbers->len = 0;
    if (writing->samples_first)
        protobuf_put_varint(numbers, (uint64_t)profile->samples[0][node]);
    for (unsigned c = 0; c < profile->columns; c++)
        protobuf_put_varint(numbers, whole(writing, profile->self[c][node]));
    protobuf_put_message(&writing->inner, SAMPLE_VALUE, numbers);
    numbers->len = 0;
    emit(writing, PROFILE_SAMPLE);
}

static void emit_frame(struct pprof_writing *writing, uint32_t place)
{
    protobuf_put_number(&writing->inner, LOCATION_ID, (uint64_t)place + 1);
    protobuf_put_number(&writing->innermost, LINE_FUNCTION, (uint64_t)place + 1);
    protobuf_put_message(&writing->inner, LOCATION_LINE, &writing->innermost);
    writing->innermost.len = 0;
    emit(writing, PROFILE_LOCATION);
    protobuf_put_number(&writing->inner, FUNCTION_ID, (uint64_t)place + 1);
    protobuf_put_number(&writing->inner, FUNCTION_NAME, writing->text_count + place);
    emit(writing, PROFILE_FUNCTION);
}

static void emit_text(struct pprof_writing *writing, struct span text, const char *suffix)
{
    protobuf_put_raw(&writing->inner, text);
    protobuf_put_raw(&writing->inner, span_of(suffix));
    emit(writing, PROFILE_STRING);
}

static void emit_texts(struct pprof_writing *writing)
{
    for (size_t i = 0; i < writing->text_count; i++)
        emit_text(writing, writing->texts[i], "");
    for (uint32_t place = 0; place < writing->frames.count; place++) {
        const struct frame *frame = &writing->profile->frames.frames[writing->frames.frame[place]];
        emit_text(writing, frame->name, frame_suffix(frame->kind));
    }
}

static int pprof_write(const struct profile *profile, const struct writing *about, struct sink *sink)
{
    struct pprof_writing writing = {.profile = profile, .out = sink_gzip_open(sink)};
    bool counted = profile->columns == 1 && profile_knows_samples(profile, 0);
    writing.samples_first = counted && profile->unit && strcmp(profile->unit, "samples") != 0;
    writing.texts[writing.text_count++] = span_of("");
    numbering_init(&writing.frames, profile);
    emit_types(&writing);
    for (uint32_t node = 0; node < profile->count; node++)
        if (has_weight(profile, node))
            emit_sample(&writing, node);
    for (uint32_t place = 0; place < writing.frames.count; place++)
        emit_frame(&writing, place);
    emit_texts(&writing);
    if (writing.rounded)
        diag_warn(about->diag, NULL, 0, "pprof has no decimals: weights are rounded to whole numbers");
    sink_gzip_close(writing.out);
    numbering_free(&writing.frames);
    protobuf_free(&writing.field);
    protobuf_free(&writing.inner);
    protobuf_free(&writing.innermost);
    return 0;
}

const struct writer pprof_writer = {
    .name = "pprof",
    .summary = "pprof profile: a protocol buffer, in gzip if built with zlib",
    .extension = ".pb",
    .is_binary = true,
    .wants_sorted = true,
    .wants_samples = true,
    .write = pprof_write,
};
