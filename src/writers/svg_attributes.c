/* Attributes of functions from a file.
 *
 *   line := function TAB attribute (TAB attribute)*
 *   attribute := name "=" value
 *
 * Names are those that flamegraph.pl knows: title, href, target, class, g_extra and a_extra. The
 * last two are markup there, with anything in it; here they are read as attributes of their own,
 *
 *   extra := (blank* name "=" quote text quote)*
 *
 * and pass by name: class, role, rel, title, aria-* and data-*. So nothing in the file can add a
 * script to the picture. An id would stand at every frame of the function, so it is left out too.
 */
#include "svg_attributes.h"

#include <strings.h>

#include "flamectl/memory.h"
#include "flamectl/source.h"

/* Where a message is to point. */
struct place {
    const char *file;
    uint64_t line;
    struct diag *diag;
};

void svg_attributes_init(struct svg_attributes *attributes)
{
    *attributes = (struct svg_attributes){.lists = NULL};
    frame_table_init(&attributes->names);
    arena_init(&attributes->texts);
}

void svg_attributes_free(struct svg_attributes *attributes)
{
    for (uint32_t i = 0; i < attributes->count; i++)
        memory_free(attributes->lists[i].pairs);
    memory_free(attributes->lists);
    frame_table_free(&attributes->names);
    arena_free(&attributes->texts);
}

static struct span keep(struct svg_attributes *attributes, struct span text)
{
    return span_make(arena_copy(&attributes->texts, text), text.len);
}

/* A relative reference, or one of a harmless scheme. Whatever stands before the first ':' is a
 * scheme unless '/', '?' or '#' came before (RFC 3986, section 4.2); browsers skip blanks and
 * controls there, so anything but the exact names is refused. */
static bool is_safe_link(struct span link)
{
    static const char *const schemes[] = {"http", "https", "mailto"};

    for (size_t i = 0; i < link.len; i++) {
        char c = link.data[i];
        if (c == '/' || c == '?' || c == '#')
            return true;
        if (c != ':')
            continue;
        for (size_t s = 0; s < sizeof schemes / sizeof *schemes; s++)
            if (strlen(schemes[s]) == i && strncasecmp(link.data, schemes[s], i) == 0)
                return true;
        return false;
    }
    return true;
}

/* part := (lower-case letter | digit | "-" | "_" | ".")+ */
static bool is_name_part(struct span part)
{
    for (size_t i = 0; i < part.len; i++) {
        char c = part.data[i];
        if (!(c >= 'a' && c <= 'z') && !is_digit(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return part.len > 0;
}

static bool is_safe_name(struct span name)
{
    static const char *const plain[] = {"class", "role", "rel", "title"};

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (span_is(name, plain[i]))
            return true;
    if (span_is(name, "data-n"))
        return false; /* the picture's own */
    return (span_starts(name, "data-") || span_starts(name, "aria-")) &&
           is_name_part(span_skip(name, 5));
}

static void refuse(const struct place *place, struct span text)
{
    diag_warn(place->diag, place->file, place->line, "attribute left out: %.*s", diag_excerpt(text),
              text.data);
}

/* An attribute may stand in an element only once: the first stays. */
static void add_pair(struct svg_attributes *attributes, struct svg_attribute_list *list,
                     struct svg_pair pair, const struct place *place)
{
    if (!is_safe_name(pair.name)) {
        refuse(place, pair.name);
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        if (span_equal(list->pairs[i].name, pair.name))
            return;
    list->pairs = memory_resize(list->pairs, list->count + 1, sizeof *list->pairs);
    pair.name = keep(attributes, pair.name);
    pair.value = keep(attributes, pair.value);
    list->pairs[list->count++] = pair;
}

static void add_extra(struct svg_attributes *attributes, struct svg_attribute_list *list,
                      struct span extra, bool link_only, const struct place *place)
{
    for (extra = span_trim(extra); extra.len > 0; extra = span_trim(extra)) {
        size_t equals = span_find(extra, '=');
        struct span rest = equals == SPAN_NONE ? span_make(NULL, 0) : span_skip(extra, equals + 1);
        char quote = rest.len > 0 ? rest.data[0] : '\0';
        size_t end =
            quote == '"' || quote == '\'' ? span_find(span_skip(rest, 1), quote) : SPAN_NONE;
        if (end == SPAN_NONE) {
            refuse(place, extra);
            return;
        }
        struct svg_pair pair = {span_first(extra, equals), span_make(rest.data + 1, end),
                                link_only};
        add_pair(attributes, list, pair, place);
        extra = span_skip(rest, end + 2);
    }
}

static void add_attribute(struct svg_attributes *attributes, struct svg_attribute_list *list,
                          struct span text, const struct place *place)
{
    size_t equals = span_find(text, '=');
    struct span name = span_first(text, equals);
    struct span value = equals == SPAN_NONE ? span_make("", 0) : span_skip(text, equals + 1);

    if (span_is(name, "title"))
        list->title = keep(attributes, value);
    else if (span_is(name, "href") && is_safe_link(value))
        list->href = keep(attributes, value);
    else if (span_is(name, "target"))
        list->target = keep(attributes, value);
    else if (span_is(name, "class"))
        add_pair(attributes, list, (struct svg_pair){name, value, false}, place);
    else if (span_is(name, "g_extra"))
        add_extra(attributes, list, value, false, place);
    else if (span_is(name, "a_extra"))
        add_extra(attributes, list, value, true, place);
    else
        refuse(place, text);
}

/* The list of a function, empty; of two lines on a function the last one counts. */
static struct svg_attribute_list *new_list(struct svg_attributes *attributes, struct span function)
{
    uint32_t id = frame_intern(&attributes->names, function, FRAME_PLAIN);

    attributes->lists = memory_grow(attributes->lists, &attributes->capacity, (size_t)id + 1,
                                    sizeof *attributes->lists);
    if (id < attributes->count)
        memory_free(attributes->lists[id].pairs);
    else
        attributes->count = id + 1;
    attributes->lists[id] = (struct svg_attribute_list){
        .title = span_make("", 0), .href = span_make("", 0), .target = span_make("", 0)};
    return &attributes->lists[id];
}

static int read_line(struct svg_attributes *attributes, struct span line, const struct place *place)
{
    size_t tab = span_find(line, '\t');

    if (line.len == 0)
        return 0;
    if (tab == SPAN_NONE) {
        diag_error(place->diag, place->file, place->line, "no \"function TAB name=value\": %.*s",
                   diag_excerpt(line), line.data);
        return -1;
    }
    struct svg_attribute_list *list = new_list(attributes, span_first(line, tab));
    while (tab != SPAN_NONE) {
        line = span_skip(line, tab + 1);
        tab = span_find(line, '\t');
        add_attribute(attributes, list, span_first(line, tab), place);
    }
    return 0;
}

int svg_attributes_read(struct svg_attributes *attributes, const char *path, struct diag *diag)
{
    struct source source;
    struct span line;
    int result = 0;

    if (source_open(&source, path, diag) < 0)
        return -1;
    while (result == 0 && source_line(&source, &line)) {
        struct place place = {path, source.line, diag};
        result = read_line(attributes, line, &place);
    }
    return source_close(&source) < 0 ? -1 : result;
}

const struct svg_attribute_list *svg_attributes_find(struct svg_attributes *attributes,
                                                     struct frame frame)
{
    if (attributes->count == 0)
        return NULL;
    uint32_t id = frame_intern(&attributes->names, frame.name, frame.kind);
    return id < attributes->count ? &attributes->lists[id] : NULL;
}
