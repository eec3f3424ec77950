/* stacks, profile_stacks, profile_paths, profile_settle, heap: gathered stacks come to the same as a tree made at
 * once */
#include <stdio.h>
#include <stdlib.h>

#include "flamectl/memory.h"
#include "flamectl/profile_paths.h"
#include "flamectl/profile_sort.h"
#include "flamectl/heap.h"
#include "flamectl/profile_stacks.h"
#include "unit.h"

static uint32_t draw(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

/* Names that begin each other, and go on with bytes on either side of ' ' and ';'. */
static struct span draw_stack(uint32_t *state, char *text)
{
    static const char *const names[] = {
        "read", "read ", "read.part", "read:x", "read;", "read_x", "read\x01", "r", "",
        "read_[k]", "read_[", "main", "main\xff", "a name of more than eight bytes", "read0",
        "a name of more than eight bytes, and then some more",
    };
    size_t len = 0;
    for (uint32_t i = draw(state, 6); i-- > 0;)
        len += (size_t)sprintf(text + len, "%s%s", len ? ";" : "", names[draw(state, 16)]);
    while (len && text[len - 1] == ';')
        len--;
    return span_make(text, len);
}

static void add_to_tree(struct profile *profile, struct span stack, unsigned column, int64_t weight)
{
    uint32_t node = PROFILE_ROOT;
    for (size_t at = 0; at < stack.len;) {
        struct span rest = span_skip(stack, at), name = span_first(rest, span_find(rest, ';'));
        node = profile_child(profile, node, frame_intern(&profile->frames, name, FRAME_PLAIN));
        at += name.len + 1;
    }
    profile_add(profile, node, column, weight);
}

static void gather(struct profile *profile, struct span stack, unsigned column, int64_t weight)
{
    struct stacks *stacks = profile_gathering(profile);
    uint64_t hash = hash_bytes(stacks->seed, stack);
    uint32_t row = stacks_find(stacks, stack, hash);
    if (row == STACKS_NONE)
        row = stacks_add(stacks, stack, hash);
    profile_add_stack(profile, row, column, weight);
}

static bool same_node(const struct profile *a, const struct profile *b, uint32_t node)
{
    const struct profile_node *x = &a->nodes[node], *y = &b->nodes[node];
    if (node == PROFILE_ROOT)
        return a->self[0][node] == b->self[0][node] && a->self[1][node] == b->self[1][node];
    const struct frame *f = &a->frames.frames[x->frame], *g = &b->frames.frames[y->frame];
    return x->parent == y->parent && f->kind == g->kind &&
           span_equal(f->name, g->name) && a->self[0][node] == b->self[0][node] &&
           a->self[1][node] == b->self[1][node];
}

static bool same_tree(const struct profile *a, const struct profile *b)
{
    if (a->count != b->count || a->grand[0] != b->grand[0] || a->grand[1] != b->grand[1])
        return false;
    for (uint32_t node = 0; node < a->count; node++)
        if (!same_node(a, b, node))
            return false;
    return true;
}

/* In so many gatherings, packed as soon as they hold `most` bytes. */
static void make_both(struct profile *tree, struct profile *gathered, size_t gatherings, size_t most,
                      uint32_t seed)
{
    struct profile others[4];
    char text[400];
    uint32_t state = seed;
    profile_init(tree, PROFILE_BY_NAME);
    profile_init(gathered, PROFILE_BY_NAME);
    profile_set_columns(tree, 2);
    profile_set_columns(gathered, 2);
    profile_gather(gathered, STACKS_BY_TREE, STACKS_MOST_ONCE);
    for (size_t i = 0; i < gatherings; i++) {
        profile_fork(&others[i], gathered, 2);
        profile_gathering(&others[i])->most = most;
    }
    for (int i = 0; i < 300; i++) {
        struct span stack = draw_stack(&state, text);
        unsigned column = draw(&state, 2);
        add_to_tree(tree, stack, column, i + 1);
        gather(&others[draw(&state, (uint32_t)gatherings)], stack, column, i + 1);
    }
    for (size_t i = 0; i < gatherings; i++) {
        profile_merge(gathered, &others[i]);
        profile_free(&others[i]);
    }
}

static void test_trees(void)
{
    bool same = true;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        for (size_t gatherings = 1; gatherings <= 4; gatherings++) {
            struct profile tree, gathered;
            make_both(&tree, &gathered, gatherings, seed % 2 ? 500 : SIZE_MAX, seed);
            profile_sort(&tree);
            profile_settle(&gathered);
            same = same && gathered.sorted && same_tree(&tree, &gathered);
            profile_free(&tree);
            profile_free(&gathered);
        }
    }
    unit_check("gathered stacks make the tree that profile_sort makes", same);
}

