/* A head may be cut anywhere: what is found before counts. */
#include "json_head.h"

#include "flamectl/json_read.h"

/* Goes to the value of the first such member of the object that comes next, or of the object that is the
 * first element of the array that does. */
static bool find(struct json *json, const char *name)
{
    if (json_next(json) == JSON_ARRAY && json_next(json) != JSON_OBJECT)
        return false;
    if (json->token != JSON_OBJECT)
        return false;
    while (json_member(json)) {
        if (span_is(json->text, name))
            return true;
        json_skip(json);
    }
    return false;
}

bool json_head_has(struct span head, const char *name, const char *inner)
{
    struct json json;
    json_open_span(&json, head);
    bool found = find(&json, name) && (!inner || find(&json, inner));
    json_close(&json);
    return found;
}

bool json_head_says(struct span head, const char *name, const char *text)
{
    struct json json;
    json_open_span(&json, head);
    bool found = find(&json, name) && json_next(&json) == JSON_STRING &&
                 span_find_text(json.text, text) != SPAN_NONE;
    json_close(&json);
    return found;
}
