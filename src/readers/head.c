/* Reading lines of a head that may end anywhere. */
#include "head.h"

bool head_line(struct span *head, bool cut, struct span *line)
{
    size_t end = span_find(*head, '\n');
    if (head->len == 0 || (end == SPAN_NONE && cut))
        return false;
    *line = span_trim_right(span_first(*head, end));
    *head = span_skip(*head, end == SPAN_NONE ? head->len : end + 1);
    return true;
}
