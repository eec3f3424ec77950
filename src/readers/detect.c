/* Which reader an input is for. Readers bid on its head, and the best bid wins; an input that
 * nobody can read is named where its first bytes say what it is, because the wrong file is the most
 * common mistake. */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "flamectl/diag.h"

#include "json_head.h"
#include "readers.h"

/* Bytes that say what a file is; %s in the message stands for the file. */
struct wrong_kind {
    size_t at;
    const char *magic;
    size_t len;
    const char *message;
};

#define PERF_DATA "this is perf.data: run `perf script -i %s` first"
#define MOJO "this is the binary format of austin: run `mojo2austin %s FILE.txt` first"
#define GPERFTOOLS "this is a profile of gperftools: run `go tool pprof -proto -output FILE.pb.gz PROGRAM %s` first"
#define UTF_16 "this is UTF-16 text: run `iconv -f UTF-16 -t UTF-8 %s` first"
#define UTF_16LE "this is UTF-16 text: run `iconv -f UTF-16LE -t UTF-8 %s` first"
#define UTF_16BE "this is UTF-16 text: run `iconv -f UTF-16BE -t UTF-8 %s` first"

#define NODE_PROF "this is of node --prof: record with node --cpu-prof, and give the .cpuprofile"
#define GOROUTINES "these are Go's goroutines as text: get /debug/pprof/goroutine without debug="

/* What no text begins with: looked for before the readers bid. */
static const struct wrong_kind binary_kinds[] = {
    {0, "PERFILE2", 8, PERF_DATA},
    {0, "2ELIFREP", 8, PERF_DATA}, /* recorded on a machine of the other byte order */
    {0, "PERFFILE", 8, PERF_DATA},
    {0, "ELIFFREP", 8, PERF_DATA},
    {0, "PK\3\4", 4, "this is a zip archive: run `unzip %s` first"},
    {0, "bplist00", 8,
     "this is a binary property list (of Instruments, say), not a text export of it"},
    {0, "\x28\xB5\x2F\xFD", 4, "this is compressed with zstd: run `zstd -d %s` first"},
    {0, "\3757zXZ\0", 6, "this is compressed with xz: run `xz -d %s` first"},
    {4, "1AY&SY", 6, "this is compressed with bzip2: run `bzip2 -d %s` first"},
    {0, "\x04\x22\x4D\x18", 4, "this is compressed with lz4: run `lz4 -d %s` first"},
    {0, "\x1F\x8B", 2, "this is compressed with gzip twice: run `gzip -d %s` first"},
    {0, " Percent |", 10, "this is text of perf annotate: give the output of `perf script`"},
    {0, "MOJ\1", 4, MOJO},
    {0, "MOJ\2", 4, MOJO},
    {0, "MOJ\3", 4, MOJO},
    {0, "\177ELF", 4, "this is a program or a library, not a profile"},
    {0, "Nettrace", 8, "this is a trace of .NET: run `dotnet-trace convert --format Speedscope %s` first"},
    {0, "\0\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0", 16, GPERFTOOLS},
    {0, "heap profile: ", 14, GPERFTOOLS},
    {0, "\xFB)\3", 3,
     "this is a profile of Python's cProfile, which has no stacks: record with py-spy"},
    {0, "heap_v2/", 8, "this is a heap profile of jemalloc: run `jeprof --collapsed PROGRAM %s` first"},
};

/* What a profile may begin with too, in any case of letters: looked for when no reader bids. */
static const struct wrong_kind text_kinds[] = {
    {0, "<svg", 4, "this is an SVG picture, not the text that one is made from"},
    {0, "<!doctype svg", 13, "this is an SVG picture, not the text that one is made from"},
    {0, "<!doctype html", 14, "this is an HTML page, not a profile"},
    {0, "<trace-toc", 10,
     "this is a trace's table of contents (xctrace export --toc): export a table of it, with "
     "--xpath '/trace-toc/run[@number=\"1\"]/data/table[@schema=\"time-profile\"]'"},
    {0, "<html", 5, "this is an HTML page, not a profile"},
    {0, "# To display the perf.data header info", 38,
     "this is text of perf report: give the output of `perf script`"},
    {0, "# callgrind format", 18,
     "this is a profile of callgrind, which has no stacks: record with perf"},
    {0, "v8-version,", 11, NODE_PROF},
    {0, "Statistical profiling result from ", 34, NODE_PROF},
    {0, "goroutine profile: ", 19, GOROUTINES},
    {0, "goroutine ", 10, GOROUTINES},
    {0, "TRACE START [", 13,
     "this is a trace of Xdebug for people: record one with xdebug.trace_format=1"},
    {0, "\xFF\xFE", 2, UTF_16},
    {0, "\xFE\xFF", 2, UTF_16},
};

