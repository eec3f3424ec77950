/* Samples are added up as they come: equal stacks have equal bytes, so nothing of a known one is
 * decoded but its values. */
#include "pprof_stacks.h"

#include "flamectl/index.h"
#include "flamectl/memory.h"

enum sample_field { SAMPLE_LOCATION = 1, SAMPLE_VALUE, SAMPLE_LABEL };

void pprof_stacks_init(struct pprof_stacks *stacks, bool labels)
{
    *stacks = (struct pprof_stacks){.seed = hash_seed_make(), .by_key = index_make(), .labels = labels};
}

void pprof_stacks_free(struct pprof_stacks *stacks)
{
    index_free(stacks->by_key);
    memory_free(stacks->stacks);
    memory_free(stacks->keys);
    memory_free(stacks->values);
    memory_free(stacks->sample_values);
    protobuf_free(&stacks->sample_locations);
    protobuf_free(&stacks->sample_labels);
}

static void take_value(struct pprof_stacks *stacks, uint64_t value)
{
    stacks->sample_values =
        memory_grow(stacks->sample_values, &stacks->sample_value_capacity,
                    stacks->sample_value_count + 1, sizeof *stacks->sample_values);
    memcpy(&stacks->sample_values[stacks->sample_value_count++], &value, sizeof value);
}

/* Numbers stand one a field, or packed: many in one field's bytes. */
static bool take_values(struct pprof_stacks *stacks, const struct protobuf_field *field)
{
    struct span rest = field->bytes;
    uint64_t value;
    if (field->wire == PROTOBUF_VARINT)
        take_value(stacks, field->value);
    while (rest.len) {
        if (!protobuf_varint(&rest, &value))
            return false;
        take_value(stacks, value);
    }
    return true;
}

static void take_locations(struct pprof_stacks *stacks, const struct protobuf_field *field)
{
    if (field->wire == PROTOBUF_VARINT)
        protobuf_put_varint(&stacks->sample_locations, field->value);
    else
        protobuf_put_raw(&stacks->sample_locations, field->bytes);
}

static bool take_sample(struct pprof_stacks *stacks, struct span message)
{
    struct protobuf_field field;
    int result;
    stacks->sample_locations.len = stacks->sample_labels.len = 0;
    stacks->sample_value_count = 0;
    while ((result = protobuf_next(&message, &field)) > 0) {
        if (field.number == SAMPLE_LOCATION)
            take_locations(stacks, &field);
        else if (field.number == SAMPLE_VALUE && !take_values(stacks, &field))
            return false;
        else if (field.number == SAMPLE_LABEL && stacks->labels)
            protobuf_put_bytes(&stacks->sample_labels, SAMPLE_LABEL, field.bytes);
    }
    size_t *count = &stacks->sample_value_count;
    while (*count && stacks->sample_values[*count - 1] == 0)
        --*count;
    return result == 0;
}

static struct span bytes_of(const struct protobuf_message *message)
{
    return span_make(message->data, message->len);
}

static size_t make_stack(struct pprof_stacks *stacks, uint64_t hash)
{
    struct span locations = bytes_of(&stacks->sample_locations);
    struct span labels = bytes_of(&stacks->sample_labels);
    size_t place = stacks->count++;
    if (stacks->count == INDEX_NONE)
        memory_exhausted();
    stacks->stacks =
        memory_grow(stacks->stacks, &stacks->capacity, stacks->count, sizeof *stacks->stacks);
    stacks->stacks[place] = (struct pprof_stack){stacks->key_len, locations.len, labels.len, 0, 0};
    stacks->keys = memory_grow(stacks->keys, &stacks->key_capacity,
                               stacks->key_len + locations.len + labels.len + 1, 1);
    if (locations.len)
        memcpy(stacks->keys + stacks->key_len, locations.data, locations.len);
    stacks->key_len += locations.len;
    if (labels.len)
        memcpy(stacks->keys + stacks->key_len, labels.data, labels.len);
    stacks->key_len += labels.len;
    index_add(stacks->by_key, hash, (uint32_t)place);
    return place;
}

static size_t find_stack(struct pprof_stacks *stacks)
{
    struct span locations = bytes_of(&stacks->sample_locations);
    struct span labels = bytes_of(&stacks->sample_labels);
    uint64_t hash = hash_bytes(stacks->seed, locations);
    if (labels.len)
        hash = hash_pair(stacks->seed, hash, hash_bytes(stacks->seed, labels));
    uint32_t place, at = index_begin(stacks->by_key, hash);
    while ((place = index_next(stacks->by_key, hash, &at)) != INDEX_NONE)
        if (span_equal(pprof_stacks_locations(stacks, place), locations) &&
            span_equal(pprof_stacks_labels(stacks, place), labels))
            return place;
    return make_stack(stacks, hash);
}

/* A sample with more values than those of its stack before: they move to where there is room. */
static void widen(struct pprof_stacks *stacks, struct pprof_stack *stack, size_t count)
{
    size_t begin = stacks->value_count;
    stacks->values = memory_grow(stacks->values, &stacks->value_capacity, begin + count,
                                 sizeof *stacks->values);
    for (size_t i = 0; i < count; i++)
        stacks->values[begin + i] = i < stack->value_count ? stacks->values[stack->value + i] : 0;
    stacks->value_count += count;
    stack->value = begin;
    stack->value_count = count;
}

static bool add(int64_t *sum, int64_t value)
{
    if (value > 0 ? *sum > INT64_MAX - value : *sum < INT64_MIN - value)
        return false;
    *sum += value;
    return true;
}

enum pprof_added pprof_stacks_add(struct pprof_stacks *stacks, struct span message)
{
    if (!take_sample(stacks, message))
        return PPROF_DAMAGED;
    if (stacks->sample_value_count == 0)
        return PPROF_ADDED;
    size_t place = find_stack(stacks); /* may move the array */
    struct pprof_stack *stack = &stacks->stacks[place];
    if (stack->value_count < stacks->sample_value_count)
        widen(stacks, stack, stacks->sample_value_count);
    for (size_t i = 0; i < stacks->sample_value_count; i++)
        if (!add(&stacks->values[stack->value + i], stacks->sample_values[i]))
            return PPROF_OVERFLOW;
    return PPROF_ADDED;
}

struct span pprof_stacks_locations(const struct pprof_stacks *stacks, size_t stack)
{
    const struct pprof_stack *found = &stacks->stacks[stack];
    return span_make(stacks->keys + found->key, found->location_bytes);
}

struct span pprof_stacks_labels(const struct pprof_stacks *stacks, size_t stack)
{
    const struct pprof_stack *found = &stacks->stacks[stack];
    return span_make(stacks->keys + found->key + found->location_bytes, found->label_bytes);
}

int64_t pprof_stacks_value(const struct pprof_stacks *stacks, size_t stack, size_t which)
{
    const struct pprof_stack *found = &stacks->stacks[stack];
    return which < found->value_count ? stacks->values[found->value + which] : 0;
}
