/* Cleaning up function names: legacy Rust escapes, C++ argument lists, Java class names. */
#include "symbol.h"

/* 'h' and 16 hexadecimal digits. */
#define RUST_HASH 17

/* The escapes of rustc's legacy mangling; the demanglers of C++ leave them. */
static const struct rust_escape {
    const char *code;
    char meaning;
} rust_escapes[] = {
    {"$SP$", '@'},   {"$BP$", '*'},  {"$RF$", '&'},  {"$LT$", '<'},  {"$GT$", '>'},
    {"$LP$", '('},   {"$RP$", ')'},  {"$C$", ','},   {"$u7e$", '~'}, {"$u20$", ' '},
    {"$u27$", '\''}, {"$u3d$", '='}, {"$u5b$", '['}, {"$u5d$", ']'}, {"$u7b$", '{'},
    {"$u7d$", '}'},  {"$u3b$", ';'}, {"$u2b$", '+'}, {"$u21$", '!'}, {"$u22$", '"'},
};

static bool has_rust_hash(struct span name)
{
    if (name.len < RUST_HASH + 3 || !span_starts(span_skip(name, name.len - RUST_HASH - 2), "::h"))
        return false;
    for (size_t i = name.len - RUST_HASH + 1; i < name.len; i++)
        if (!is_hex(name.data[i]))
            return false;
    return true;
}

static const struct rust_escape *find_escape(struct span s)
{
    for (size_t i = 0; i < sizeof rust_escapes / sizeof *rust_escapes; i++)
        if (span_starts(s, rust_escapes[i].code))
            return &rust_escapes[i];
    return NULL;
}

/* An unknown escape ends the work: what follows is not of this mangling. */
size_t symbol_repair_rust(char *name, size_t len)
{
    if (!has_rust_hash(span_make(name, len)))
        return len;
    struct span rest = span_make(name, len - RUST_HASH - 2);
    size_t out = 0;
    if (span_starts(rest, "_$"))
        rest = span_skip(rest, 1);
    while (rest.len) {
        const struct rust_escape *escape = NULL;
        if (rest.data[0] == '$' && !(escape = find_escape(rest)))
            break;
        if (escape) {
            name[out++] = escape->meaning;
            rest = span_skip(rest, strlen(escape->code));
        } else if (span_starts(rest, "..")) {
            name[out++] = ':';
            name[out++] = ':';
            rest = span_skip(rest, 2);
        } else {
            name[out++] = rest.data[0];
            rest = span_skip(rest, 1);
        }
    }
    memmove(name + out, rest.data, rest.len);
    return out + rest.len;
}

/* Go writes the receiver's type in brackets: net/http.(*Client).Do */
static bool is_go_method(struct span name)
{
    size_t open = span_find_text(name, ".(");
    if (open == SPAN_NONE)
        return false;
    return span_find_text(span_skip(name, open + 2), ").") != SPAN_NONE;
}

static bool is_word(char c)
{
    return is_alpha(c) || is_digit(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* The length of a C++ operator's name at a place, where its sign is made of brackets. */
static size_t operator_length(struct span name, size_t at)
{
    static const char *const signs[] = {
        "<=>", "->*", "<<=", ">>=", "<<", ">>", "<=", ">=", "->", "()", "[]", "<", ">"};
    static const char word[] = "operator";
    struct span s = span_skip(name, at);
    if (!span_starts(s, word) || (at && is_word(name.data[at - 1])))
        return 0;
    s = span_skip(s, sizeof word - 1);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (span_starts(s, signs[i]))
            return sizeof word - 1 + strlen(signs[i]);
    return 0;
}

/* Whether an argument list may begin here. */
static bool opens_arguments(struct span name, size_t at)
{
    return at > 0 && name.data[at] == '(' &&
           !span_starts(span_skip(name, at), "(anonymous namespace)");
}

/* Brackets that do not match (a comparison in a name, a name cut short) nest nothing: then the
 * first '(' of all counts. */
struct span symbol_cut_arguments(struct span name)
{
    size_t depth = 0, first = SPAN_NONE;
    if (span_find(name, '(') == SPAN_NONE || is_go_method(name))
        return name;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        size_t sign = c == 'o' ? operator_length(name, i) : 0;
        if (sign) {
            i += sign - 1;
            continue;
        }
        if (opens_arguments(name, i)) {
            if (depth == 0)
                return span_first(name, i);
            if (first == SPAN_NONE)
                first = i;
        }
        if (c == '(' || c == '<' || c == '[' || c == '{')
            depth++;
        else if (c == ')' || c == ']' || c == '}' ||
                 (c == '>' && (i == 0 || name.data[i - 1] != '-')))
            depth -= depth > 0;
    }
    return depth ? span_first(name, first) : name;
}

bool symbol_is_java(struct span name)
{
    bool path = false;
    if (name.len < 2 || name.data[0] != 'L' || name.data[1] == '/')
        return false;
    for (size_t i = 1; i < name.len && name.data[i] != ':' && name.data[i] != ';'; i++) {
        char c = name.data[i];
        path = path || c == '/';
        if (!is_word(c) && c != '/' && c != '.' && c != '+' && c != '-')
            return false;
    }
    return path;
}

size_t symbol_find_arrow(struct span name)
{
    size_t from = 1, at;
    while ((at = span_find_text(span_skip(name, from), "->")) != SPAN_NONE) {
        at += from;
        struct span callee = span_skip(name, at + 2);
        if (callee.len && !span_starts(callee, "->") &&
            !span_ends(span_first(name, at), "operator"))
            return at;
        from = at + 1;
    }
    return name.len;
}
