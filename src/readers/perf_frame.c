/* Frame lines of `perf script`:
 *
 *     TAB ffffffff8103ce3b native_safe_halt+0xb ([kernel.kallsyms])
 *     TAB     7f722d142778 Lorg/a/B;::outer->Lorg/a/C;::inner (/tmp/perf-24636.map)
 *     TAB            27304 __libc_start_main_impl+0x84 (inlined)
 *     TAB             55d0 leaf
 *
 * The lesson: symbols and paths may both hold blanks and brackets, so the line is read from both
 * ends: the address from the left, the program or library as the last group of brackets. */
#include "perf_frame.h"

#include "symbol.h"

/* No file has a longer name (PATH_MAX of Linux): what looks like one is not taken apart. */
#define LONGEST_PATH 4096

/* The '(' that opens the group whose ')' stands at `close`; it has a blank before it. */
static size_t find_opening(struct span s, size_t close)
{
    size_t depth = 0;
    for (size_t i = close; i > 0; i--) {
        if (s.data[i] == ')')
            depth++;
        else if (s.data[i] == '(' && depth > 1)
            depth--;
        else if (s.data[i] == '(' && is_blank(s.data[i - 1]))
            return i;
    }
    return SPAN_NONE;
}

static bool looks_like_dso(struct span s)
{
    return span_starts(s, "/") || span_starts(s, "[");
}

/* The last " (" before what looks like a path: for paths with a bracket too many. */
static size_t find_path(struct span s, size_t close)
{
    for (size_t i = close; i > 0; i--)
        if (s.data[i] == '(' && is_blank(s.data[i - 1]) && looks_like_dso(span_skip(s, i + 1)))
            return i;
    return SPAN_NONE;
}

/* after = blanks [symbol] blank "(" dso ")" [blank more]
 *
 * Whether there is a dso, and where its brackets stand. */
static bool find_dso(struct span after, size_t *open, size_t *close)
{
    *close = span_find_last(after, ')');
    if (*close == SPAN_NONE)
        return false;
    *open = find_opening(after, *close);
    if (*open == SPAN_NONE)
        *open = find_path(after, *close);
    if (*open == SPAN_NONE)
        return false;
    struct span more = span_skip(after, *close + 1);
    return more.len == 0 || (is_blank(more.data[0]) && looks_like_dso(span_skip(after, *open + 1)));
}

/* `perf script -F +brstackinsn` mixes in "TAB label:" and "TAB address TAB insn: bytes". */
static bool is_code(struct span line, struct span after)
{
    bool label = line.len > 1 && line.data[0] == '\t' && !is_blank(line.data[1]);
    return (label && span_ends(line, ":")) || after.data[0] == '\t';
}

/* frame = {blank} ip [blanks symbol] [blank "(" dso ")"]
 *
 * A line without indentation, as in text that was copied about, needs the dso. */
bool perf_frame_split(struct span line, struct perf_frame *frame)
{
    line = span_trim_right(line);
    struct span s = span_trim_left(line);
    size_t digits = span_hex_digits(s), open, close;
    if (digits == 0 || (digits < s.len && !is_blank(s.data[digits])))
        return false;
    frame->ip = span_first(s, digits);
    frame->symbol = frame->dso = span_make(NULL, 0);
    struct span after = span_skip(s, digits);
    if (find_dso(after, &open, &close)) {
        frame->symbol = span_trim_left(span_first(after, open - 1));
        frame->dso = span_make(after.data + open + 1, close - open - 1);
        return !span_starts(frame->symbol, "insn:");
    }
    if (s.len == line.len || (after.len && is_code(line, after)))
        return false;
    frame->symbol = span_trim_left(after);
    return true;
}

/* Takes "+0x" and hexadecimal digits off the end. */
static struct span without_offset(struct span s)
{
    size_t start = s.len;
    while (start && is_hex(s.data[start - 1]))
        start--;
    if (start == s.len || start < 3 || memcmp(s.data + start - 3, "+0x", 3) != 0)
        return s;
    return span_first(s, start - 3);
}

static struct span plain_dso(struct span dso)
{
    dso = without_offset(dso);
    return span_ends(dso, " (deleted)") ? span_first(dso, dso.len - 10) : dso;
}

