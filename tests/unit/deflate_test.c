/* deflate, base64 */
#include "flamectl/base64.h"
#include "flamectl/deflate.h"
#include "flamectl/memory.h"
#include "unit.h"

#ifdef FLAMECTL_ZLIB

#include <zlib.h>

/* Whether the bytes come back, and take at most so many. */
static void check(const char *name, struct span data, size_t most)
{
    struct span deflated = deflate_bytes(data, 1), shared = deflate_bytes(data, 3);
    uLongf len = (uLongf)data.len + 1; /* one more would show */
    unsigned char *back = memory_get(data.len + 1, 1);
    int result = uncompress(back, &len, (const unsigned char *)deflated.data, (uLong)deflated.len);

    unit_check(name, result == Z_OK && span_equal(span_make((char *)back, len), data) &&
                         deflated.len <= most && span_equal(deflated, shared));
    memory_free((char *)shared.data);
    memory_free(back);
    memory_free((char *)deflated.data);
}

/* Bytes that nothing can be said of. */
static void fill_by_chance(char *bytes, size_t len)
{
    uint32_t state = 1;

    for (size_t i = 0; i < len; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (char)(state >> 24);
    }
}

static void test_deflate(void)
{
    size_t piece = 256 << 10, most = 3 * piece + 7;
    char *bytes = memory_zero(most, 1);

    unit_check("zlib is there", deflate_available());
    check("nothing", span_make("", 0), 16);
    check("a byte", span_of("a"), 16);
    check("zeros", span_make(bytes, most), most / 500);
    fill_by_chance(bytes, most);
    check("chance, a piece less a byte", span_make(bytes, piece - 1), piece + 1000);
    check("chance, a piece", span_make(bytes, piece), piece + 1000);
    check("chance, a piece and a byte", span_make(bytes, piece + 1), piece + 1000);
    check("chance, several pieces", span_make(bytes, most), most + 1000);
    for (size_t i = 1000; i < most; i++)
        bytes[i] = bytes[i - 1000];
    check("repeats, also of the piece before", span_make(bytes, most), most / 50);
    memory_free(bytes);
}

#else

static void test_deflate(void)
{
    unit_check("zlib is not there", !deflate_available());
}

#endif

static void test_base64(void)
{
    static const char *const texts[][2] = {
        {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
        {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xfb\xef\xff", "++//"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *path = unit_path();
        struct diag diag;
        struct sink sink;
        diag_init(&diag, "unit");
        sink_open(&sink, path, &diag);
        base64_write(&sink, span_of(texts[i][0]));
        sink_close(&sink, true);
        char *got = unit_read(path);
        unit_same("base64", got, texts[i][1]);
        free(got);
        unit_remove(path);
    }
}

int main(void)
{
    test_deflate();
    test_base64();
    return unit_failed;
}
