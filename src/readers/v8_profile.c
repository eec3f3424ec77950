/* V8's profiles: a tree of nodes, each a function as it was called from its parent, and a list of
 * samples that name nodes.
 *
 *     "nodes": [{"id": 1, "callFrame": {"functionName": "main", "url": "file:///a.js", "lineNumber": 0},
 *                "hitCount": 1, "children": [2]}, ...],
 *     "startTime": 70, "endTime": 3100, "samples": [2, 2, 1], "timeDeltas": [30, 990, 1010]
 *
 * Nodes name their children, or in chunks of a trace their parent; in old profiles (and heap profiles) they
 * hold them, from "head" down. */
#include "v8_profile.h"

#include <stdio.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"

#include "v8_filing.h"

void v8_profile_init(struct v8_profile *v8, struct frame_table *frames)
{
    *v8 = (struct v8_profile){.frames = frames};
}

void v8_profile_free(struct v8_profile *v8)
{
    stack_tree_free(&v8->tree);
    number_list_free(&v8->samples);
    number_list_free(&v8->deltas);
    number_list_free(&v8->timestamps);
    if (v8->by_id)
        index_free(v8->by_id);
    memory_free(v8->by_small_id);
    memory_free(v8->nodes);
    memory_free(v8->edges);
    buffer_free(&v8->function);
    buffer_free(&v8->url);
    v8_profile_init(v8, v8->frames);
}

/* A function without a name is told by where it stands: by the last part of the path, or all where that is empty. */
static uint32_t intern_function(struct v8_profile *v8)
{
    struct span url = buffer_span(&v8->url), file = span_base_name(url);
    char line[32];
    if (v8->function.len == 0 && url.len) {
        snprintf(line, sizeof line, ":%lld)", (long long)v8->line);
        buffer_add(&v8->function, span_of("(anonymous "));
        buffer_add(&v8->function, file.len ? file : url);
        buffer_add(&v8->function, span_of(line));
    } else if (v8->function.len == 0) {
        buffer_add(&v8->function, span_of("(anonymous)"));
    }
    return frame_intern_clean(v8->frames, buffer_span(&v8->function), FRAME_PLAIN);
}

static void forget_texts(struct v8_profile *v8)
{
    v8->function.len = v8->url.len = 0;
    v8->line = 0;
}

/* Once a node's own members are read. The root is no frame. */
static void name_node(struct v8_profile *v8, uint32_t node)
{
    bool root = v8->url.len == 0 && span_is(buffer_span(&v8->function), "(root)");
    if (!root && !v8->nodes[node].named)
        v8->tree.nodes[node].frame = intern_function(v8);
    v8->nodes[node].named = true;
}

static uint32_t begin_node(struct v8_profile *v8, uint32_t parent)
{
    uint32_t node = stack_tree_add(&v8->tree, parent, FRAME_GAP);
    v8->nodes = memory_grow(v8->nodes, &v8->nodes_capacity, (size_t)node + 1, sizeof *v8->nodes);
    v8->nodes[node] = (struct v8_node){0};
    forget_texts(v8);
    return node;
}

static void add_edge(struct v8_profile *v8, struct v8_edge edge)
{
    v8->edges = memory_grow(v8->edges, &v8->edge_capacity, v8->edge_count + 1, sizeof *v8->edges);
    v8->edges[v8->edge_count++] = edge;
}

static bool take_int(struct json *json, int64_t *value)
{
    if (json_next(json) == JSON_NUMBER && json_decimal(json->text, 0, value))
        return true;
    json_skip(json);
    return false;
}

static void take_text(struct json *json, struct buffer *text)
{
    if (json_next(json) == JSON_STRING)
        buffer_set(text, json->text);
    else
        json_skip(json);
}