/* Whether the last one, which is shared, has all text. */
static bool text_is_shared(const struct profile *gathered)
{
    for (size_t i = 0; i + 1 < gathered->stacks_count; i++)
        if (gathered->stacks[i]->count || gathered->stacks[i]->text || gathered->stacks[i]->arena.spare)
            return false;
    return true;
}

/* An input's stacks, by so many threads that know what inputs before told. Whether nobody else keeps text. */
static bool read_shared(struct profile *tree, struct profile *gathered, size_t threads, size_t most, uint32_t *state)
{
    struct profile others[4];
    char text[400];
    profile_share(gathered);
    bool shared = text_is_shared(gathered);
    for (size_t i = 0; i < threads; i++) {
        profile_fork(&others[i], gathered, 2);
        profile_gathering(&others[i])->most = most;
    }
    for (int i = 0; i < 200; i++) {
        struct span stack = draw_stack(state, text);
        unsigned column = draw(state, 2);
        uint32_t reader = draw(state, (uint32_t)threads + 1);
        add_to_tree(tree, stack, column, i + 1);
        gather(reader == threads ? gathered : &others[reader], stack, column, i + 1);
    }
    for (size_t i = 0; i < threads; i++) {
        profile_merge(gathered, &others[i]);
        profile_free(&others[i]);
    }
    profile_unshare(gathered);
    return shared;
}

static uint32_t count_rows(const struct profile *profile)
{
    uint32_t rows = 0;
    for (size_t i = 0; i < profile->stacks_count; i++)
        rows += profile->stacks[i]->count;
    return rows;
}

static uint32_t count_stacks(const struct profile *tree)
{
    uint32_t stacks = 0;
    for (uint32_t node = 0; node < tree->count; node++)
        stacks += tree->self[0][node] || tree->self[1][node];
    return stacks;
}

/* What is known is packed where it is too much. */
static void test_known_packed(void)
{
    struct profile tree, gathered;
    uint32_t state = 5;
    profile_init(&tree, PROFILE_BY_NAME);
    profile_init(&gathered, PROFILE_BY_NAME);
    profile_set_columns(&tree, 2);
    profile_set_columns(&gathered, 2);
    size_t most = 20000; /* more than any thread reads of an input */
    profile_gather(&gathered, STACKS_BY_TREE, most);
    for (size_t input = 0; input < 6; input++)
        read_shared(&tree, &gathered, 2, most, &state);
    bool packed = count_rows(&gathered) < count_stacks(&tree) * 3 / 4;
    profile_sort(&tree);
    profile_settle(&gathered);
    unit_check("what threads know has a limit, too", packed && same_tree(&tree, &gathered));
    profile_free(&tree);
    profile_free(&gathered);
}

static void test_shared(void)
{
    bool same = true, once = true, shared = true;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        struct profile tree, gathered;
        uint32_t state = seed;
        size_t most = seed % 2 ? 500 : SIZE_MAX;
        profile_init(&tree, PROFILE_BY_NAME);
        profile_init(&gathered, PROFILE_BY_NAME);
        profile_set_columns(&tree, 2);
        profile_set_columns(&gathered, 2);
        profile_gather(&gathered, STACKS_BY_TREE, STACKS_MOST_AGAIN);
        for (size_t input = 0; input < 4; input++)
            shared = read_shared(&tree, &gathered, seed % 4 + 1, most, &state) && shared;
        state = seed; /* the first one again */
        read_shared(&tree, &gathered, seed % 4 + 1, most, &state);
        once = once && (most != SIZE_MAX || count_rows(&gathered) == count_stacks(&tree));
        profile_part_stacks(&gathered, 3);
        profile_sort(&tree);
        profile_settle(&gathered);
        same = same && gathered.sorted && same_tree(&tree, &gathered);
        profile_free(&tree);
        profile_free(&gathered);
    }
    unit_check("stacks that threads know make the same tree", same);
    unit_check("and one that came before is not kept again", once);
    unit_check("gatherings that have packed some keep no text beside it", shared);
}

