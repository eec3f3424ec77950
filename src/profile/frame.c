/* Interning of frames, and the order of their texts. */
#include "flamectl/frame.h"

#include <stdlib.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"

static const char *const suffixes[FRAME_KINDS] = {"", "_[k]", "_[j]", "_[i]", "_[w]"};

const char *frame_suffix(enum frame_kind kind)
{
    return suffixes[kind];
}

void frame_table_init(struct frame_table *table)
{
    *table = (struct frame_table){.by_text = index_make(), .seed = hash_seed_make()};
    arena_init(&table->names);
}

void frame_table_free(struct frame_table *table)
{
    index_free(table->by_text);
    arena_free(&table->names);
    memory_free(table->frames);
    table->frames = NULL;
}

/* Moves the suffix of a plain name into its kind. */
static enum frame_kind split_suffix(struct span *name)
{
    if (name->len < FRAME_SUFFIX || name->data[name->len - 1] != ']')
        return FRAME_PLAIN;
    for (int kind = FRAME_PLAIN + 1; kind < FRAME_KINDS; kind++) {
        if (span_ends(*name, suffixes[kind])) {
            name->len -= FRAME_SUFFIX;
            return (enum frame_kind)kind;
        }
    }
    return FRAME_PLAIN;
}

static uint64_t hash_text(const struct frame_table *table, struct span name, enum frame_kind kind)
{
    return hash_bytes(table->seed, name) + (uint64_t)kind;
}

static uint32_t intern(struct frame_table *table, struct span name, enum frame_kind kind, uint64_t hash)
{
    uint32_t id, at = index_begin(table->by_text, hash);
    while ((id = index_next(table->by_text, hash, &at)) != INDEX_NONE)
        if (table->frames[id].kind == kind && span_equal(table->frames[id].name, name))
            return id;
    if (table->count == INT32_MAX) /* twice an id fits 32 bits, too: see frame_rank */
        memory_exhausted();
    table->frames = memory_grow(table->frames, &table->capacity, (size_t)table->count + 1,
                                sizeof *table->frames);
    id = table->count++;
    name.data = arena_copy(&table->names, name);
    table->frames[id].name = name;
    table->frames[id].kind = kind;
    index_add(table->by_text, hash, id);
    return id;
}

uint32_t frame_intern(struct frame_table *table, struct span name, enum frame_kind kind)
{
    if (kind == FRAME_PLAIN)
        kind = split_suffix(&name);
    return intern(table, name, kind, hash_text(table, name, kind));
}

static bool parts_lines(char c)
{
    return c == ';' || c == '\t' || c == '\n' || c == '\r';
}

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* Whether none of eight bytes is ';' or a control character up to '\r'. */
static bool are_plain(const char *bytes)
{
    uint64_t word, semicolon;
    memcpy(&word, bytes, sizeof word);
    semicolon = word ^ EACH_BYTE * ';';
    uint64_t found = ((word - EACH_BYTE * ('\r' + 1)) & ~word) | ((semicolon - EACH_BYTE) & ~semicolon);
    return (found & EACH_BYTE << 7) == 0;
}

static bool is_clean(struct span name)
{
    size_t i = 0;
    while (i + 8 <= name.len && are_plain(name.data + i))
        i = i + 16 <= name.len || i + 8 == name.len ? i + 8 : name.len - 8; /* the last ones overlap */
    for (; i < name.len; i++)
        if (parts_lines(name.data[i]))
            return false;
    return name.len == 0 || name.data[0] != '#' || (name.len > 1 && name.data[1] != ' ');
}

uint32_t frame_intern_clean(struct frame_table *table, struct span name, enum frame_kind kind)
{
    if (name.len == 0)
        name = span_of("[unknown]");
    if (is_clean(name))
        return frame_intern(table, name, kind);
    char *text = memory_get(name.len + 1, 1);
    memcpy(text, name.data, name.len);
    for (size_t i = 0; i < name.len; i++)
        if (parts_lines(text[i]))
            text[i] = text[i] == ';' ? ':' : ' ';
    if (text[0] == '#' && name.len == 1)
        text[name.len++] = '_';
    else if (text[0] == '#' && text[1] == ' ')
        text[1] = '_';
    uint32_t id = frame_intern(table, span_make(text, name.len), kind);
    memory_free(text);
    return id;
}

void frame_intern_all(struct frame_table *table, struct frame_text *texts, size_t count, uint32_t *ids)
{
    uint64_t hash[FRAME_AHEAD];
    bool clean[FRAME_AHEAD];
    for (size_t i = 0; i < count; i++) {
        struct frame_text *text = &texts[i];
        clean[i] = text->name.len && is_clean(text->name);
        if (clean[i] && text->kind == FRAME_PLAIN)
            text->kind = split_suffix(&text->name);
        hash[i] = hash_text(table, text->name, text->kind);
        index_prefetch(table->by_text, hash[i]);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t at = index_begin(table->by_text, hash[i]);
        if ((ids[i] = index_next(table->by_text, hash[i], &at)) != INDEX_NONE)
            memory_prefetch(&table->frames[ids[i]]);
    }
    for (size_t i = 0; i < count; i++)
        if (ids[i] != INDEX_NONE)
            memory_prefetch(table->frames[ids[i]].name.data);
    for (size_t i = 0; i < count; i++)
        ids[i] = clean[i] ? intern(table, texts[i].name, texts[i].kind, hash[i])
                          : frame_intern_clean(table, texts[i].name, texts[i].kind);
}

/* A text to be ranked: a frame's name, suffix and end, without putting them together. */
struct ranked {
    struct span name;
    const char *suffix;
    int end;        /* a character, or -1 */
    uint32_t place; /* 2 * id, + 1 for the inner text */
};

static int byte_at(const struct ranked *text, size_t i)
{
    if (i < text->name.len)
        return (unsigned char)text->name.data[i];
    i -= text->name.len;
    size_t suffix = strlen(text->suffix);
    if (i < suffix)
        return (unsigned char)text->suffix[i];
    return i == suffix ? text->end : -1;
}

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    size_t common = a->name.len < b->name.len ? a->name.len : b->name.len;
    int order = common ? memcmp(a->name.data, b->name.data, common) : 0;
    for (size_t i = common; order == 0; i++) {
        int x = byte_at(a, i), y = byte_at(b, i);
        order = (x > y) - (x < y);
        if (x == -1 && y == -1)
            break;
    }
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

int frame_compare(const struct frame_table *table, uint32_t a, int a_end, uint32_t b, int b_end)
{
    const struct frame *left = &table->frames[a], *right = &table->frames[b];
    struct ranked texts[2] = {{left->name, suffixes[left->kind], a_end, a},
                              {right->name, suffixes[right->kind], b_end, b}};
    return compare_ranked(&texts[0], &texts[1]);
}

void frame_rank(const struct frame_table *table, int self_end, uint32_t **rank_self,
                uint32_t **rank_inner)
{
    size_t count = (size_t)table->count * 2;
    struct ranked *order = memory_get(count, sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        const struct frame *frame = &table->frames[i / 2];
        order[i] = (struct ranked){frame->name, suffixes[frame->kind], i % 2 ? ';' : self_end, i};
    }
    qsort(order, count, sizeof *order, compare_ranked);
    *rank_self = memory_get(table->count, sizeof **rank_self);
    *rank_inner = memory_get(table->count, sizeof **rank_inner);
    for (uint32_t i = 0; i < count; i++)
        (order[i].place % 2 ? *rank_inner : *rank_self)[order[i].place / 2] = i;
    memory_free(order);
}
