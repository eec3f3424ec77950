/* span, hash, arena, memory, threads, xml */
#include "flamectl/arena.h"
#include "flamectl/hash.h"
#include "flamectl/index.h"
#include "flamectl/memory.h"
#include "flamectl/span.h"
#include "flamectl/source.h"
#include "flamectl/threads.h"
#include "flamectl/xml.h"
#include "unit.h"

static void test_span(void)
{
    struct span s = span_of("one two one");
    unit_check("span finds the first text", span_find_text(s, "one") == 0);
    unit_check("span finds a later text", span_find_text(span_skip(s, 1), "one") == 7);
    unit_check("span finds text at the very end", span_find_text(span_of("xab"), "ab") == 1);
    unit_check("span tells of no text", span_find_text(s, "ones") == SPAN_NONE);
    unit_check("span finds nothing in nothing", span_find_text(span_of(""), "a") == SPAN_NONE);
    unit_check("span finds the last byte", span_find_last(s, 'o') == 8);
    unit_check("span trims", span_is(span_trim(span_of(" \tx y\r ")), "x y"));
    unit_check("span skip stops at the end", span_skip(s, 99).len == 0);
    unit_check("a prefix comes first", span_compare(span_of("ab"), span_of("abc")) < 0);
    unit_check("bytes are unsigned", span_compare(span_of("\xff"), span_of("a")) > 0);
}

static void test_numbers(void)
{
    int64_t n = 7;
    unit_check("largest int64",
               span_to_int64(span_of("9223372036854775807"), &n) && n == INT64_MAX);
    n = 7;
    unit_check("one more is none", !span_to_int64(span_of("9223372036854775808"), &n) && n == 7);
    unit_check("twenty digits are none", !span_to_int64(span_of("99999999999999999999"), &n));
    unit_check("leading zeros", span_to_int64(span_of("0012"), &n) && n == 12);
    unit_check("no sign", !span_to_int64(span_of("-1"), &n) && !span_to_int64(span_of("+1"), &n));
    unit_check("nothing is no number", !span_to_int64(span_of(""), &n));
    unit_check("digits alone", span_is_digits(span_of("007")) && !span_is_digits(span_of("")) &&
                                   !span_is_digits(span_of("1.")));
}

static bool decimal_is(const char *text, unsigned places, int64_t want)
{
    int64_t n = -1;
    return span_to_decimal(span_of(text), places, &n) && n == want;
}

static void test_decimals(void)
{
    int64_t n = 7;
    unit_check("whole", decimal_is("12", 0, 12) && decimal_is("12", 3, 12000) && decimal_is("12.", 1, 120));
    unit_check("decimals", decimal_is("0.25", 3, 250) && decimal_is("1.2345678", 9, 1234567800));
    unit_check("rounded half up", decimal_is("0.0449", 2, 4) && decimal_is("0.045", 2, 5) &&
                                      decimal_is("0.5", 0, 1));
    unit_check("the largest", decimal_is("9223372036854.775807", 6, INT64_MAX));
    unit_check("one more is none", !span_to_decimal(span_of("9223372036854.775808"), 6, &n) && n == 7);
    unit_check("rounded to one more", !span_to_decimal(span_of("9223372036854.7758075"), 6, &n) && n == 7);
    unit_check("two points", !span_to_decimal(span_of("1.2.3"), 6, &n) && n == 7);
    unit_check("a point alone", !span_to_decimal(span_of("."), 6, &n) && !span_to_decimal(span_of(".5"), 6, &n));
}

static void test_hash(void)
{
    struct hash_seed seed = hash_seed_make();
    char bytes[64] = {0};
    bool differ = true;
    for (size_t len = 1; len < sizeof bytes; len++) {
        uint64_t before = hash_bytes(seed, span_make(bytes, len));
        bytes[len - 1] = 1;
        differ = differ && hash_bytes(seed, span_make(bytes, len)) != before;
        bytes[len - 1] = 0;
        differ = differ && hash_bytes(seed, span_make(bytes, len - 1)) != before;
    }
    unit_check("the last byte and the length count at any length", differ);
    unit_check("equal bytes, equal hash",
               hash_bytes(seed, span_of("abc")) == hash_bytes(seed, span_make("abcd", 3)));
    unit_check("the folded product is the 128-bit one's",
               hash_fold(0xffffffffffffffffu, 0xffffffffffffffffu) == (1u ^ 0xfffffffffffffffeu));
}

static void test_index(void)
{
    struct index *index = index_make();
    bool all = true;
    for (uint32_t id = 0; id < 5000; id++)
        index_add(index, id / 2, id); /* two of each hash */
    for (uint32_t hash = 0; hash < 2500; hash++) {
        uint32_t at = index_begin(index, hash), sum = 0, id;
        while ((id = index_next(index, hash, &at)) != INDEX_NONE)
            sum += id;
        all = all && sum == 4 * hash + 1;
    }
    unit_check("index finds all ids of a hash after growing", all);
    index_free(index);
}

