/* Sorting stacks by eight bytes at a time: the stacks of a profile share long beginnings, which a
 * comparison of whole texts would walk through again and again. Ranges whose next eight bytes are
 * equal are parted into less, equal and greater than one of them; the equal ones go on behind these
 * bytes (Bentley and Sedgewick, "Fast algorithms for sorting and searching strings", 1997).
 *
 * By tree, ';' comes before every other byte, so that all stacks below a frame stand together. */
#include "flamectl/memory.h"
#include "flamectl/stacks.h"

struct item {
    uint64_t key; /* the eight bytes at the range's depth, as a number */
    uint32_t row;
};

struct range {
    size_t begin, end, depth;
};

/* So few are compared whole. */
#define FEW 8

/* Texts lie anywhere: those of so many rows ahead are fetched. */
#define AHEAD 8

struct sorting {
    const struct span *text;
    bool tree;
    struct item *items;
    struct range *ranges; /* to be sorted */
    size_t range_count, range_capacity;
    uint64_t random;
};

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
    const struct span text = sorting->text[row];
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
    return left ? word << (8 - left) * 8 : 0; /* what ended comes first: see split_ended */
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
            if (comes_first(sorting, items[j - 1], items[j], range.depth))
                break;
            swap(&items[j], &items[j - 1]);
        }
}

static void push(struct sorting *sorting, size_t begin, size_t end, size_t depth)
{
    if (end - begin < 2)
        return;
    sorting->ranges = memory_grow(sorting->ranges, &sorting->range_capacity,
                                  sorting->range_count + 1, sizeof *sorting->ranges);
    sorting->ranges[sorting->range_count++] = (struct range){begin, end, depth};
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
static void go_on(struct sorting *sorting, size_t begin, size_t end, size_t depth)
{
    struct item *items = sorting->items;
    size_t ended = begin;
    for (size_t i = begin; i < end; i++)
        if (sorting->text[items[i].row].len <= depth + 8)
            swap(&items[ended++], &items[i]);
    for (size_t i = begin + 1; i < ended; i++) /* at most nine lengths, and texts are distinct */
        for (size_t j = i; j > begin && sorting->text[items[j].row].len <
                                            sorting->text[items[j - 1].row].len; j--)
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
    push(sorting, ended, end, depth);
}

/* Whichever may come first: nobody can prepare a text that is slow to sort. */
static uint64_t pick(struct sorting *sorting, struct range range)
{
    uint64_t key[3];
    for (int i = 0; i < 3; i++) {
        sorting->random = sorting->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        key[i] = sorting->items[range.begin + (sorting->random >> 33) % (range.end - range.begin)].key;
    }
    uint64_t low = key[0] < key[1] ? key[0] : key[1], high = key[0] < key[1] ? key[1] : key[0];
    return key[2] < low ? low : key[2] > high ? high : key[2];
}

static void sort_range(struct sorting *sorting, struct range range)
{
    struct item *items = sorting->items;
    if (range.end - range.begin < FEW) {
        sort_few(sorting, range);
        return;
    }
    uint64_t pivot = pick(sorting, range);
    size_t less = range.begin, more = range.end;
    for (size_t i = range.begin; i < more;) {
        if (items[i].key < pivot)
            swap(&items[less++], &items[i++]);
        else if (items[i].key > pivot)
            swap(&items[i], &items[--more]);
        else
            i++;
    }
    push(sorting, range.begin, less, range.depth);
    push(sorting, more, range.end, range.depth);
    go_on(sorting, less, more, range.depth);
}

/* Puts the rows into the order of the items. */
static void arrange(struct stacks *stacks, const struct item *items)
{
    size_t columns = stacks->columns;
    struct span *text = memory_get(stacks->count, sizeof *text);
    int64_t *weight = memory_get(stacks->count * columns, sizeof *weight);
    for (uint32_t i = 0; i < stacks->count; i++) {
        text[i] = stacks->text[items[i].row];
        for (size_t c = 0; c < columns; c++)
            weight[i * columns + c] = stacks->weight[items[i].row * columns + c];
    }
    memory_free(stacks->text);
    memory_free(stacks->weight);
    stacks->text = text;
    stacks->weight = weight;
    stacks->capacity = stacks->count;
    stacks->weight_capacity = stacks->count * columns;
}

void stacks_sort(struct stacks *stacks, enum stacks_order order)
{
    struct sorting sorting = {
        .text = stacks->text,
        .tree = order == STACKS_BY_TREE,
        .items = memory_get(stacks->count, sizeof *sorting.items),
        .random = stacks->seed.a,
    };
    for (uint32_t row = 0; row < stacks->count; row++)
        sorting.items[row] = (struct item){key_at(&sorting, row, 0), row};
    push(&sorting, 0, stacks->count, 0);
    while (sorting.range_count)
        sort_range(&sorting, sorting.ranges[--sorting.range_count]);
    arrange(stacks, sorting.items);
    memory_free(sorting.items);
    memory_free(sorting.ranges);
}
