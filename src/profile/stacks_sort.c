/* Sorting stacks by eight bytes at a time: the stacks of a profile share long beginnings, which a
 * comparison of whole texts would walk through again and again. Ranges whose next eight bytes are
 * equal are parted into less, equal and greater than one of them; the equal ones go on behind these
 * bytes (Bentley and Sedgewick, "Fast algorithms for sorting and searching strings", 1997).
 *
 * By tree, ';' comes before every other byte, so that all stacks below a frame stand together.
 *
 * Threads take large ranges from a common pile, and keep to themselves what these fall into. */
#include <pthread.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"
#include "flamectl/stacks.h"
#include "flamectl/threads.h"

struct item {
    uint64_t key; /* the eight bytes at the range's depth, as a number */
    uint32_t row;
};

struct range {
    size_t begin, end, depth;
};

/* Ranges to be sorted. */
struct pile {
    struct range *ranges;
    size_t count, capacity;
};

/* What threads have in common. */
struct sorting {
    const struct stacks *stacks;
    const struct span *text; /* theirs */
    bool tree;
    unsigned jobs;
    struct item *items;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* there are ranges in the pile, or nobody will add one */
    struct pile pile;       /* large ranges: anybody's */
    unsigned busy;          /* sorters that may add to it */
};

/* One thread's. */
struct sorter {
    struct sorting *sorting;
    struct pile pile; /* its own */
    bool busy;
    uint64_t random;
};

/* So few are compared whole. */
#define FEW 8

/* So many are anybody's. */
#define LARGE 2048

/* Texts lie anywhere: those of so many rows ahead are fetched. */
#define AHEAD 8

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* The high bit of each byte that is less than `limit`, which is at most 0x80. */
static uint64_t bytes_below(uint64_t word, uint64_t limit)
{
    uint64_t seven = (word & EACH_BYTE * 0x7f) + EACH_BYTE * (0x80 - limit);
    return ~(seven | word) & EACH_BYTE * 0x80;
}

/* ';' to 0, and what was less to the next greater byte. */
static uint64_t part_first(uint64_t word)
{
    uint64_t less = bytes_below(word, ';'), equal = bytes_below(word, ';' + 1) & ~less;
    return (word + (less >> 7)) & ~((equal >> 7) * 0xff);
}

static uint64_t key_at(const struct sorting *sorting, uint32_t row, size_t depth)
{
    struct span text = sorting->text[row];
    const unsigned char *p = (const unsigned char *)text.data + depth;
    uint64_t word = 0;
    if (text.len >= depth + 8) {
        for (int i = 0; i < 8; i++) /* compilers know this for a load */
            word = word << 8 | p[i];
        return sorting->tree ? part_first(word) : word;
    }
    size_t left = text.len > depth ? text.len - depth : 0;
    for (size_t i = 0; i < left; i++)
        word = word << 8 | p[i];
    if (sorting->tree)
        word = part_first(word);
    return left ? word << (8 - left) * 8 : 0; /* what ended comes first: see go_on */
}

static void swap(struct item *a, struct item *b)
{
    struct item kept = *a;
    *a = *b;
    *b = kept;
}

/* Which of two texts comes first, that are the same up to a depth. */
static bool comes_first(const struct sorting *sorting, struct item a, struct item b, size_t depth)
{
    struct span x = span_skip(sorting->text[a.row], depth), y = span_skip(sorting->text[b.row], depth);
    size_t common = span_common(x, y);
    if (common == x.len || common == y.len)
        return x.len < y.len;
    if (sorting->tree && (x.data[common] == ';' || y.data[common] == ';'))
        return x.data[common] == ';';
    return (unsigned char)x.data[common] < (unsigned char)y.data[common];
}

/* Few texts, one by one. */
static void sort_few(const struct sorting *sorting, struct range range)
{
    struct item *items = sorting->items;
    for (size_t i = range.begin + 1; i < range.end; i++)
        for (size_t j = i; j > range.begin; j--) {
            bool first = items[j - 1].key < items[j].key;
            if (items[j - 1].key == items[j].key)
                first = comes_first(sorting, items[j - 1], items[j], range.depth);
            if (first)
                break;
            swap(&items[j], &items[j - 1]);
        }
}

