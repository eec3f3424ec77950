/* The tables of a pprof profile. Rows come in any order and may refer to what comes later, so that
 * names are made only when all is read. */
#include "pprof_tables.h"

#include <stdio.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"
#include "flamectl/protobuf.h"

enum mapping_field { MAPPING_ID = 1, MAPPING_FILENAME = 5 };
enum location_field { LOCATION_ID = 1, LOCATION_MAPPING, LOCATION_ADDRESS, LOCATION_LINE };
enum line_field { LINE_FUNCTION = 1, LINE_LINE };
enum function_field { FUNCTION_ID = 1, FUNCTION_NAME, FUNCTION_SYSTEM_NAME };

#define NO_ROW SIZE_MAX

void pprof_tables_init(struct pprof_tables *tables)
{
    *tables = (struct pprof_tables){.seed = hash_seed_make()};
    tables->mapping_ids.index = index_make();
    tables->location_ids.index = index_make();
    tables->function_ids.index = index_make();
}

static void free_ids(struct pprof_ids *ids)
{
    memory_free(ids->ids);
    index_free(ids->index);
}

void pprof_tables_free(struct pprof_tables *tables)
{
    free_ids(&tables->mapping_ids);
    free_ids(&tables->location_ids);
    free_ids(&tables->function_ids);
    memory_free(tables->text);
    memory_free(tables->string_end);
    memory_free(tables->mappings);
    memory_free(tables->locations);
    memory_free(tables->only_frame);
    memory_free(tables->lines);
    memory_free(tables->functions);
    memory_free(tables->frames);
    memory_free(tables->scratch);
}

/* The row with this id, or NO_ROW. */
static size_t find_row(const struct pprof_tables *tables, const struct pprof_ids *ids, uint64_t id)
{
    if (id - 1 < ids->plain)
        return (size_t)(id - 1);
    uint64_t hash = hash_pair(tables->seed, id, 0);
    uint32_t row, at = index_begin(ids->index, hash);
    while ((row = index_next(ids->index, hash, &at)) != INDEX_NONE)
        if (ids->ids[row] == id)
            return row;
    return NO_ROW;
}

/* Adds a row; NO_ROW for an id that is there already, or is 0, which stands for none. */
static size_t add_row(struct pprof_tables *tables, struct pprof_ids *ids, uint64_t id)
{
    if (id == 0 || find_row(tables, ids, id) != NO_ROW)
        return NO_ROW;
    size_t row = ids->count++;
    if (ids->count == INDEX_NONE)
        memory_exhausted();
    ids->ids = memory_grow(ids->ids, &ids->capacity, ids->count, sizeof *ids->ids);
    ids->ids[row] = id;
    if (id == row + 1 && ids->plain == row)
        ids->plain++;
    else
        index_add(ids->index, hash_pair(tables->seed, id, 0), (uint32_t)row);
    return row;
}

void pprof_tables_string(struct pprof_tables *tables, struct span bytes)
{
    tables->text =
        memory_grow(tables->text, &tables->text_capacity, tables->text_len + bytes.len + 1, 1);
    if (bytes.len)
        memcpy(tables->text + tables->text_len, bytes.data, bytes.len);
    tables->text_len += bytes.len;
    tables->string_end = memory_grow(tables->string_end, &tables->string_capacity,
                                     tables->string_count + 1, sizeof *tables->string_end);
    tables->string_end[tables->string_count++] = tables->text_len;
}

bool pprof_tables_text(const struct pprof_tables *tables, uint64_t string, struct span *text)
{
    *text = span_make("", 0);
    if (string == 0)
        return true;
    if (string >= tables->string_count)
        return false;
    size_t begin = tables->string_end[string - 1];
    *text = span_make(tables->text + begin, tables->string_end[string] - begin);
    return true;
}

