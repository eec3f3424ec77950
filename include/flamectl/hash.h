/* Seeded hashing of untrusted bytes: the seed is drawn once per run, so that nobody can craft
 * collisions ahead of time. Nothing that is printed may depend on a hash. */
#ifndef FLAMECTL_HASH_H
#define FLAMECTL_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "flamectl/span.h"

struct hash_seed {
    uint64_t a, b; /* both odd */
};

/* Draws a seed from the system's randomness, or from clock and addresses where there is none. */
struct hash_seed hash_seed_make(void);

/* 64x64 -> 128 bit product, its halves folded together. */
static inline uint64_t hash_fold(uint64_t x, uint64_t y)
{
#if defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t xl = (uint32_t)x, xh = x >> 32, yl = (uint32_t)y, yh = y >> 32;
    uint64_t ll = xl * yl, lh = xl * yh, hl = xh * yl, hh = xh * yh;
    uint64_t mid = (ll >> 32) + (uint32_t)lh + (uint32_t)hl;
    return ((mid << 32) | (uint32_t)ll) ^ (hh + (lh >> 32) + (hl >> 32) + (mid >> 32));
#endif
}

static inline uint64_t hash_pair(struct hash_seed seed, uint64_t x, uint64_t y)
{
    return hash_fold(x ^ seed.a, y ^ seed.b);
}

uint64_t hash_bytes(struct hash_seed seed, struct span s);

#endif
