/* What of a name are Java's packages:
 *
 *     java.base/java.lang.Thread.run     short: j.b/j.l.Thread.run      none: Thread.run
 *     java/util/HashMap$Node.find               j/u/HashMap$Node.find         HashMap$Node.find
 *
 * The lesson: dots part packages, classes and methods alike; but packages begin with a small letter, and classes
 * with a capital one or '$'. A name without a class is left alone. */
#include "rewrite_packages.h"

static bool is_separator(char c)
{
    return c == '.' || c == '/';
}

size_t packages_length(struct span name)
{
    size_t start = 0; /* of the present package */
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (i == start && ((c >= 'A' && c <= 'Z') || c == '$'))
            return start;
        if (is_separator(c) && i > 0)
            start = i + 1;
        else if (!is_alpha(c) && !is_digit(c) && c != '_' && c != '-' && c != '@')
            return 0;
    }
    return 0;
}

size_t packages_shorten(struct span name, char *out)
{
    size_t packages = packages_length(name), len = 0;
    for (size_t i = 0; i < name.len; i++)
        if (i >= packages || i == 0 || is_separator(name.data[i]) || is_separator(name.data[i - 1]))
            out[len++] = name.data[i];
    return len;
}