static void add_range(struct pile *pile, struct range range)
{
    pile->ranges = memory_grow(pile->ranges, &pile->capacity, pile->count + 1, sizeof *pile->ranges);
    pile->ranges[pile->count++] = range;
}

static void push(struct sorter *sorter, size_t begin, size_t end, size_t depth)
{
    struct sorting *sorting = sorter->sorting;
    struct range range = {begin, end, depth};
    if (end - begin < 2)
        return;
    if (end - begin < LARGE) {
        add_range(&sorter->pile, range);
        return;
    }
    pthread_mutex_lock(&sorting->lock);
    add_range(&sorting->pile, range);
    pthread_cond_signal(&sorting->changed);
    pthread_mutex_unlock(&sorting->lock);
}

/* A range of its own, or else anybody's, which may have to be waited for; false where all is sorted. */
static bool pull(struct sorter *sorter, struct range *range)
{
    struct sorting *sorting = sorter->sorting;
    if (sorter->pile.count) {
        *range = sorter->pile.ranges[--sorter->pile.count];
        return true;
    }
    pthread_mutex_lock(&sorting->lock);
    sorting->busy -= sorter->busy;
    while (!sorting->pile.count && sorting->busy)
        pthread_cond_wait(&sorting->changed, &sorting->lock);
    sorter->busy = sorting->pile.count;
    sorting->busy += sorter->busy;
    if (sorter->busy)
        *range = sorting->pile.ranges[--sorting->pile.count];
    else
        pthread_cond_broadcast(&sorting->changed);
    pthread_mutex_unlock(&sorting->lock);
    return sorter->busy;
}

/* How many more bytes all of them have in common. */
static size_t common_ahead(const struct sorting *sorting, size_t begin, size_t end, size_t depth)
{
    const struct item *items = sorting->items;
    struct span first = span_skip(sorting->text[items[begin].row], depth);
    for (size_t i = begin + 1; i < end && first.len >= 8; i++)
        first.len = span_common(first, span_skip(sorting->text[items[i].row], depth));
    return first.len >= 8 ? first.len : 0;
}

/* Texts with the same eight bytes: those that ended within them, whose length decides, and those that
 * go on. */
static void go_on(struct sorter *sorter, size_t begin, size_t end, size_t depth)
{
    const struct sorting *sorting = sorter->sorting;
    struct item *items = sorting->items;
    size_t ended = begin;
    for (size_t i = begin; i < end; i++)
        if (sorting->text[items[i].row].len <= depth + 8)
            swap(&items[ended++], &items[i]);
    for (size_t i = begin + 1; i < ended; i++) /* at most nine texts; where more are equal, none moves */
        for (size_t j = i;
             j > begin && sorting->text[items[j].row].len < sorting->text[items[j - 1].row].len; j--)
            swap(&items[j], &items[j - 1]);
    if (end - ended < 2)
        return;
    depth += 8 + common_ahead(sorting, ended, end, depth + 8);
    if (end - ended >= FEW)
        for (size_t i = ended; i < end; i++) {
            if (i + AHEAD < end)
                memory_prefetch(sorting->text[items[i + AHEAD].row].data + depth);
            items[i].key = key_at(sorting, items[i].row, depth);
        }
    push(sorter, ended, end, depth);
}

/* Whichever may come first: nobody can prepare a text that is slow to sort. */
static uint64_t pick(struct sorter *sorter, struct range range)
{
    uint64_t key[3];
    for (int i = 0; i < 3; i++) {
        sorter->random = sorter->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        key[i] = sorter->sorting->items[range.begin + (sorter->random >> 33) % (range.end - range.begin)].key;
    }
    uint64_t low = key[0] < key[1] ? key[0] : key[1], high = key[0] < key[1] ? key[1] : key[0];
    return key[2] < low ? low : key[2] > high ? high : key[2];
}

