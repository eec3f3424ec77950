/* The orders in which a profile is written. */
#ifndef FLAMECTL_PROFILE_SORT_H
#define FLAMECTL_PROFILE_SORT_H

#include "flamectl/profile.h"

/* Renumbers the nodes so that their ids are in drawing order: depth first, parents before children,
 * siblings from left to right. By-name profiles order siblings by their text followed by a blank if
 * the frame has weight of its own in any column, else by ';' (flamegraph.pl sorts lines, which
 * gives the same places); by-time profiles keep the order of creation. Whoever walks the nodes then
 * walks memory in order. No node can be made any more. */
void profile_sort(struct profile *profile);

/* Calls line(node, context) for every node with weight of its own, in byte order of the stacks'
 * folded text. by-name profiles. */
void profile_folded_order(const struct profile *profile, void (*line)(uint32_t node, void *context),
                          void *context);

#endif
