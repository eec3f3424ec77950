/* Inlined counts from a third of the weight on, C1 and the interpreter from a half. */
#include "jfr_tiers.h"

#include "flamectl/memory.h"

void jfr_tiers_init(struct jfr_tiers *tiers)
{
    *tiers = (struct jfr_tiers){0};
    profile_init(&tiers->tree, PROFILE_BY_NAME);
}

void jfr_tiers_free(struct jfr_tiers *tiers)
{
    profile_free(&tiers->tree);
    memory_free(tiers->weights);
}

uint32_t jfr_tiers_child(struct jfr_tiers *tiers, uint32_t parent, uint32_t frame, enum jfr_tier tier,
                         int64_t weight)
{
    uint32_t before = tiers->tree.count, node = profile_child(&tiers->tree, parent, frame);
    if (tiers->tree.count > before) {
        tiers->weights =
            memory_grow(tiers->weights, &tiers->capacity, (size_t)node + 1, sizeof *tiers->weights);
        tiers->weights[node] = (struct jfr_tier_weights){{0}};
    }
    tiers->weights[node].of[tier] += weight;
    return node;
}

void jfr_tiers_add(struct jfr_tiers *tiers, uint32_t node, int64_t weight)
{
    profile_add(&tiers->tree, node, 0, weight);
}

uint32_t jfr_tier_frame(struct frame_table *table, uint32_t frame, enum jfr_tier tier)
{
    struct span name = table->frames[frame].name;
    if (tier == TIER_INLINED)
        return frame_intern(table, name, FRAME_INLINED);
    if (tier != TIER_C1 && tier != TIER_INTERPRETED)
        return frame;
    char *text = memory_get(name.len + FRAME_SUFFIX, 1);
    memcpy(text, name.data, name.len);
    memcpy(text + name.len, tier == TIER_C1 ? "_[1]" : "_[0]", FRAME_SUFFIX);
    uint32_t id = frame_intern(table, span_make(text, name.len + FRAME_SUFFIX), FRAME_PLAIN);
    memory_free(text);
    return id;
}

static bool is_part(int64_t part, int64_t whole, int64_t of)
{
    return part >= whole / of + (whole % of != 0);
}

static enum jfr_tier judge(const struct jfr_tier_weights *weights)
{
    int64_t whole = 0;
    for (int tier = TIER_JIT; tier < TIERS; tier++)
        whole += weights->of[tier];
    if (whole == 0)
        return TIER_NONE;
    return is_part(weights->of[TIER_INLINED], whole, 3)       ? TIER_INLINED
           : is_part(weights->of[TIER_C1], whole, 2)          ? TIER_C1
           : is_part(weights->of[TIER_INTERPRETED], whole, 2) ? TIER_INTERPRETED
                                                              : TIER_JIT;
}

int jfr_tiers_file(const struct jfr_tiers *tiers, struct recorder *recorder)
{
    const struct profile *tree = &tiers->tree;
    struct profile *profile = recorder->profile;
    uint32_t *filed = memory_get(tree->count, sizeof *filed);
    int result = 0;
    filed[PROFILE_ROOT] = PROFILE_ROOT;
    for (uint32_t node = 1; node < tree->count && result == 0; node++) {
        const struct profile_node *from = &tree->nodes[node];
        uint32_t frame = jfr_tier_frame(&profile->frames, from->frame, judge(&tiers->weights[node]));
        filed[node] = profile_child(profile, filed[from->parent], frame);
        if (tree->self[0][node])
            result = recorder_add_weight(recorder, filed[node], recorder->column, tree->self[0][node], 0);
    }
    memory_free(filed);
    return result;
}