/* A member of a callFrame, where lines count from 0; in old profiles of the node itself, from 1. */
static bool frame_member(struct v8_profile *v8, struct json *json, int64_t first_line)
{
    int64_t line;
    if (span_is(json->text, "functionName"))
        take_text(json, &v8->function);
    else if (span_is(json->text, "url"))
        take_text(json, &v8->url);
    else if (!span_is(json->text, "lineNumber"))
        return false;
    else if (take_int(json, &line) && line < INT64_MAX)
        v8->line = line + 1 - first_line;
    return true;
}

static void call_frame(struct v8_profile *v8, struct json *json)
{
    if (!json_enter(json, JSON_OBJECT))
        return;
    while (json_member(json))
        if (!frame_member(v8, json, 0))
            json_skip(json);
}

/* Opens the list of children, and takes in what else is of use. */
static void node_member(struct v8_profile *v8, struct json *json, uint32_t node)
{
    int64_t number;
    if (span_is(json->text, "children")) {
        json_enter(json, JSON_ARRAY);
    } else if (span_is(json->text, "callFrame")) {
        call_frame(v8, json);
    } else if (span_is(json->text, "id")) {
        v8->nodes[node].known = take_int(json, &v8->nodes[node].id);
    } else if (span_is(json->text, "parent")) {
        if (take_int(json, &number))
            add_edge(v8, (struct v8_edge){node, false, number});
    } else if (span_is(json->text, "hitCount") || span_is(json->text, "selfSize")) {
        if (take_int(json, &number) && number > 0)
            v8->nodes[node].weight = number;
    } else if (!frame_member(v8, json, 1)) {
        json_skip(json);
    }
}

/* The name of the node around it, if it is read already, is not kept any longer. */
static uint32_t begin_child(struct v8_profile *v8, uint32_t node)
{
    if (v8->function.len || v8->url.len)
        name_node(v8, node);
    return begin_node(v8, node);
}

static uint32_t end_child(struct v8_profile *v8, uint32_t node)
{
    forget_texts(v8);
    return v8->tree.nodes[node].parent;
}

/* The object that is open, and those within, which the tree leads back from by their parents. */
static void read_node(struct v8_profile *v8, struct json *json)
{
    uint32_t node = begin_node(v8, STACK_NONE);
    size_t outside = json->depth - 1, opened = json->depth;
    while (!json->error && json->depth > outside) {
        bool in_children = (json->depth - outside) % 2 == 0;
        if (!in_children && json_member(json)) {
            node_member(v8, json, node);
        } else if (!in_children) {
            name_node(v8, node);
            if (json->depth > opened)
                node = end_child(v8, node);
        } else if (json_element(json)) {
            int64_t child;
            if (json->token == JSON_OBJECT)
                node = begin_child(v8, node);
            else if (json->token == JSON_NUMBER && json_decimal(json->text, 0, &child))
                add_edge(v8, (struct v8_edge){node, true, child});
            else
                json_skip(json);
        }
    }
}

static void read_nodes(struct v8_profile *v8, struct json *json)
{
    if (!json_enter(json, JSON_ARRAY))
        return;
    while (json_element(json)) {
        if (json->token == JSON_OBJECT)
            read_node(v8, json);
        else
            json_skip(json);
    }
}

static void read_list(struct number_list *list, struct json *json)
{
    int64_t numbers[256];
    size_t count;
    if (!json_enter(json, JSON_ARRAY))
        return;
    while ((count = json_ints(json, numbers, sizeof numbers / sizeof *numbers)))
        number_list_add_all(list, numbers, count);
}

/* Where all that they need is known by now, as in V8's order, they are used as they come. */
static void read_deltas(struct v8_profile *v8, struct json *json)
{
    int64_t deltas[256];
    size_t count;
    bool ready = v8->filing && v8->tree.count && v8->samples.used && v8->started;
    if (!ready || v8->deltas.used || v8->timestamps.used) {
        read_list(&v8->deltas, json);
        return;
    }
    if (!json_enter(json, JSON_ARRAY))
        return;
    while ((count = json_ints(json, deltas, sizeof deltas / sizeof *deltas)))
        v8_filing_deltas(v8->filing, deltas, count);
}