static void test_tree_with_nodes(void)
{
    struct profile tree, gathered;
    make_both(&tree, &gathered, 2, 500, 7);
    add_to_tree(&tree, span_of("main;read"), 0, 5);
    add_to_tree(&gathered, span_of("main;read"), 0, 5);
    profile_settle(&gathered);
    profile_sort(&tree);
    profile_sort(&gathered);
    unit_check("and they join a tree that is there", same_tree(&tree, &gathered));
    profile_free(&tree);
    profile_free(&gathered);
}

/* As many rows as several threads sort, gathered in two. */
static void test_text_order(void)
{
    struct profile profile, other;
    char text[400];
    uint32_t state = 3;
    int64_t sum = 0;
    bool ordered = true;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_gather(&profile, STACKS_BY_TEXT, STACKS_MOST_AGAIN);
    profile_share(&profile);
    profile_fork(&other, &profile, 2);
    for (int i = 0; i < 30000; i++)
        gather(i % 3 ? &profile : &other, draw_stack(&state, text), 0, 1);
    unit_check("what two threads gathered fits", profile_merge(&profile, &other));
    profile_unshare(&profile);
    unit_check("all is there as text", profile_join_text(&profile) && profile_is_text(&profile));
    struct stacks *stacks = profile.stacks[0];
    stacks_sort(stacks, 3);
    for (uint32_t row = 0; row < stacks->count; row++) {
        ordered = ordered && (row == 0 || span_compare(stacks->text[row - 1], stacks->text[row]) < 0);
        sum += stacks->weight[row];
    }
    unit_check("texts come in byte order, each once", ordered && stacks->count > 5000);
    unit_check("with all their weight", sum == 30000);
    profile_free(&other);
    profile_free(&profile);
}

static void test_limits(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_gather(&profile, STACKS_BY_TEXT, STACKS_MOST_AGAIN);
    profile_gathering(&profile)->most = 100;
    for (int i = 0; i < 20; i++) {
        char text[40];
        gather(&profile, span_make(text, (size_t)sprintf(text, "main;step %d", i)), 0, 1);
    }
    unit_check("too much text is packed", !profile_is_text(&profile));
    unit_check("a sum beyond the limit is refused",
               !profile_add_stack(&profile, 0, 0, INT64_MAX) && profile.grand[0] == 20);
    unit_check("decimals scale what is packed, too", profile_make_decimal(&profile));
    profile_settle(&profile);
    unit_check("every stack a million units",
               profile.count == 22 && profile.self[0][21] == PROFILE_DECIMAL_SCALE &&
                   profile.self[0][2] == PROFILE_DECIMAL_SCALE);
    profile_free(&profile);
}

/* The same stack, leaf first. */
static void add_path(struct profile *profile, struct span stack, bool appended, int64_t weight)
{
    uint32_t frames[16], reversed[16];
    size_t count = 0;
    for (size_t at = 0; at < stack.len;) {
        struct span rest = span_skip(stack, at), name = span_first(rest, span_find(rest, ';'));
        frames[count++] = frame_intern(&profile->frames, name, FRAME_PLAIN);
        at += name.len + 1;
    }
    for (size_t i = 0; i < count; i++)
        reversed[i] = frames[count - 1 - i];
    uint32_t row = appended ? profile_append_path(profile, reversed, count)
                            : profile_path(profile, reversed, count);
    profile_add_path(profile, row, 0, weight);
}

/* The text of a sorted path. */
static struct span path_text(const struct profile *profile, uint32_t row, char *text)
{
    struct span bytes = profile->paths->text[row];
    size_t len = 0;
    for (size_t i = 0; i < bytes.len; i += profile->path_bytes) {
        const struct frame *frame = &profile->frames.frames[profile_path_frame(profile, bytes.data + i)];
        len += (size_t)sprintf(text + len, "%s%s%s", i ? ";" : "", frame->name.data,
                               frame_suffix(frame->kind));
    }
    return span_make(text, len);
}

