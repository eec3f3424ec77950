/* Code spans: the one construct of Markdown in which nothing is markup, neither to CommonMark nor
 * to what GitHub and GitLab add (links, mentions of people, issues, emoji, formulas).
 *
 * It ends at as many backquotes as it began with, so it begins with more than the text has in a row
 * (CommonMark 0.31, section 6.1). A blank goes at both ends of a text that has one there or a
 * backquote, and is taken off again. In a table a bar ends the cell unless a backslash stands
 * before it, which is taken off (GitHub Flavored Markdown, section 4.10): a bar needs an odd number
 * of them, so backslashes that stand before it are made an even number first, the one place where
 * the text is not shown as it is. */
#include "markdown_code.h"

static size_t longest_run(const struct label *label, char c)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < label->len; i++) {
        run = label->text[i] == c ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static bool needs_blanks(const struct label *label)
{
    char first = label->text[0], last = label->text[label->len - 1];
    return first == '`' || first == ' ' || last == '`' || last == ' ';
}

static bool is_blank_label(const struct label *label)
{
    size_t i = 0;
    while (i < label->len && label->text[i] == ' ')
        i++;
    return i == label->len;
}

static void fence(struct sink *sink, size_t length)
{
    for (size_t i = 0; i < length; i++)
        sink_text(sink, "`");
}

static void write_text(struct sink *sink, const struct label *label)
{
    size_t backslashes = 0;
    for (size_t i = 0; i < label->len; i++) {
        char c = label->text[i];
        if (c == '|')
            sink_text(sink, backslashes % 2 ? "\\\\" : "\\");
        backslashes = c == '\\' ? backslashes + 1 : 0;
        sink_write(sink, &c, 1);
    }
}

void markdown_code(struct sink *sink, const struct label *label)
{
    size_t length = longest_run(label, '`') + 1;
    if (is_blank_label(label)) { /* no code span can be empty */
        sink_text(sink, "(no name)");
        return;
    }
    const char *blank = needs_blanks(label) ? " " : "";
    fence(sink, length);
    sink_text(sink, blank);
    write_text(sink, label);
    sink_text(sink, blank);
    fence(sink, length);
}
