/* Hashing with a per-run seed: each eight bytes are multiplied with secrets and folded, so that no
 * two inputs collide for every seed. */
#include "flamectl/hash.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

struct hash_seed hash_seed_make(void)
{
    uint64_t random[2] = {0, 0};
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, random, sizeof random) : -1;
    if (fd >= 0)
        close(fd);
    if (got != (ssize_t)sizeof random) {
        struct timespec now = {0, 0};
        clock_gettime(CLOCK_MONOTONIC, &now);
        random[0] = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u ^ (uint64_t)(uintptr_t)&now;
        random[1] = (uint64_t)now.tv_sec * 0xbf58476d1ce4e5b9u ^ (uint64_t)getpid();
    }
    struct hash_seed seed = {random[0] | 1, random[1] | 1};
    return seed;
}

/* Odd, and far from each other's multiples. */
#define STEP_A UINT64_C(0x9e3779b97f4a7c15)
#define STEP_B UINT64_C(0xd1b54a32d192ed03)

static uint64_t load(const char *p, size_t n)
{
    uint64_t v = 0;
    memcpy(&v, p, n);
    return v;
}

/* Pairs of words are multiplied independently of each other, under secrets that differ from pair to pair, so
 * that the processor need not wait for one before the next. */
uint64_t hash_bytes(struct hash_seed seed, struct span s)
{
    uint64_t h = s.len, a = seed.a, b = seed.b;
    const char *p = s.data;
    size_t n = s.len;
    for (; n > 16; p += 16, n -= 16, a += STEP_A, b += STEP_B)
        h ^= hash_fold(load(p, 8) ^ b, load(p + 8, 8) ^ a);
    if (s.len > 16) /* the last 16 bytes, some of them again */
        h ^= hash_fold(load(p + n - 16, 8) ^ b, load(p + n - 8, 8) ^ a);
    else if (n > 8)
        h ^= hash_fold(load(p, 8) ^ b, load(p + n - 8, 8) ^ a);
    else if (n)
        h ^= hash_fold(load(p, n) ^ b, n ^ a);
    return hash_fold(h ^ seed.b, seed.a);
}
