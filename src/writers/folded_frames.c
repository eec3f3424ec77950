/* The text of frames in folded lines. */
#include "folded_frames.h"

#include "flamectl/memory.h"

static bool parts_lines(char c)
{
    return c == ';' || c == '\n' || c == '\r' || c == '\t';
}

/* What would part a line at the wrong place becomes ':' or a blank. Readers see to it already that there is
 * none. */
static void clean(char *name, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (parts_lines(name[i]))
            name[i] = name[i] == ';' ? ':' : ' ';
    }
}

struct folded_frames folded_frames_make(const struct frame_table *table)
{
    struct folded_frames frames;
    size_t bytes = 0;
    for (uint32_t id = 0; id < table->count; id++)
        bytes += table->frames[id].name.len + FRAME_SUFFIX + 1;
    char *out = frames.bytes = memory_get(bytes + FOLDED_COPIED, 1);
    frames.frame = memory_get(table->count, sizeof *frames.frame);
    for (uint32_t id = 0; id < table->count; id++) {
        struct span name = table->frames[id].name, suffix = span_of(frame_suffix(table->frames[id].kind));
        frames.frame[id] = span_make(out, name.len + suffix.len + 1);
        memcpy(out, name.data, name.len);
        clean(out, name.len);
        memcpy(out + name.len, suffix.data, suffix.len);
        out += frames.frame[id].len;
        out[-1] = ';';
    }
    memset(out, 0, FOLDED_COPIED);
    return frames;
}

void folded_frames_free(struct folded_frames *frames)
{
    memory_free(frames->frame);
    memory_free(frames->bytes);
}