/* Old versions of perf printed the process as "(name)" in the place of a symbol. */
static bool is_process_name(struct span symbol)
{
    if (symbol.len < 3 || symbol.data[0] != '(' || !span_ends(symbol, ")"))
        return false;
    for (size_t i = 1; i < symbol.len - 1; i++)
        if (is_blank(symbol.data[i]) || symbol.data[i] == '(' || symbol.data[i] == ')')
            return false;
    return true;
}

/* "/tmp/perf-" digits ".map", where JIT compilers write their symbols, under any mount point. */
static bool is_perf_map(struct span dso)
{
    static const char prefix[] = "/tmp/perf-";
    for (size_t at; (at = span_find_text(dso, prefix)) != SPAN_NONE;) {
        dso = span_skip(dso, at + sizeof prefix - 1);
        size_t digits = span_digits(dso);
        if (digits && span_starts(span_skip(dso, digits), ".map"))
            return true;
    }
    return false;
}

/* `perf inject --jit` writes jitted-PID-N.so. */
static bool is_jitted(struct span dso)
{
    return span_starts(span_base_name(dso), "jitted-");
}

/* Whether "[name]" is a part of a process rather than a kernel module. */
static bool is_user_area(struct span dso)
{
    static const char *const areas[] = {"[vdso",  "[vsyscall]", "[vvar",     "[vectors]", "[heap]",
                                        "[stack", "[anon",      "[uprobes]", "[JIT "};
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
        if (span_starts(dso, areas[i]))
            return true;
    return false;
}

/* "vmlinux", or with a version "vmlinux-5.4.0". */
static bool is_vmlinux(struct span file)
{
    for (size_t i = 0; i < file.len; i++) {
        char c = file.data[i];
        if (!is_alpha(c) && !is_digit(c) && c != '-' && c != '.' && c != '_')
            return false;
    }
    return span_starts(file, "vmlinux");
}

static bool is_kernel_module(struct span file)
{
    return span_ends(file, ".ko") || span_ends(file, ".ko.xz") || span_ends(file, ".ko.zst") ||
           span_ends(file, ".ko.gz");
}

/* From ffff800000000000 on: the upper half on x86-64 and arm64. */
static bool is_kernel_address(struct span ip)
{
    return ip.len == 16 && span_starts(ip, "ffff") && ip.data[4] >= '8';
}

static bool is_kernel(struct span dso, struct span ip)
{
    if (is_user_area(dso))
        return false;
    if (span_starts(dso, "[") && !span_is(dso, "[unknown]"))
        return true;
    struct span file = span_base_name(dso);
    return is_kernel_module(file) || is_vmlinux(file) || span_starts(file, "bpf_prog_") ||
           is_kernel_address(ip);
}

/* Where a line's frames come from: asked once a line, which may hold many. */
struct origin {
    bool kernel, map, jit;
};

static struct origin find_origin(const struct perf_frame *frame)
{
    struct origin origin = {is_kernel(frame->dso, frame->ip), is_perf_map(frame->dso), false};
    origin.jit = origin.map || is_jitted(frame->dso);
    return origin;
}

/* The kind of a frame; `callee`: it was inlined into the one before it. Names of some run times
 * carry the mark already. */
static enum frame_kind find_kind(const struct perf_cleaner *cleaner, struct origin origin,
                                 struct span name, bool callee)
{
    if (callee)
        return span_find_text(name, "_[i]") == SPAN_NONE ? FRAME_INLINED : FRAME_PLAIN;
    if (cleaner->kernel && origin.kernel)
        return FRAME_KERNEL;
    if (cleaner->jit && origin.map)
        return span_find_text(name, "_[j]") == SPAN_NONE ? FRAME_JIT : FRAME_PLAIN;
    return FRAME_PLAIN;
}

static char *append(char *out, struct span s)
{
    if (s.len)
        memcpy(out, s.data, s.len);
    return out + s.len;
}

/* unknown = "[" (base name of the dso | "unknown") [" <" ip ">"] "]", written to `text` */
static struct span name_unknown(const struct perf_cleaner *cleaner, const struct perf_frame *frame,
                                char *text)
{
    bool known = frame->dso.len && !span_is(frame->dso, "[unknown]");
    char *out = append(text, span_of("["));
    out = append(out, known ? span_base_name(frame->dso) : span_of("unknown"));
    if (cleaner->addrs) {
        out = append(out, span_of(" <"));
        out = append(out, frame->ip);
        out = append(out, span_of(">"));
    }
    out = append(out, span_of("]"));
    return span_make(text, (size_t)(out - text));
}

