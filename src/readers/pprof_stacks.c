/* Samples are added up as they come: equal stacks have equal bytes, so nothing of a known one is
 * decoded but its values. */
#include "pprof_stacks.h"

#include "flamectl/index.h"
#include "flamectl/memory.h"

enum sample_field { SAMPLE_LOCATION = 1, SAMPLE_VALUE, SAMPLE_LABEL };

void pprof_stacks_init(struct pprof_stacks *stacks, bool labels)
{
    *stacks = (struct pprof_stacks){.seed = hash_seed_make(), .by_key = index_make(), .labels = labels};
    /* never NULL, to which not even 0 may be added */
    stacks->keys.data = memory_grow(NULL, &stacks->keys.capacity, 1, 1);
}

void pprof_stacks_free(struct pprof_stacks *stacks)
{
    index_free(stacks->by_key);
    memory_free(stacks->stacks);
    memory_free(stacks->values);
    protobuf_free(&stacks->keys);
    protobuf_free(&stacks->sample_labels);
}

static void take_value(struct pprof_stacks *stacks, uint64_t value)
{
    if (stacks->value_count == stacks->value_capacity)
        stacks->values = memory_grow(stacks->values, &stacks->value_capacity, stacks->value_count + 1,
                                     sizeof *stacks->values);
    memcpy(&stacks->values[stacks->value_count++], &value, sizeof value);
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
        protobuf_put_varint(&stacks->keys, field->value);
    else
        protobuf_put_raw(&stacks->keys, field->bytes);
}

/* Puts a sample's key and values behind those of all stacks. */
static bool take_sample(struct pprof_stacks *stacks, struct span message, struct pprof_stack *sample)
{
    struct protobuf_message *labels = &stacks->sample_labels;
    struct protobuf_field field;
    int result;
    *sample = (struct pprof_stack){.key = stacks->keys.len, .value = stacks->value_count};
    labels->len = 0;
    while ((result = protobuf_next(&message, &field)) > 0) {
        if (field.number == SAMPLE_LOCATION)
            take_locations(stacks, &field);
        else if (field.number == SAMPLE_VALUE && !take_values(stacks, &field))
            return false;
        else if (field.number == SAMPLE_LABEL && stacks->labels)
            protobuf_put_bytes(labels, SAMPLE_LABEL, field.bytes);
    }
    while (stacks->value_count > sample->value && stacks->values[stacks->value_count - 1] == 0)
        stacks->value_count--;
    sample->value_count = stacks->value_count - sample->value;
    sample->location_bytes = stacks->keys.len - sample->key;
    sample->label_bytes = labels->len;
    protobuf_put_raw(&stacks->keys, span_make(labels->data, labels->len));
    return result == 0;
}

static struct span locations_of(const struct pprof_stacks *stacks, const struct pprof_stack *stack)
{
    return span_make(stacks->keys.data + stack->key, stack->location_bytes);
}

static struct span labels_of(const struct pprof_stacks *stacks, const struct pprof_stack *stack)
{
    return span_make(stacks->keys.data + stack->key + stack->location_bytes, stack->label_bytes);
}

static uint64_t hash_sample(const struct pprof_stacks *stacks, const struct pprof_stack *sample)
{
    uint64_t hash = hash_bytes(stacks->seed, locations_of(stacks, sample));
    if (sample->label_bytes)
        hash = hash_pair(stacks->seed, hash, hash_bytes(stacks->seed, labels_of(stacks, sample)));
    return hash;
}

static struct pprof_stack *find_stack(struct pprof_stacks *stacks, const struct pprof_stack *sample, uint64_t hash)
{
    uint32_t place, at = index_begin(stacks->by_key, hash);
    while ((place = index_next(stacks->by_key, hash, &at)) != INDEX_NONE)
        if (span_equal(locations_of(stacks, &stacks->stacks[place]), locations_of(stacks, sample)) &&
            span_equal(labels_of(stacks, &stacks->stacks[place]), labels_of(stacks, sample)))
            return &stacks->stacks[place];
    return NULL;
}