bool pprof_tables_mapping(struct pprof_tables *tables, struct span message)
{
    struct protobuf_field field;
    uint64_t id = 0, file = 0;
    int result;
    while ((result = protobuf_next(&message, &field)) > 0) {
        if (field.number == MAPPING_ID)
            id = field.value;
        else if (field.number == MAPPING_FILENAME)
            file = field.value;
    }
    size_t row = result == 0 ? add_row(tables, &tables->mapping_ids, id) : NO_ROW;
    if (row != NO_ROW) {
        tables->mappings =
            memory_grow(tables->mappings, &tables->mapping_capacity, row + 1, sizeof *tables->mappings);
        tables->mappings[row] = file;
    }
    return result == 0;
}

static bool add_line(struct pprof_tables *tables, struct span message)
{
    struct protobuf_field field;
    struct pprof_line line = {0, 0};
    int result;
    while ((result = protobuf_next(&message, &field)) > 0) {
        if (field.number == LINE_FUNCTION)
            line.function = field.value;
        else if (field.number == LINE_LINE)
            line.line = field.value;
    }
    tables->lines = memory_grow(tables->lines, &tables->line_capacity, tables->line_count + 1,
                                sizeof *tables->lines);
    tables->lines[tables->line_count++] = line;
    return result == 0;
}

bool pprof_tables_location(struct pprof_tables *tables, struct span message)
{
    struct protobuf_field field;
    struct pprof_location location = {.line = tables->line_count};
    uint64_t id = 0;
    bool good = true;
    int result;
    while (good && (result = protobuf_next(&message, &field)) != 0) {
        good = result > 0;
        if (!good)
            break;
        if (field.number == LOCATION_ID)
            id = field.value;
        else if (field.number == LOCATION_MAPPING)
            location.mapping = field.value;
        else if (field.number == LOCATION_ADDRESS)
            location.address = field.value;
        else if (field.number == LOCATION_LINE)
            good = add_line(tables, field.bytes);
    }
    location.line_count = tables->line_count - location.line;
    size_t row = good ? add_row(tables, &tables->location_ids, id) : NO_ROW;
    if (row == NO_ROW) {
        tables->line_count = location.line;
        return good;
    }
    tables->locations = memory_grow(tables->locations, &tables->location_capacity, row + 1,
                                    sizeof *tables->locations);
    tables->locations[row] = location;
    tables->only_frame =
        memory_grow(tables->only_frame, &tables->only_capacity, row + 1, sizeof *tables->only_frame);
    tables->only_frame[row] = FRAME_GAP;
    return true;
}

bool pprof_tables_function(struct pprof_tables *tables, struct span message)
{
    struct protobuf_field field;
    struct pprof_function function = {0, 0};
    uint64_t id = 0;
    int result;
    while ((result = protobuf_next(&message, &field)) > 0) {
        if (field.number == FUNCTION_ID)
            id = field.value;
        else if (field.number == FUNCTION_NAME)
            function.name = field.value;
        else if (field.number == FUNCTION_SYSTEM_NAME)
            function.system_name = field.value;
    }
    size_t row = result == 0 ? add_row(tables, &tables->function_ids, id) : NO_ROW;
    if (row != NO_ROW) {
        tables->functions = memory_grow(tables->functions, &tables->function_capacity, row + 1,
                                        sizeof *tables->functions);
        tables->functions[row] = function;
    }
    return result == 0;
}

bool pprof_tables_complete(const struct pprof_tables *tables)
{
    struct span text;
    bool good = true;
    for (size_t i = 0; good && i < tables->mapping_ids.count; i++)
        good = pprof_tables_text(tables, tables->mappings[i], &text);
    for (size_t i = 0; good && i < tables->function_ids.count; i++)
        good = pprof_tables_text(tables, tables->functions[i].name, &text) &&
               pprof_tables_text(tables, tables->functions[i].system_name, &text);
    return good;
}

