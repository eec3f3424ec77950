/* Tags, texts and attributes of XML, however they come in. */
#include "flamectl/xml_read.h"

#include "flamectl/diag.h"
#include "flamectl/memory.h"
#include "unit.h"

#define ROOM 4000

/* What is read, in a row: "<name id> text </name>", "?" for a tag that does not end. */
static void collect(const char *path, char *out)
{
    struct diag diag;
    struct source source;
    struct xml_read xml;
    enum xml_event event;
    size_t len = 0;
    out[0] = '\0';
    diag_init(&diag, "test");
    if (source_open(&source, path, &diag) < 0)
        return;
    xml_read_init(&xml, &source);
    while ((event = xml_read_next(&xml)) != XML_END && event != XML_BROKEN && len + 300 < ROOM) {
        if (event == XML_OPEN) {
            len += (size_t)snprintf(out + len, ROOM - len, "<%.*s", (int)xml.name.len, xml.name.data);
            struct span id = xml_read_attribute(&xml, "id");
            if (id.data)
                len += (size_t)snprintf(out + len, ROOM - len, " %.*s", (int)(id.len < 99 ? id.len : 99),
                                        id.data);
            len += (size_t)snprintf(out + len, ROOM - len, ">");
        } else if (event == XML_CLOSE) {
            len += (size_t)snprintf(out + len, ROOM - len, "</>");
        } else {
            len += (size_t)snprintf(out + len, ROOM - len, "%.*s", (int)(xml.text.len < 99 ? xml.text.len : 99),
                                    xml.text.data);
        }
    }
    if (event == XML_BROKEN)
        snprintf(out + len, ROOM - len, "?");
    xml_read_free(&xml);
    source_close(&source);
}

static void check(const char *name, const char *text, const char *want)
{
    char got[ROOM];
    char *path = unit_file(text, strlen(text));
    collect(path, got);
    unit_same(name, got, want);
    unit_remove(path);
}

static void test_events(void)
{
    check("tags and texts", "<a id=\"1\">x<b/>y</a>", "<a 1>x<b></>y</>");
    check("what is passed over",
          "<?xml version=\"1.0\"?><!DOCTYPE a><!-- <b> > --><![CDATA[<c>]]><a\n></a\n>", "<a></>");
    check("attributes", "<a x=\"id=2\" \n id = '3'/><a xid=\"4\"/><a id=''/>", "<a 3></><a></><a ></>");
    check("quotes hide what ends a tag", "<a id='x>\"/>' >t</a>", "<a x>\"/>>t</>");
    check("entities", "<a id='&lt;&#65;&#x263A;&amp;amp;&no;&#xD800;&'/>",
          "<a <A\xe2\x98\xba&amp;&no;&#xD800;&></>");
    check("a tag that does not end", "<a>x<b id='", "<a>x?");
    check("a comment that does not end", "<!-- a", "?");
    check("text alone", "no tag", "no tag");
    check("nothing", "", "");
}

/* Longer than what is looked at first. */
static void test_long(void)
{
    size_t len = 100000;
    char *text = memory_get(len + 1, 1), *want = memory_get(ROOM, 1);
    memset(text, 'x', len);
    memcpy(text, "<a b='", 6);
    memcpy(text + len - 11, "' id='7'/>t", 11);
    text[len] = '\0';
    check("a long attribute", text, "<a 7></>t");
    memset(text, ' ', len);
    memcpy(text, "<a>", 3);
    memcpy(text + len - 5, "1</a>", 5);
    snprintf(want, ROOM, "<a>%99s</>", "");
    check("a long text is one", text, want);
    memory_free(text);
    memory_free(want);
}

int main(void)
{
    test_events();
    test_long();
    return unit_failed;
}