static void test_arena(void)
{
    struct arena arena;
    arena_init(&arena);
    char *first = arena_copy(&arena, span_of("kept"));
    bool aligned = true;
    for (size_t size = 1; size < 5000; size += 37) {
        char *p = arena_get(&arena, size);
        memset(p, 0xAA, size);
        aligned = aligned && (uintptr_t)p % sizeof(void *) == 0;
    }
    memset(arena_get(&arena, 3 << 20), 0xBB, 3 << 20);
    unit_check("arena memory stays", strcmp(first, "kept") == 0);
    unit_check("arena memory is aligned", aligned);
    arena_free(&arena);
}

/* As much as before, of other sizes: what was cleared is used, or gone. */
static void test_arena_again(void)
{
    struct arena arena;
    arena_init(&arena);
    for (size_t first = 3000; first < 3003; first++) {
        arena_clear(&arena);
        memset(arena_get(&arena, first), 0xCC, first);
        for (int i = 0; i < 200; i++)
            memset(arena_get(&arena, 1000), 0xDD, 1000);
    }
    unit_check("arena uses what was cleared", arena.spare == NULL);
    arena_free(&arena);
}

/* An arena that was empty goes on in blocks. */
static void test_arena_join(void)
{
    struct arena arena, from;
    arena_init(&arena);
    arena_init(&from);
    char *kept = arena_copy(&from, span_of("kept"));
    arena_join(&arena, &from);
    char *first = arena_copy(&arena, span_of("one")), *second = arena_copy(&arena, span_of("two"));
    unit_check("arena keeps what joins it", strcmp(kept, "kept") == 0 && !from.blocks);
    unit_check("arena that was joined fills blocks", second == first + 4);
    arena_free(&arena);
}

static bool xml_gives(struct span text, const char *wanted, uint64_t replaced)
{
    struct diag diag;
    struct sink sink;
    char *path = unit_path();
    diag_init(&diag, "test");
    if (sink_open(&sink, path, &diag) < 0)
        return false;
    uint64_t count = xml_text(&sink, text);
    sink_close(&sink, true);
    char *result = unit_read(path);
    bool same = count == replaced && strcmp(result, wanted) == 0;
    free(result);
    unit_remove(path);
    return same;
}

static void test_xml(void)
{
    unit_check("the five characters", xml_gives(span_of("<a b=\"c\" d='e'>&"),
                                                "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;", 0));
    unit_check("controls are replaced", xml_gives(span_make("a\0b\x1b", 4),
                                                  "a\xEF\xBF\xBD"
                                                  "b\xEF\xBF\xBD",
                                                  2));
    unit_check("white space is a blank", xml_gives(span_of("a\tb\nc\rd"), "a b c d", 0));
    unit_check("characters pass",
               xml_gives(span_of("h\xC3\xA9 \xF0\x9F\x94\xA5"), "h\xC3\xA9 \xF0\x9F\x94\xA5", 0));
    unit_check("a cut character is replaced",
               xml_gives(span_of("x\xE2\x82"), "x\xEF\xBF\xBD\xEF\xBF\xBD", 2));
    unit_check("a long form is replaced",
               xml_gives(span_of("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD", 2));
    unit_check("a surrogate is replaced",
               xml_gives(span_of("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 3));
    unit_check("U+FFFE is replaced", xml_gives(span_of("\xEF\xBF\xBE"), "\xEF\xBF\xBD", 1));
}

static void test_peek(void)
{
    enum { SIZE = 700000 };
    char *data = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = (char)(i * 7919 >> 8);
    char *path = unit_file(data, SIZE);
    struct diag diag;
    struct source source;
    diag_init(&diag, "unit");
    bool same = source_open(&source, path, &diag) == 0;
    size_t at = 0;
    for (size_t want = 1; same && at < SIZE; want = want * 3 + 1) {
        struct span ahead = source_peek(&source, want);
        size_t there = SIZE - at < want ? SIZE - at : want;
        same = ahead.len >= there && memcmp(ahead.data, data + at, there) == 0;
        source_take(&source, there, 0);
        at += there;
    }
    unit_check("peeking and taking goes through the bytes", same && at == SIZE);
    unit_check("at the end there is nothing ahead", source_peek(&source, 1).len == 0);
    source_close(&source);
    unit_remove(path);
    free(data);
}

static void count_share(void *context, unsigned share)
{
    unsigned *shares = context;
    shares[share]++;
}

static void test_threads(void)
{
    unsigned shares[5] = {0};
    threads_run(0, count_share, shares);
    unit_check("no share is nobody's", shares[0] == 0);
    threads_run(4, count_share, shares);
    unit_check("each share is done once", shares[0] == 1 && shares[1] == 1 && shares[2] == 1 && shares[3] == 1);
    unit_check("and none besides", shares[4] == 0);
}

int main(void)
{
    test_threads();
    test_peek();
    test_span();
    test_numbers();
    test_decimals();
    test_hash();
    test_index();
    test_arena();
    test_arena_again();
    test_arena_join();
    test_xml();
    return unit_failed;
}
