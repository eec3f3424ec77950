/* How a Java method ran when it was sampled: interpreted, compiled by one of the compilers, or inlined. A node of the
 * call tree is marked as most of its weight says, as async-profiler's converter does it. */
#ifndef FLAMECTL_JFR_TIERS_H
#define FLAMECTL_JFR_TIERS_H

#include "flamectl/recorder.h"

enum jfr_tier { TIER_NONE, TIER_JIT, TIER_INLINED, TIER_C1, TIER_INTERPRETED, TIERS };

/* Weights by tier, what a node calls included. */
struct jfr_tier_weights {
    int64_t of[TIERS];
};

/* A call tree of frames without their tiers, which are FRAME_JIT where they have one. */
struct jfr_tiers {
    struct profile tree; /* its frame ids are those of the recorder's profile */
    struct jfr_tier_weights *weights; /* by node */
    size_t capacity;
};

void jfr_tiers_init(struct jfr_tiers *tiers);
void jfr_tiers_free(struct jfr_tiers *tiers);

/* Goes down to a child with weight in or below it; and adds weight of the node's own. The caller sees to it that all
 * weights add up to INT64_MAX at most. */
uint32_t jfr_tiers_child(struct jfr_tiers *tiers, uint32_t parent, uint32_t frame, enum jfr_tier tier,
                         int64_t weight);
void jfr_tiers_add(struct jfr_tiers *tiers, uint32_t node, int64_t weight);

/* The frame of a tier: _[i] inlined, _[0] interpreted, _[1] compiled by C1; _[j] as it is. */
uint32_t jfr_tier_frame(struct frame_table *table, uint32_t frame, enum jfr_tier tier);

/* Files the tree. 0, or -1 after a message. */
int jfr_tiers_file(const struct jfr_tiers *tiers, struct recorder *recorder);

#endif
