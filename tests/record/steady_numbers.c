/* A steady program for tests/record/compare.py: works on arrays of numbers that fit into the caches. With -DPLANT=10
 * smooth, a fifth of all, is 10 % dearer. */
#include <stdlib.h>
#include <string.h>

#ifndef PLANT
#define PLANT 0
#endif
#define KEPT __attribute__((noinline))
/* so that functions that call nothing have a frame pointer, too */
#define FRAME (void)*(void *volatile *)__builtin_frame_address(0)

/* SMALL arrays side by side must not look alike in the low 12 bits of their addresses: loads would wait for stores */
enum { SMALL = 1000, LARGE = 1 << 14, ROUNDS = 560 };

static double small[SMALL], other[SMALL];
static unsigned large[LARGE];
static unsigned char sieve[1 << 14];
static volatile double result;

KEPT static void fill(unsigned seed)
{
    FRAME;
    for (int i = 0; i < LARGE; i++) {
        seed = seed * 1664525u + 1013904223u;
        large[i] = seed;
    }
    for (int i = 0; i < SMALL; i++)
        small[i] = large[i] / 4294967296.0;
}

/* A tenth more rounds with PLANT. */
KEPT static void smooth(void)
{
    FRAME;
    for (int round = 0; round < 360 + 360 * PLANT / 100; round++) {
        for (int i = 1; i + 1 < SMALL; i++)
            other[i] = (small[i - 1] + small[i] + small[i + 1]) * (1.0 / 3);
        small[round % SMALL] += other[1 + round % 1000];
    }
}

KEPT static double power_sum(void)
{
    FRAME;
    double sum = 0;
    for (int round = 0; round < 60; round++)
        for (int i = 0; i < SMALL; i++)
            sum = sum * 0.999 + small[i];
    return sum;
}

KEPT static unsigned primes(void)
{
    FRAME;
    unsigned count = 0;
    memset(sieve, 1, sizeof sieve);
    for (unsigned i = 2; i < sizeof sieve; i++) {
        if (!sieve[i])
            continue;
        count++;
        for (unsigned j = 2 * i; j < sizeof sieve; j += i)
            sieve[j] = 0;
    }
    return count;
}

/* Jumps about in memory. */
KEPT static unsigned chase(void)
{
    FRAME;
    unsigned at = 0, sum = 0;
    for (int i = 0; i < 100000; i++) {
        at = (at + large[at % LARGE]) % LARGE;
        sum += at;
    }
    return sum;
}

KEPT static unsigned count_bits(void)
{
    FRAME;
    unsigned bits = 0;
    for (int i = 0; i < LARGE; i += 2)
        for (unsigned rest = large[i]; rest; rest >>= 1)
            bits += rest & 1;
    return bits;
}

KEPT static void filter(void)
{
    smooth();
    result += power_sum();
}

KEPT static void analyse(void)
{
    result += count_bits();
    result += chase();
    for (int i = 0; i < 3; i++)
        result += primes();
}

int main(void)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        fill(round);
        filter();
        analyse();
    }
    return 0;
}
