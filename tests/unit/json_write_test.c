/* json_write, utf8 */
#include <math.h>

#include "flamectl/json_write.h"
#include "flamectl/utf8.h"
#include "unit.h"

/* Collects what is written. */
struct page {
    char *path;
    struct diag diag;
    struct sink sink;
    struct json_write json;
};

static void page_open(struct page *page)
{
    page->path = unit_path();
    diag_init(&page->diag, "flamectl");
    sink_open(&page->sink, page->path, &page->diag);
    json_write_init(&page->json, &page->sink);
}

static void page_is(const char *name, struct page *page, const char *want)
{
    sink_close(&page->sink, true);
    char *got = unit_read(page->path);
    unit_same(name, got, want);
    free(got);
    unit_remove(page->path);
}

static void test_layout(void)
{
    struct page page;
    page_open(&page);
    json_write_object(&page.json);
    json_write_name(&page.json, "rows");
    json_write_array(&page.json);
    for (uint64_t row = 0; row < 2; row++) {
        json_write_object(&page.json);
        json_write_name(&page.json, "n");
        json_write_count(&page.json, row);
        json_write_name(&page.json, "pair");
        json_write_array(&page.json);
        json_write_bool(&page.json, true);
        json_write_null(&page.json);
        json_write_end(&page.json);
        json_write_end(&page.json);
    }
    json_write_end(&page.json);
    json_write_name(&page.json, "none");
    json_write_array(&page.json);
    json_write_end(&page.json);
    json_write_end(&page.json);
    page_is("json_write: rows stand on lines of their own", &page,
            "{\n  \"rows\": [\n    {\"n\": 0, \"pair\": [true, null]},\n"
            "    {\"n\": 1, \"pair\": [true, null]}\n  ],\n  \"none\": []\n}\n");
}

static void test_text(void)
{
    struct page page;
    page_open(&page);
    json_write_text(&page.json, span_make("a\0\"\\/\n\x7f\xc2\x9b\xc3\xa9\xf0\x9f\x94\xa5", 15));
    page_is("json_write: text is escaped", &page,
            "\"a\\u0000\\\"\\\\/\\u000a\\u007f\\u009b\xc3\xa9\xf0\x9f\x94\xa5\"");
    page_open(&page);
    /* a lone byte, one too long a form, a surrogate, a character cut at the end */
    json_write_text(&page.json, span_make("\xff|\xc0\xaf|\xed\xa0\x80|\xe2\x82", 11));
    page_is("json_write: each wrong byte is replaced", &page,
            "\"\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
            "\xef\xbf\xbd\xef\xbf\xbd\"");
    page_open(&page);
    json_write_hex(&page.json, span_make("a\xff\0", 3));
    page_is("json_write: bytes in hexadecimal", &page, "\"61ff00\"");
}

static void test_numbers(void)
{
    struct page page;
    page_open(&page);
    json_write_array(&page.json);
    json_write_array(&page.json);
    json_write_array(&page.json);
    json_write_number(&page.json, 0.1, 10);
    json_write_number(&page.json, 0.1 + 0.2, 10);
    json_write_number(&page.json, 0.1 + 0.2, 17);
    json_write_number(&page.json, -3, 10);
    json_write_number(&page.json, 5e-324, 4);
    json_write_number(&page.json, NAN, 10);
    json_write_number(&page.json, INFINITY, 10);
    json_write_exact(&page.json, "9223372036854775807");
    json_write_end(&page.json);
    json_write_end(&page.json);
    json_write_end(&page.json);
    page_is("json_write: numbers have the digits asked for", &page,
            "[\n  [\n    [0.1, 0.3, 0.30000000000000004, -3, 4.941e-324, null, null, "
            "9223372036854775807]\n  ]\n]\n");
}

static void test_utf8(void)
{
    unit_check("utf8: valid text", utf8_is_valid(span_of("h\xc3\xa9 \xf0\x9f\x94\xa5")) &&
                                       utf8_is_valid(span_of("")));
    unit_check("utf8: invalid text", !utf8_is_valid(span_of("abc\xc3")) &&
                                         !utf8_is_valid(span_of("\xf4\x90\x80\x80")) &&
                                         !utf8_is_valid(span_of("\xff" "abc")));
    unit_check("utf8: columns", utf8_columns('a') == 1 && utf8_columns(0xE9) == 1 &&
                                    utf8_columns(0x0301) == 1 && utf8_columns(0x6F22) == 2 &&
                                    utf8_columns(0x1F525) == 2);
    unit_check("utf8: controls", utf8_is_control('\n') && utf8_is_control(0x9B) &&
                                     utf8_is_control(0x202E) && !utf8_is_control(' ') &&
                                     !utf8_is_control(0xA0));
}

int main(void)
{
    test_layout();
    test_text();
    test_numbers();
    test_utf8();
    return unit_failed;
}
