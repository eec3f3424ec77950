/* Largest remainder over the nodes of a profile. */
#include "flamectl/normalize.h"

#include <stdlib.h>

#include "flamectl/memory.h"
#include "flamectl/profile_sort.h"

/* A node's claim to one more unit. */
struct claim {
    uint64_t remainder;
    uint32_t
        node; /* in drawing order, so that the result does not depend on how nodes came to be */
};

static int compare_claims(const void *left, const void *right)
{
    const struct claim *a = left, *b = right;
    if (a->remainder != b->remainder)
        return a->remainder > b->remainder ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

/* weight * total / sum and its remainder. weight <= sum, so the quotient fits. */
static int64_t share(uint64_t weight, uint64_t total, uint64_t sum, uint64_t *remainder)
{
#if defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)weight * total;
    *remainder = (uint64_t)(product % sum);
    return (int64_t)(product / sum);
#else
    /* schoolbook: bit by bit, with all values below 2^63 */
    uint64_t quotient = 0, rest = 0;
    for (int bit = 62; bit >= 0; bit--) {
        quotient <<= 1;
        rest <<= 1;
        if (rest >= sum)
            rest -= sum, quotient++;
        if (weight >> bit & 1) {
            quotient += total / sum;
            rest += total % sum;
            if (rest >= sum)
                rest -= sum, quotient++;
        }
    }
    *remainder = rest;
    return (int64_t)quotient;
#endif
}

void normalize_column(struct profile *profile, unsigned column, int64_t total)
{
    int64_t sum = profile->grand[column], given = 0;
    if (sum == total)
        return;
    profile_sort(profile);
    struct claim *claims = memory_get(profile->count, sizeof *claims);
    for (uint32_t node = 0; node < profile->count; node++) {
        int64_t *weight = &profile->self[column][node];
        claims[node].node = node;
        *weight = share((uint64_t)*weight, (uint64_t)total, (uint64_t)sum, &claims[node].remainder);
        given += *weight;
    }
    qsort(claims, profile->count, sizeof *claims, compare_claims);
    for (uint32_t i = 0; i < profile->count && given < total; i++, given++)
        profile->self[column][claims[i].node]++;
    profile->grand[column] = total;
    memory_free(claims);
}
