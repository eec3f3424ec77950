/* Cost that only moved: what a function gained under a caller, others under the same caller lost,
 * beyond the proportional loss that any growth elsewhere brings. (The idea of cost shift is
 * FBDetect's, SOSP 2024.) Told here for growth; for shrinking the sides are swapped. */
#include "judge_tree.h"

#include <math.h>
#include <stdlib.h>

#include "flamectl/memory.h"

#define MOST_OF 0.75 /* "about as much" */
#define LARGEST_CALLER                                                                             \
    0.8 /* nearly everything is under such a caller: moving within it says nothing */

/* The calls of one changed function by one caller. */
struct edge {
    uint32_t row, caller; /* rows */
    double growth;        /* in the direction looked at */
    bool moved;
};

struct call {
    uint32_t row, caller, node;
    uint32_t edge;
};

struct moves {
    struct judge *judge;
    enum comparison_finding changed;
    int direction;
    unsigned from; /* the side before, in the direction looked at */
    const bool *outermost;
    struct call *calls; /* by function, then caller */
    uint32_t call_count;
    struct edge *edges;
    uint32_t edge_count;
    int64_t *samples; /* by edge and run */
};

static int by_caller(const void *left, const void *right)
{
    const struct call *a = left, *b = right;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->caller > b->caller) - (a->caller < b->caller);
}

static bool has_changed(const struct moves *moves, uint32_t row)
{
    return row != JUDGE_NONE && moves->judge->comparison->functions[row].finding == moves->changed;
}

/* All calls of changed functions; those by the root are none. */
static void find_calls(struct moves *moves)
{
    const struct profile *profile = moves->judge->profile;
    size_t capacity = 0;
    for (uint32_t node = 1; node < profile->count; node++) {
        uint32_t row = judge_row(moves->judge, node), parent = profile->nodes[node].parent;
        uint32_t caller = parent == PROFILE_ROOT ? JUDGE_NONE : judge_row(moves->judge, parent);
        if (caller == JUDGE_NONE || !moves->outermost[node] || !has_changed(moves, row))
            continue;
        moves->calls = memory_grow(moves->calls, &capacity, (size_t)moves->call_count + 1,
                                   sizeof *moves->calls);
        moves->calls[moves->call_count++] = (struct call){row, caller, node, 0};
    }
    if (moves->call_count)
        qsort(moves->calls, moves->call_count, sizeof *moves->calls, by_caller);
}

static void make_edges(struct moves *moves)
{
    moves->edges = memory_get(moves->call_count, sizeof *moves->edges);
    for (uint32_t i = 0; i < moves->call_count; i++) {
        struct call *call = &moves->calls[i];
        if (i == 0 || by_caller(call, call - 1) != 0)
            moves->edges[moves->edge_count++] =
                (struct edge){.row = call->row, .caller = call->caller};
        call->edge = moves->edge_count - 1;
    }
}

static void count_edges(struct moves *moves)
{
    unsigned runs = moves->judge->statistic.runs;
    int64_t *total = memory_get(moves->judge->profile->count, sizeof *total);
    moves->samples = memory_zero((size_t)moves->edge_count * runs, sizeof *moves->samples);
    for (unsigned r = 0; r < runs; r++) {
        judge_totals(moves->judge, r, total);
        for (uint32_t i = 0; i < moves->call_count; i++)
            moves->samples[(size_t)moves->calls[i].edge * runs + r] += total[moves->calls[i].node];
    }
    memory_free(total);
}

/* Whether what else is under the caller lost about as much as the function gained there. Had the
 * function grown by itself, the others would have `left` of their share; had all of it moved, they
 * would have lost all the growth. */
static bool others_lost(const struct moves *moves, const struct edge *edge, const int64_t *samples)
{
    struct judge *judge = moves->judge;
    const double *all = judge->comparison->functions[edge->row].test.measure;
    unsigned from = moves->from, to = !from;
    struct comparison_test others;
    for (unsigned r = 0; r < judge->statistic.runs; r++)
        judge->samples[r] = judge_samples(judge, edge->caller, r) - samples[r];
    judge_test(judge, judge->samples, &others);
    double left = judge->statistic.per_work ? 1 : (1 - all[to]) / (1 - all[from]);
    double lost = left * others.measure[from] - others.measure[to];
    double all_lost = edge->growth - (1 - left) * others.measure[from];
    return others.tested && lost >= MOST_OF * all_lost && lost > (others.high - others.low) / 2;
}

static bool is_large(const struct moves *moves, uint32_t caller)
{
    const struct comparison *comparison = moves->judge->comparison;
    const int64_t *samples = comparison->functions[caller].test.samples;
    double all = (double)comparison->samples[COMPARISON_BEFORE] +
                 (double)comparison->samples[COMPARISON_AFTER];
    return (double)samples[COMPARISON_BEFORE] + (double)samples[COMPARISON_AFTER] >=
           LARGEST_CALLER * all;
}