/* The name of a line's function; empty where there is none. */
static struct span function_name(const struct pprof_tables *tables, uint64_t id)
{
    struct span name = {"", 0};
    size_t row = find_row(tables, &tables->function_ids, id);
    if (row == NO_ROW)
        return name;
    pprof_tables_text(tables, tables->functions[row].name, &name);
    if (name.len == 0)
        pprof_tables_text(tables, tables->functions[row].system_name, &name);
    return name;
}

/* Without folders and the brackets of "[vdso]"; empty where the mapping has no name. */
static struct span mapping_name(const struct pprof_tables *tables, uint64_t id)
{
    struct span name = {"", 0};
    size_t row = find_row(tables, &tables->mapping_ids, id);
    if (row == NO_ROW)
        return name;
    pprof_tables_text(tables, tables->mappings[row], &name);
    name = span_base_name(name);
    if (name.len > 2 && name.data[0] == '[' && span_ends(name, "]"))
        name = span_make(name.data + 1, name.len - 2);
    return name;
}

static char *scratch(struct pprof_tables *tables, size_t need)
{
    return tables->scratch = memory_grow(tables->scratch, &tables->scratch_capacity, need, 1);
}

/* As of perf: "[" (base name | "unknown") [" <" address ">"] "]" */
static uint32_t unknown_frame(struct pprof_tables *tables, const struct pprof_location *location,
                              bool addrs, struct frame_table *table)
{
    struct span name = mapping_name(tables, location->mapping);
    if (name.len == 0 || name.len > INT32_MAX)
        name = span_of("unknown");
    char address[24] = "";
    if (addrs)
        snprintf(address, sizeof address, " <%llx>", (unsigned long long)location->address);
    size_t room = name.len + sizeof address + 3;
    int len = snprintf(scratch(tables, room), room, "[%.*s%s]", (int)name.len, name.data, address);
    return frame_intern_clean(table, span_make(tables->scratch, (size_t)len), FRAME_PLAIN);
}

static uint32_t line_frame(struct pprof_tables *tables, struct span name, uint64_t line,
                           struct frame_table *table)
{
    if (line == 0)
        return frame_intern_clean(table, name, FRAME_PLAIN);
    char *text = scratch(tables, name.len + 24);
    memcpy(text, name.data, name.len);
    int digits = snprintf(text + name.len, 24, ":%lld", (long long)line);
    return frame_intern_clean(table, span_make(text, name.len + (size_t)digits), FRAME_PLAIN);
}

static void add_frame(struct pprof_tables *tables, uint32_t frame)
{
    tables->frames = memory_grow(tables->frames, &tables->frame_capacity, tables->frame_count + 1,
                                 sizeof *tables->frames);
    tables->frames[tables->frame_count++] = frame;
}

static void name_location(struct pprof_tables *tables, struct pprof_location *location,
                          struct pprof_naming naming, struct frame_table *table)
{
    location->named = true;
    location->frame = tables->frame_count;
    for (size_t i = 0; i < location->line_count; i++) {
        const struct pprof_line *line = &tables->lines[location->line + i];
        struct span name = function_name(tables, line->function);
        add_frame(tables, name.len ? line_frame(tables, name, naming.lines ? line->line : 0, table)
                                   : unknown_frame(tables, location, naming.addrs, table));
    }
    if (location->line_count == 0)
        add_frame(tables, unknown_frame(tables, location, naming.addrs, table));
    if (location->line_count <= 1)
        tables->only_frame[location - tables->locations] = tables->frames[location->frame];
}

size_t pprof_tables_frames(struct pprof_tables *tables, uint64_t id, struct pprof_naming naming,
                           struct frame_table *table, const uint32_t **frames)
{
    size_t row = find_row(tables, &tables->location_ids, id);
    if (row == NO_ROW)
        return 0;
    struct pprof_location *location = &tables->locations[row];
    if (!location->named)
        name_location(tables, location, naming, table);
    *frames = tables->frames + location->frame;
    return location->line_count ? location->line_count : 1;
}