/* Moves a sample's values up to those of the stacks. */
static void keep_values(struct pprof_stacks *stacks, struct pprof_stack *sample)
{
    memmove(stacks->values + stacks->value_count, stacks->values + sample->value,
            sample->value_count * sizeof *stacks->values);
    sample->value = stacks->value_count;
    stacks->value_count += sample->value_count;
}

static void keep_sample(struct pprof_stacks *stacks, struct pprof_stack *sample, uint64_t hash)
{
    size_t len = sample->location_bytes + sample->label_bytes;
    if (stacks->settled == INDEX_NONE - 1)
        memory_exhausted();
    if (sample->key != stacks->keys.len) /* behind others that were known */
        memmove(stacks->keys.data + stacks->keys.len, stacks->keys.data + sample->key, len);
    sample->key = stacks->keys.len;
    stacks->keys.len += len;
    keep_values(stacks, sample);
    index_add(stacks->by_key, hash, (uint32_t)stacks->settled);
    stacks->stacks[stacks->settled++] = *sample;
}

static bool add(int64_t *sum, int64_t value)
{
    if (value > 0 ? *sum > INT64_MAX - value : *sum < INT64_MIN - value)
        return false;
    *sum += value;
    return true;
}

/* Of two lists of values the longer one stays. */
static bool add_values(struct pprof_stacks *stacks, struct pprof_stack *stack, struct pprof_stack *sample)
{
    struct pprof_stack less = *sample;
    if (stack->value_count < sample->value_count) {
        less = *stack;
        keep_values(stacks, sample);
        stack->value = sample->value;
        stack->value_count = sample->value_count;
    }
    for (size_t i = 0; i < less.value_count; i++)
        if (!add(&stacks->values[stack->value + i], stacks->values[less.value + i]))
            return false;
    return true;
}

static enum pprof_added settle(struct pprof_stacks *stacks)
{
    size_t first = stacks->settled, end = stacks->count;
    bool fits = true;
    if (first < end) {
        stacks->keys.len = stacks->stacks[first].key;
        stacks->value_count = stacks->stacks[first].value;
    }
    for (size_t i = first; fits && i < end; i++) {
        struct pprof_stack sample = stacks->stacks[i], *known = find_stack(stacks, &sample, stacks->hash[i - first]);
        if (known)
            fits = add_values(stacks, known, &sample);
        else
            keep_sample(stacks, &sample, stacks->hash[i - first]);
    }
    stacks->count = stacks->settled;
    return fits ? PPROF_ADDED : PPROF_OVERFLOW;
}

enum pprof_added pprof_stacks_add(struct pprof_stacks *stacks, struct span message)
{
    struct pprof_stack sample;
    if (!take_sample(stacks, message, &sample))
        return PPROF_DAMAGED;
    if (sample.value_count == 0) {
        stacks->keys.len = sample.key;
        return PPROF_ADDED;
    }
    uint64_t hash = hash_sample(stacks, &sample);
    index_prefetch(stacks->by_key, hash);
    stacks->hash[stacks->count - stacks->settled] = hash;
    if (stacks->count == stacks->capacity)
        stacks->stacks =
            memory_grow(stacks->stacks, &stacks->capacity, stacks->count + 1, sizeof *stacks->stacks);
    stacks->stacks[stacks->count++] = sample;
    return stacks->count - stacks->settled == PPROF_UNSETTLED ? settle(stacks) : PPROF_ADDED;
}

enum pprof_added pprof_stacks_end(struct pprof_stacks *stacks)
{
    enum pprof_added added = settle(stacks);
    index_free(stacks->by_key);
    stacks->by_key = NULL;
    return added;
}

struct span pprof_stacks_locations(const struct pprof_stacks *stacks, size_t stack)
{
    return locations_of(stacks, &stacks->stacks[stack]);
}

struct span pprof_stacks_labels(const struct pprof_stacks *stacks, size_t stack)
{
    return labels_of(stacks, &stacks->stacks[stack]);
}

int64_t pprof_stacks_value(const struct pprof_stacks *stacks, size_t stack, size_t which)
{
    const struct pprof_stack *found = &stacks->stacks[stack];
    return which < found->value_count ? stacks->values[found->value + which] : 0;
}