void v8_profile_member(struct v8_profile *v8, struct json *json)
{
    if (span_is(json->text, "nodes")) {
        read_nodes(v8, json);
    } else if (span_is(json->text, "head")) {
        if (json_enter(json, JSON_OBJECT))
            read_node(v8, json);
    } else if (span_is(json->text, "samples")) {
        read_list(&v8->samples, json);
    } else if (span_is(json->text, "timeDeltas")) {
        read_deltas(v8, json);
    } else if (span_is(json->text, "timestamps")) {
        read_list(&v8->timestamps, json);
    } else if (span_is(json->text, "startTime")) {
        v8->started |= take_int(json, &v8->start);
    } else if (span_is(json->text, "endTime")) {
        take_int(json, &v8->end);
    } else {
        json_skip(json);
    }
}

/* Reads an input that is such a profile, with or without its samples. */
static int read_file(struct v8_profile *v8, struct source *source, bool sampled)
{
    struct json json;
    json_open(&json, source);
    if (json_next(&json) == JSON_OBJECT)
        while (json_member(&json))
            if (sampled || !span_is(json.text, "samples"))
                v8_profile_member(v8, &json);
            else
                json_skip(&json);
    else
        json_fail(&json, "a V8 profile is a JSON object");
    if (json_next(&json) > JSON_END)
        json_fail(&json, "nothing should follow the profile");
    return json_finish(&json);
}

int v8_profile_read(struct source *source, struct recorder *recorder, bool idle)
{
    struct v8_profile v8;
    struct v8_filing filing;
    v8_profile_init(&v8, &recorder->profile->frames);
    v8_filing_init(&filing, &v8, recorder, (struct sample){.time = TIME_NONE}, idle);
    v8.filing = &filing;
    int result = read_file(&v8, source, true);
    if (result == 0)
        result = v8_filing_finish(&filing);
    v8_profile_free(&v8);
    return result;
}

int v8_profile_read_weights(struct source *source, struct recorder *recorder)
{
    struct v8_profile v8;
    v8_profile_init(&v8, &recorder->profile->frames);
    int result = read_file(&v8, source, false);
    if (result == 0) {
        recorder_unit(recorder, "bytes");
        result = v8_filing_weights(&v8, recorder);
    }
    v8_profile_free(&v8);
    return result;
}

void v8_profile_clear(struct v8_profile *v8)
{
    v8->tree.count = 0;
    v8->edge_count = 0;
    v8->start = v8->end = 0;
    number_list_clear(&v8->samples);
    number_list_clear(&v8->deltas);
    number_list_clear(&v8->timestamps);
}

bool v8_profile_is_empty(const struct v8_profile *v8)
{
    return v8->tree.count == 0 && v8->samples.used == 0 && v8->deltas.used == 0 && v8->start == 0 && v8->end == 0;
}

struct v8_mark v8_profile_mark(const struct v8_profile *v8)
{
    return (struct v8_mark){v8->tree.count, v8->edge_count, number_list_end(&v8->samples),
                            number_list_end(&v8->deltas)};
}

void v8_profile_append(struct v8_profile *v8, const struct v8_profile *from, struct v8_mark begin,
                       struct v8_mark end)
{
    uint32_t before = v8->tree.count;
    for (uint32_t i = begin.nodes; i < end.nodes; i++) {
        uint32_t parent = from->tree.nodes[i].parent;
        uint32_t node = begin_node(v8, parent == STACK_NONE ? parent : before + parent - begin.nodes);
        v8->tree.nodes[node].frame = from->tree.nodes[i].frame;
        v8->nodes[node] = from->nodes[i];
    }
    for (size_t i = begin.edges; i < end.edges; i++) {
        struct v8_edge edge = from->edges[i];
        edge.node += before - begin.nodes;
        add_edge(v8, edge);
    }
    number_list_append(&v8->samples, &from->samples, begin.samples, end.samples);
    number_list_append(&v8->deltas, &from->deltas, begin.deltas, end.deltas);
}