/* Whether each sorted path comes after the one before it; adds up their weights. */
static bool paths_in_order(const struct profile *profile, int64_t *sum)
{
    char text[400], last[400];
    bool ordered = true;
    for (uint32_t row = 0; row < profile->paths->count; row++) {
        struct span present = path_text(profile, row, row % 2 ? text : last);
        struct span before = path_text(profile, row ? row - 1 : 0, row % 2 ? last : text);
        ordered = ordered && (row == 0 || span_compare(before, present) < 0);
        *sum += profile->paths->weight[row];
    }
    return ordered;
}

static void test_paths(void)
{
    struct profile profile, other;
    char text[400];
    uint32_t state = 9;
    int64_t sum = 0;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_keep_paths(&profile);
    profile_fork(&other, &profile, 2);
    for (int i = 0; i < 600; i++)
        add_path(i % 2 ? &profile : &other, draw_stack(&state, text), i % 200 < 90, 1);
    profile_merge(&profile, &other);
    unit_check("all stacks are paths", profile_is_paths(&profile) && profile.grand[0] == 600);
    profile_sort_paths(&profile, 2);
    bool ordered = paths_in_order(&profile, &sum);
    unit_check("paths come in byte order of their text, each once, with all their weight",
               ordered && sum == 600 && profile.paths->count > 100);
    profile_free(&profile);
    profile_free(&other);
}

static void test_paths_of_many_frames(void)
{
    struct profile profile;
    char stack[64];
    int64_t sum = 0;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_keep_paths(&profile);
    for (int i = 0; i < PATH_FEW_FRAMES + 500; i++) {
        int len = sprintf(stack, "main;run;f%d", i);
        add_path(&profile, span_make(stack, (size_t)len), false, 1);
        if (i % 3 == 0) /* whether its row was made before there were many, or not */
            add_path(&profile, span_make(stack, (size_t)len), i % 2, 1);
    }
    add_path(&profile, span_of("main;run;f7"), false, 1);
    unit_check("ids have four bytes then", profile.path_bytes == 4);
    profile_sort_paths(&profile, 2);
    bool ordered = paths_in_order(&profile, &sum);
    unit_check("and paths are the same", ordered && profile.paths->count == PATH_FEW_FRAMES + 500 &&
                                             sum == profile.grand[0]);
    profile_free(&profile);
}

static void test_too_many_paths(void)
{
    struct profile tree, profile;
    char text[400];
    uint32_t state = 11;
    profile_init(&tree, PROFILE_BY_NAME);
    profile_init(&profile, PROFILE_BY_NAME);
    profile_set_columns(&tree, 2);
    profile_set_columns(&profile, 2);
    profile_keep_paths(&profile);
    profile.paths->most = 2000;
    for (int i = 0; i < 300; i++) {
        struct span stack = draw_stack(&state, text);
        add_to_tree(&tree, stack, 0, 2);
        add_path(&profile, stack, false, 2);
    }
    unit_check("too many paths are no longer kept as such, and their rows stand no more",
               !profile_is_paths(&profile) && profile.turn > 0);
    profile_file_paths(&profile);
    profile_sort(&profile);
    profile_sort(&tree);
    unit_check("but make the same tree", same_tree(&tree, &profile));
    profile_free(&tree);
    profile_free(&profile);
}

static int compare_numbers(const void *a, const void *b, const void *context)
{
    (void)context;
    return *(const int *)a - *(const int *)b;
}

static void test_heap(void)
{
    int numbers[] = {5, 3, 9, 1, 7, 1}, last = 0;
    struct heap heap = {.compare = compare_numbers};
    bool ordered = true;
    for (size_t i = 0; i < 6; i++)
        heap_add(&heap, &numbers[i]);
    for (; heap.count; heap_remove(&heap)) {
        ordered = ordered && *(int *)heap.items[0] >= last;
        last = *(int *)heap.items[0];
    }
    unit_check("a heap gives the least first", ordered && last == 9);
    heap_free(&heap);
}

int main(void)
{
    test_trees();
    test_shared();
    test_known_packed();
    test_tree_with_nodes();
    test_text_order();
    test_limits();
    test_paths();
    test_paths_of_many_frames();
    test_too_many_paths();
    test_heap();
    return unit_failed;
}