/* JSON that is no profile, or none that is read, by a member of its object, and one of that. */
static const struct {
    const char *name, *inner, *message;
} json_kinds[] = {
    {"linux-perf-json-version", NULL, "this is JSON of `perf data convert`: give the output of `perf script`"},
    {"snapshot", "meta", "this is a heap snapshot, which has no stacks: record a heap profile"},
    {"rts_arguments", NULL, "this is a profile of GHC in JSON: run the program with +RTS -p, not -pj"},
    {"threadDump", NULL, "this is a thread dump of Java in JSON: run `jcmd PID Thread.dump_to_file -format=text FILE`"},
    {"recording", "events", "this is JSON of `jfr print`: give the .jfr file itself"},
    {"meta", "processType", "this is a profile of Firefox, which is not supported"},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* How far into an XML file its first element is looked for. */
#define XML_PROLOGUE 4096

const struct reader *reader_find(const char *name)
{
    for (const struct reader *const *row = reader_table; *row; row++)
        if (strcmp((*row)->name, name) == 0)
            return *row;
    return NULL;
}

const struct reader *reader_choose(const struct reader *const *table, struct span head,
                                   const struct reader **rival)
{
    const struct reader *best = NULL;
    enum bid best_bid = BID_NO;
    *rival = NULL;
    for (; *table; table++) {
        if ((*table)->hint) /* another one is chosen */
            continue;
        enum bid bid = (*table)->detect(head);
        if (bid > best_bid) {
            best = *table;
            best_bid = bid;
            *rival = NULL;
        } else if (bid == best_bid && bid != BID_NO) {
            *rival = *table;
        }
    }
    return best;
}

/* Without the blank lines and blanks at the beginning. */
static struct span skip_space(struct span s)
{
    while (s.len && isspace((unsigned char)s.data[0]))
        s = span_skip(s, 1);
    return s;
}

/* `perf script -D`: "0x108@perf.data [0x50]: event: 69" after a blank line */
static bool is_raw_dump(struct span head)
{
    struct span line = span_first(skip_space(head), 200);
    line = span_before(line, '\n');
    return span_starts(line, "0x") && span_find_text(line, "]: event: ") != SPAN_NONE;
}

static const char *wrong_binary(struct span head)
{
    if (is_raw_dump(head))
        return "this is a raw dump (perf script -D): give the output of `perf script` without -D";
    for (size_t i = 0; i < COUNT(binary_kinds); i++) {
        const struct wrong_kind *kind = &binary_kinds[i];
        struct span bytes = span_first(span_skip(head, kind->at), kind->len);
        if (span_equal(bytes, span_make(kind->magic, kind->len)))
            return kind->message;
    }
    return NULL;
}

static const char *wrong_text_at(struct span text)
{
    for (size_t i = 0; i < COUNT(text_kinds); i++) {
        const struct wrong_kind *kind = &text_kinds[i];
        if (text.len >= kind->len && strncasecmp(text.data, kind->magic, kind->len) == 0)
            return kind->message;
    }
    return NULL;
}

/* XML may say what it is only after its declaration and comments. */
static const char *wrong_text(struct span head)
{
    struct span text = span_first(skip_space(head), XML_PROLOGUE);
    bool prologue = span_starts(text, "<?xml") || span_starts(text, "<!--");
    const char *message = wrong_text_at(text);
    for (size_t at; !message && prologue && (at = span_find(text, '<')) != SPAN_NONE;) {
        message = wrong_text_at(span_skip(text, at));
        text = span_skip(text, at + 1);
    }
    if (!message && prologue)
        message = "this is XML of a kind that is not supported";
    return message;
}

/* What tools print of profiles that are read themselves: "jdk.ExecutionSample {", and reports of pprof, which begin
 * with lines like "Type: cpu". */
static const char *wrong_report(struct span text)
{
    struct span line = span_trim(span_before(text, '\n'));
    if (span_starts(line, "jdk.") && span_ends(line, " {"))
        return "this is text of `jfr print`: give the .jfr file itself";
    if (!span_starts(text, "File: ") && !span_starts(text, "Type: "))
        return NULL;
    if (span_find_text(text, "\nShowing nodes accounting for ") != SPAN_NONE ||
        span_find_text(text, "\n-----------+---") != SPAN_NONE)
        return "this is a report of go tool pprof: give the profile that it was made from";
    return NULL;
}

/* Tells a message of the tables above. Standard input has no name to hand to a command. */
static void tell_wrong(const char *message, const char *file, struct diag *diag)
{
    const char *gap = strstr(message, "%s");
    const char *name = strcmp(file, "standard input") == 0 ? "FILE" : file;
    if (!gap)
        diag_error(diag, file, 0, "%s", message);
    else
        diag_error(diag, file, 0, "%.*s%s%s", (int)(gap - message), message, name, gap + 2);
}

static const char *wrong_json(struct span head)
{
    if (json_head_says(head, "format", "flamectl-"))
        return "this is JSON that flamectl wrote: give what that was made from";
    for (size_t i = 0; i < COUNT(json_kinds); i++)
        if (json_head_has(head, json_kinds[i].name, json_kinds[i].inner))
            return json_kinds[i].message;
    bool json = span_starts(head, "{") || span_starts(head, "[{");
    return json ? "this is JSON of a kind that is not supported" : NULL;
}

/* UTF-16 without a mark of its byte order: whether `high`, 0 or 1, is the byte of each two that is NUL in ASCII. */
#define UTF_16_BYTES 32

static bool is_utf_16(struct span head, size_t high)
{
    head = span_first(head, UTF_16_BYTES);
    for (size_t i = 0; i + 1 < head.len; i += 2) {
        char c = head.data[i + 1 - high];
        if (head.data[i + high] || (!isprint((unsigned char)c) && !isspace((unsigned char)c)))
            return false;
    }
    return head.len > 1;
}

static const char *wrong_encoding(struct span head)
{
    if (is_utf_16(head, 1))
        return UTF_16LE;
    return is_utf_16(head, 0) ? UTF_16BE : NULL;
}

static void tell_unknown(struct span head, const char *file, struct diag *diag)
{
    const char *message = wrong_text(head);
    message = message ? message : wrong_json(head);
    message = message ? message : wrong_report(head);
    message = message ? message : wrong_encoding(head);
    if (message) {
        tell_wrong(message, file, diag);
        return;
    }
    if (span_find(head, '\0') != SPAN_NONE) {
        diag_error(diag, file, 0,
                   "this is binary data of a kind that is not supported");
        return;
    }
    struct span line = span_trim(span_before(head, '\n'));
    diag_error(diag, file, 0,
               "cannot tell what format this is: it begins with '%.*s'; --from names it "
               "(flamectl --list-formats)",
               diag_excerpt(line), line.data);
}

const struct reader *reader_detect(struct span head, const char *file, struct diag *diag)
{
    const char *message = wrong_binary(head);
    const struct reader *rival = NULL, *best = NULL;
    struct span text = skip_space(head);
    if (head.len == 0)
        diag_error(diag, file, 0, "this is empty");
    else if (message)
        tell_wrong(message, file, diag);
    else if (text.len == 0)
        diag_error(diag, file, 0, "this holds nothing but blank lines");
    else if (!(best = reader_choose(reader_table, head, &rival)))
        tell_unknown(text, file, diag);
    else if (rival)
        diag_error(diag, file, 0, "this may be %s or %s: say which with --from=%s or --from=%s",
                   best->name, rival->name, best->name, rival->name);
    return rival ? NULL : best;
}

bool reader_accepts(const struct reader *reader, struct span head, const char *file, struct diag *diag)
{
    const char *message = wrong_binary(head);
    if (message) {
        tell_wrong(message, file, diag);
        return false;
    }
    if (reader->hint || reader->detect(head) > BID_MAYBE)
        return true;
    const struct reader *rival, *best = reader_choose(reader_table, head, &rival);
    if (!best || best->detect(head) != BID_CERTAIN)
        return true;
    diag_error(diag, file, 0, "this is %s, not %s: leave --from out, or say --from=%s", best->name, reader->name,
               best->name);
    return false;
}

const char *reader_hint(const struct reader *chosen, struct span head)
{
    for (const struct reader *const *row = reader_table; *row; row++)
        if ((*row)->hint && strcmp((*row)->beside, chosen->name) == 0 && (*row)->detect(head) != BID_NO)
            return (*row)->hint;
    return NULL;
}