/* A name is one frame on one line: ';' becomes ':', TAB and CR a blank, and a first frame "# f" would make the
 * line a comment. */
static void replace_separators(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ';')
            text[i] = ':';
        else if (text[i] == '\t' || text[i] == '\r')
            text[i] = ' ';
    }
    if (len > 1 && text[0] == '#' && text[1] == ' ')
        text[1] = '_';
}

/* Turns one function's name into a frame; `spare` is scratch for another name. */
static uint32_t make_frame(struct perf_cleaner *cleaner, const struct perf_frame *frame,
                           struct origin origin, struct span name, bool java, bool callee, char *spare)
{
    if (name.len == 0 || span_is(name, "[unknown]")) {
        name = name_unknown(cleaner, frame, spare);
        replace_separators(spare, name.len);
    }
    name = symbol_cut_arguments(name);
    bool class_name = java ? span_starts(name, "L") && span_find(name, '/') != SPAN_NONE
                           : origin.jit && symbol_is_java(name);
    if (class_name)
        name = span_skip(name, 1);
    return frame_intern(cleaner->frames, name, find_kind(cleaner, origin, name, callee));
}

void perf_frame_clean(struct perf_cleaner *cleaner, const struct perf_frame *line, bool java,
                      struct frame_list *list)
{
    struct perf_frame frame = *line;
    size_t start = list->count;
    frame.symbol = without_offset(frame.symbol);
    frame.dso = plain_dso(frame.dso);
    if (is_process_name(frame.symbol))
        return;
    size_t need = frame.symbol.len + frame.dso.len + frame.ip.len + sizeof "[unknown <>]";
    cleaner->text = memory_grow(cleaner->text, &cleaner->capacity, need, 1);
    append(cleaner->text, frame.symbol);
    struct span name =
        span_make(cleaner->text, symbol_repair_rust(cleaner->text, frame.symbol.len));
    char *spare = cleaner->text + name.len;
    replace_separators(cleaner->text, name.len);
    struct origin origin = find_origin(&frame);
    bool arrows = origin.jit && frame.dso.len < LONGEST_PATH;
    do {
        size_t end = arrows ? symbol_find_arrow(name) : name.len;
        bool callee = list->count > start;
        frame_list_push(list,
                        make_frame(cleaner, &frame, origin, span_first(name, end), java, callee, spare));
        name = span_skip(name, end + 2);
    } while (name.len);
    frame_list_reverse(list, start);
}

/* source = blanks text [" (inlined)"]
 *
 * The text is "file.c:12", or "libc.so[27b25]" where the line is not known: stackcollapse-perf.pl
 * leaves out what is in brackets, and so does this. */
uint32_t perf_frame_add_source(struct perf_cleaner *cleaner, uint32_t id, struct span source)
{
    const struct frame *frame = &cleaner->frames->frames[id];
    struct span suffix = span_of(frame_suffix(frame->kind));
    source = span_trim(source);
    if (span_ends(source, " (inlined)"))
        source = span_first(source, source.len - 10);
    size_t need = frame->name.len + suffix.len + 1 + source.len;
    cleaner->text = memory_grow(cleaner->text, &cleaner->capacity, need, 1);
    char *place = append(append(cleaner->text, frame->name), suffix) + 1, *out = place;
    for (size_t open; (open = span_find(source, '[')) != SPAN_NONE;) {
        size_t close = span_find(span_skip(source, open), ']');
        if (close == SPAN_NONE)
            break;
        out = append(out, span_first(source, open));
        source = span_skip(source, open + close + 1);
    }
    out = append(out, source);
    struct span text = span_trim(span_make(place, (size_t)(out - place)));
    if (text.len == 0)
        return id;
    memmove(place, text.data, text.len);
    replace_separators(place, text.len);
    place[-1] = ':';
    return frame_intern(cleaner->frames,
                        span_make(cleaner->text, (size_t)(place - cleaner->text) + text.len),
                        FRAME_PLAIN);
}

void perf_cleaner_free(struct perf_cleaner *cleaner)
{
    memory_free(cleaner->text);
}
