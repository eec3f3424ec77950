/* A profile's stacks that are not in the call tree yet, but gathered as text (stacks.h). */
#ifndef FLAMECTL_PROFILE_STACKS_H
#define FLAMECTL_PROFILE_STACKS_H

#include "flamectl/profile.h"
#include "flamectl/stacks.h"

/* Lets readers of folded text gather stacks, so many bytes of text at most; by-name profiles. */
void profile_gather(struct profile *profile, enum stacks_order order, size_t most);

/* Says in what order they will be wanted; before they are sealed. */
void profile_want(struct profile *profile, enum stacks_order order);

/* The gathering that readers add to, or NULL. */
struct stacks *profile_gathering(const struct profile *profile);

/* Adds to a row of the gathering, in units of 1/scale; where the column's samples are known, that is
 * their number. false, with nothing changed, where a sum would exceed INT64_MAX. */
bool profile_add_stack(struct profile *profile, uint32_t row, unsigned column, int64_t weight);

/* Before threads read: what is gathered so far is to be known to each of them. */
void profile_share(struct profile *profile);

/* After they are merged: it is a gathering like others again. */
void profile_unshare(struct profile *profile);

/* Parts what is sorted and is to be packed, so that several threads can do it. */
void profile_part_stacks(struct profile *profile, size_t parts);

/* Gives the new profile of one of so many threads the columns, units and counting of this one, and a gathering:
 * beside what is known (profile_share), or one of its own. profile_merge brings it back. */
void profile_fork(struct profile *profile, const struct profile *from, unsigned threads);

/* Whether no stack was added at all. */
bool profile_is_empty(const struct profile *profile);

/* Whether the tree has no node but the root, and no weight. */
bool profile_tree_is_empty(const struct profile *profile);

/* Whether all stacks are in one gathering, and as text, once sealed. */
bool profile_is_text(const struct profile *profile);

/* Puts gatherings into one where all of them are text, before they are sealed; then says whether that is all. */
bool profile_join_text(struct profile *profile);

/* Puts the stacks, sealed, into the call tree. */
void profile_settle(struct profile *profile);

#endif