static void sort_range(struct sorter *sorter, struct range range)
{
    struct item *items = sorter->sorting->items;
    if (range.end - range.begin < FEW) {
        sort_few(sorter->sorting, range);
        return;
    }
    uint64_t pivot = pick(sorter, range);
    size_t less = range.begin, more = range.end;
    for (size_t i = range.begin; i < more;) {
        if (items[i].key < pivot)
            swap(&items[less++], &items[i++]);
        else if (items[i].key > pivot)
            swap(&items[i], &items[--more]);
        else
            i++;
    }
    push(sorter, range.begin, less, range.depth);
    push(sorter, more, range.end, range.depth);
    go_on(sorter, less, more, range.depth);
}

static void sort_ranges(void *context, unsigned share)
{
    struct sorting *sorting = context;
    struct sorter sorter = {.sorting = sorting, .busy = share == 0, .random = sorting->stacks->seed.a};
    struct range range = {0, sorting->stacks->count, 0};
    if (share == 0)
        sort_range(&sorter, range);
    while (pull(&sorter, &range))
        sort_range(&sorter, range);
    memory_free(sorter.pile.ranges);
}

static void make_items(void *context, unsigned share)
{
    const struct sorting *sorting = context;
    uint32_t count = sorting->stacks->count, end = threads_first_row(count, share + 1, sorting->jobs);
    for (uint32_t row = threads_first_row(count, share, sorting->jobs); row < end; row++) {
        if (row + AHEAD < end)
            memory_prefetch(sorting->text[row + AHEAD].data);
        sorting->items[row] = (struct item){key_at(sorting, row, 0), row};
    }
}

/* Where the rows go to. */
struct arranging {
    const struct sorting *sorting;
    struct span *text;
    int64_t *weight;
};

static void arrange_rows(void *context, unsigned share)
{
    const struct arranging *arranging = context;
    const struct sorting *sorting = arranging->sorting;
    const struct stacks *stacks = sorting->stacks;
    size_t columns = stacks->columns;
    uint32_t end = threads_first_row(stacks->count, share + 1, sorting->jobs);
    for (uint32_t i = threads_first_row(stacks->count, share, sorting->jobs); i < end; i++) {
        uint32_t row = sorting->items[i].row;
        arranging->text[i] = stacks->text[row];
        for (size_t c = 0; c < columns; c++)
            arranging->weight[i * columns + c] = stacks->weight[row * columns + c];
    }
}

/* Puts the rows into the order of the items. */
static void arrange(struct stacks *stacks, const struct sorting *sorting)
{
    struct arranging arranging = {
        .sorting = sorting,
        .text = memory_get(stacks->count, sizeof *arranging.text),
        .weight = memory_get((size_t)stacks->count * stacks->columns, sizeof *arranging.weight),
    };
    threads_run(sorting->jobs, arrange_rows, &arranging);
    memory_free(stacks->text);
    memory_free(stacks->weight);
    stacks->text = arranging.text;
    stacks->weight = arranging.weight;
    stacks->capacity = stacks->count;
    stacks->weight_capacity = (size_t)stacks->count * stacks->columns;
}

void stacks_sort(struct stacks *stacks, unsigned jobs)
{
    unsigned most = stacks->count / LARGE + 1;
    struct sorting sorting = {
        .stacks = stacks,
        .text = stacks->text,
        .tree = stacks->order == STACKS_BY_TREE,
        .jobs = jobs < most ? jobs : most,
        .items = memory_get(stacks->count, sizeof *sorting.items),
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
        .busy = 1,
    };
    index_free(stacks->by_text);
    stacks->by_text = NULL;
    threads_run(sorting.jobs, make_items, &sorting);
    threads_run(sorting.jobs, sort_ranges, &sorting);
    arrange(stacks, &sorting);
    memory_free(sorting.items);
    memory_free(sorting.pile.ranges);
    stacks->sorted = true;
}
