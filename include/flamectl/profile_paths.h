/* A profile's stacks as lists of frame ids ("paths"), for output that needs no call tree: readers whose
 * stacks come as frames file each distinct one once, and no node is made or looked up for it. */
#ifndef FLAMECTL_PROFILE_PATHS_H
#define FLAMECTL_PROFILE_PATHS_H

#include "flamectl/profile.h"
#include "flamectl/stacks.h"

/* Bytes of paths; more are put into the call tree. */
#define PATHS_MOST ((size_t)128 << 20)

/* Lets readers file paths; by-name profiles that count no samples. */
void profile_keep_paths(struct profile *profile);

/* The row of a stack, leaf first. It stands as long as profile->turn. */
uint32_t profile_path(struct profile *profile, const uint32_t *frames, size_t count);

/* A row of its own for a stack that most likely has none: nothing is looked up, and equal ones are
 * joined when all are sorted. It stands until the next profile_path. */
uint32_t profile_append_path(struct profile *profile, const uint32_t *frames, size_t count);

/* Adds to a row in units of 1/scale. false, with nothing changed, where a sum would exceed INT64_MAX. */
bool profile_add_path(struct profile *profile, uint32_t row, unsigned column, int64_t weight);

/* Adds the paths of another profile, whose frame ids `map` brings to those of this one. false where a
 * sum would exceed INT64_MAX. */
bool profile_merge_paths(struct profile *into, const struct profile *from, const uint32_t *map);

/* Whether all stacks are paths. */
bool profile_is_paths(const struct profile *profile);

/* So many frames have ids, and ranks, of two bytes. */
#define PATH_FEW_FRAMES 32767

/* Sorts the paths by the bytes of their folded text, and turns each root first. None can be filed any
 * more. A path is a row of ranks then, of profile->path_bytes each (two or four), highest first. */
void profile_sort_paths(struct profile *profile, unsigned jobs);

/* The frame of a sorted path's rank. */
static inline uint32_t profile_path_frame(const struct profile *profile, const char *rank)
{
    const unsigned char *p = (const unsigned char *)rank;
    if (profile->path_bytes == 2)
        return profile->ranked[(uint32_t)p[0] << 8 | p[1]];
    return profile->ranked[(uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]];
}

/* Puts the paths, leaf first, into the call tree. */
void profile_file_paths(struct profile *profile);

#endif
