/* Numbering frames by first use. */
#include "numbering.h"

#include "flamectl/memory.h"

void numbering_init(struct numbering *numbering, const struct profile *profile)
{
    numbering->count = 0;
    numbering->place = memory_get(profile->frames.count, sizeof *numbering->place);
    numbering->frame = memory_get(profile->frames.count, sizeof *numbering->frame);
    for (uint32_t id = 0; id < profile->frames.count; id++)
        numbering->place[id] = FRAME_GAP;
    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t id = profile->nodes[node].frame;
        if (id == FRAME_GAP || numbering->place[id] != FRAME_GAP)
            continue;
        numbering->frame[numbering->count] = id;
        numbering->place[id] = numbering->count++;
    }
}

void numbering_free(struct numbering *numbering)
{
    memory_free(numbering->place);
    memory_free(numbering->frame);
}
