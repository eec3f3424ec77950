/* Makes inputs for the benchmark, the same bytes every time:
 *
 *     generate perf MEGABYTES     text as perf script prints it
 *     generate folded STACKS      distinct folded stacks
 *
 * Both walk one random call graph in which some calls are far likelier than others, as in real recordings: few
 * stacks are frequent, many occur once. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FUNCTIONS = 12000, CALLEES = 5, DEEPEST = 100, NAME = 64 };

static uint64_t random_state = 88172645463325252u;

static uint32_t pick(uint32_t below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % below);
}

/* 0 is the likeliest by far, as one call usually is. */
static uint32_t pick_early(uint32_t below)
{
    uint32_t n = 0;
    while (n + 1 < below && pick(100) < 22)
        n++;
    return n;
}

static char name[FUNCTIONS][NAME];
static uint32_t callee[FUNCTIONS][CALLEES], object[FUNCTIONS];

static const char *const verb[] = {"open", "load", "pack", "send", "plan", "fill", "drop", "walk",
                                   "seal", "bind", "test", "join", "trim", "post", "find", "swap"};
static const char *const noun[] = {"block", "entry", "table", "route", "frame", "label", "value",
                                   "chunk", "batch", "field", "inode", "range", "token", "vector"};
static const char *const space[] = {"", "", "net::", "store::engine::", "std::vector<int>::", "__"};
static const char *const objects[] = {"/usr/lib/libc.so.6", "/srv/bin/service", "[kernel.kallsyms]",
                                      "/srv/lib/libstore.so.3", "/tmp/perf-311.map", "[nf_tables]"};

static void make_graph(void)
{
    for (uint32_t f = 0; f < FUNCTIONS; f++) {
        snprintf(name[f], NAME, "%s%s_%s%s_%" PRIu32, space[pick(6)], verb[pick(16)], noun[pick(14)],
                 pick(8) ? "" : "(char const*, unsigned long)", f);
        object[f] = pick_early(6);
        for (uint32_t c = 0; c < CALLEES; c++)
            callee[f][c] = pick(FUNCTIONS);
    }
}

/* Stacks that come again: in a recording of some minutes about five samples in six have one of these. */
enum { KNOWN_STACKS = 30000, KNOWN_PERCENT = 85 };

/* The stack of a number is always the same. */
static uint32_t make_stack(uint32_t *stack, uint64_t number)
{
    uint64_t kept = random_state;
    uint32_t depth = 1;
    random_state = number * 0x9e3779b97f4a7c15u + 1;
    pick(2);
    stack[0] = pick_early(30);
    while (depth < DEEPEST && (depth < 5 || pick(20))) {
        stack[depth] = callee[stack[depth - 1]][pick_early(CALLEES)];
        depth++;
    }
    random_state = kept;
    return depth;
}

/* Some known stacks are far more frequent than others. */
static uint64_t pick_stack(uint64_t sample)
{
    uint64_t a = pick(KNOWN_STACKS), b = pick(KNOWN_STACKS), c = pick(KNOWN_STACKS);
    bool known = pick(100) < KNOWN_PERCENT;
    return known ? a * b / KNOWN_STACKS * c / KNOWN_STACKS : KNOWN_STACKS + sample;
}

static void print_perf(double bytes)
{
    uint32_t stack[DEEPEST];
    double now = 5000;
    for (uint64_t sample = 0; bytes > 0; sample++) {
        uint32_t depth = make_stack(stack, pick_stack(sample)), thread = pick(40);
        now += 0.00025;
        bytes -= printf("worker-%" PRIu32 " %7" PRIu32 " [%03" PRIu32 "] %13.6f:     250000 cpu-clock: \n", thread % 8,
                        4000 + thread, pick(8), now);
        for (uint32_t d = depth; d-- > 0;) {
            uint64_t base = object[stack[d]] == 2 ? UINT64_C(0xffffffff81000000) : UINT64_C(0x550000);
            uint32_t offset = d + 1 == depth ? pick_early(16) * 8 : stack[d + 1] % 4 * 32;
            bytes -= printf("\t%16" PRIx64 " %s+0x%" PRIx32 " (%s)\n", base + stack[d] * 256u + offset,
                            name[stack[d]], offset, objects[object[stack[d]]]);
        }
        bytes -= printf("\n");
    }
}

static void print_folded(long count)
{
    uint32_t stack[DEEPEST];
    while (count-- > 0) {
        uint32_t depth = make_stack(stack, (uint64_t)count);
        fputs("service", stdout);
        for (uint32_t d = 0; d < depth; d++)
            printf(";%s", name[stack[d]]);
        printf(" %" PRIu32 "\n", 1 + pick_early(20) * 3);
    }
}

int main(int argc, char **argv)
{
    static char buffer[1 << 18];
    if (argc != 3) {
        fprintf(stderr, "usage: generate perf MEGABYTES | generate folded STACKS\n");
        return 2;
    }
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    make_graph();
    if (strcmp(argv[1], "perf") == 0)
        print_perf(strtod(argv[2], NULL) * 1e6);
    else
        print_folded(strtol(argv[2], NULL, 10));
    return fflush(stdout) != 0;
}