static void judge_edge(const struct moves *moves, uint32_t place)
{
    struct edge *edge = &moves->edges[place];
    const int64_t *samples = moves->samples + (size_t)place * moves->judge->statistic.runs;
    struct comparison_test test;
    statistic_measure(&moves->judge->statistic, samples, 0, &test);
    edge->growth = test.change * moves->direction;
    edge->moved =
        edge->growth > 0 && !is_large(moves, edge->caller) && others_lost(moves, edge, samples);
}

static void set_moved(const struct moves *moves, uint32_t row, uint32_t caller)
{
    struct comparison_function *functions = moves->judge->comparison->functions;
    functions[row].finding = FINDING_MOVED;
    functions[row].cause = functions[caller].frame;
}

/* The edges first..end are those of one function: it moved if most of its growth did. Otherwise
 * none of them did. */
static bool judge_function(const struct moves *moves, uint32_t first, uint32_t end)
{
    uint32_t row = moves->edges[first].row, largest = first;
    double moved = 0;
    for (uint32_t i = first; i < end; i++) {
        judge_edge(moves, i);
        moved += moves->edges[i].moved ? moves->edges[i].growth : 0;
        if (moves->edges[i].moved &&
            (!moves->edges[largest].moved || moves->edges[i].growth > moves->edges[largest].growth))
            largest = i;
    }
    if (moved >= MOST_OF * fabs(moves->judge->comparison->functions[row].test.change)) {
        set_moved(moves, row, moves->edges[largest].caller);
        return true;
    }
    for (uint32_t i = first; i < end; i++)
        moves->edges[i].moved = false;
    return false;
}

static bool judge_edges(const struct moves *moves)
{
    bool any = false;
    for (uint32_t first = 0, end = 0; first < moves->edge_count; first = end) {
        while (end < moves->edge_count && moves->edges[end].row == moves->edges[first].row)
            end++;
        any |= judge_function(moves, first, end);
    }
    return any;
}

/* By node: the caller within which it moved, itself or with what is above it, or JUDGE_NONE. */
static uint32_t *moved_nodes(const struct moves *moves)
{
    const struct profile *profile = moves->judge->profile;
    uint32_t *caller = memory_get(profile->count, sizeof *caller);
    for (uint32_t node = 0; node < profile->count; node++)
        caller[node] = JUDGE_NONE;
    for (uint32_t i = 0; i < moves->call_count; i++)
        if (moves->edges[moves->calls[i].edge].moved)
            caller[moves->calls[i].node] = moves->calls[i].caller;
    for (uint32_t node = 1; node < profile->count; node++)
        if (caller[node] == JUDGE_NONE)
            caller[node] = caller[profile->nodes[node].parent];
    return caller;
}

/* What a function that moved calls moved with it: without these calls there is no change of its
 * own. */
static void judge_below(const struct moves *moves)
{
    struct judge *judge = moves->judge;
    struct comparison *comparison = judge->comparison;
    unsigned runs = judge->statistic.runs;
    uint32_t *caller = moved_nodes(moves);
    uint32_t *cause = memory_get(comparison->function_count, sizeof *cause);
    int64_t *left = memory_zero((size_t)comparison->function_count * runs, sizeof *left);
    int64_t *total = memory_get(judge->profile->count, sizeof *total);
    for (uint32_t row = 0; row < comparison->function_count; row++)
        cause[row] = JUDGE_NONE;
    for (unsigned r = 0; r < runs; r++) {
        judge_totals(judge, r, total);
        for (uint32_t i = 0; i < moves->call_count; i++) {
            const struct call *call = &moves->calls[i];
            if (caller[call->node] != JUDGE_NONE)
                cause[call->row] = caller[call->node];
            else
                left[(size_t)call->row * runs + r] += total[call->node];
        }
    }
    for (uint32_t row = 0; row < comparison->function_count; row++) {
        struct comparison_test test;
        if (cause[row] == JUDGE_NONE || !has_changed(moves, row))
            continue;
        judge_test(judge, left + (size_t)row * runs, &test);
        if (judge_direction(judge, &test) != moves->direction)
            set_moved(moves, row, cause[row]);
    }
    memory_free(total);
    memory_free(left);
    memory_free(cause);
    memory_free(caller);
}

void judge_moved(struct judge *judge, int direction)
{
    struct moves moves = {.judge = judge,
                          .direction = direction,
                          .changed = direction > 0 ? FINDING_REGRESSION : FINDING_IMPROVEMENT,
                          .from = direction > 0 ? COMPARISON_BEFORE : COMPARISON_AFTER};
    bool *outermost = judge_outermost(judge);
    moves.outermost = outermost;
    find_calls(&moves);
    if (moves.call_count) {
        make_edges(&moves);
        count_edges(&moves);
        if (judge_edges(&moves))
            judge_below(&moves);
    }
    memory_free(moves.samples);
    memory_free(moves.edges);
    memory_free(moves.calls);
    memory_free(outermost);
}
