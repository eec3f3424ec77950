/* Heap profiles of V8: `node --heap-prof`, the allocation sampling of Chrome's developer tools. One JSON
 * object that holds the call tree, from "head" down.
 *
 *     {"head":{"callFrame":{"functionName":"(root)",...},"selfSize":0,"children":[{...}]},"samples":[...]}
 *
 * Weights are the bytes in use that each function allocated itself. The samples, whose sum they are, have
 * no call stack and are not used.
 *
 * Checked against node 20.20. */
#include "flamectl/reader.h"

#include "json_head.h"
#include "v8_profile.h"

static enum bid heapprofile_detect(struct span head)
{
    return json_head_has(head, "head", "selfSize") ? BID_CERTAIN : BID_NO;
}

static int heapprofile_read(struct source *source, struct recorder *recorder, const void *options)
{
    (void)options;
    return v8_profile_read_weights(source, recorder);
}

const struct reader heapprofile_reader = {
    .name = "heapprofile",
    .summary = "heap profiles of V8 (node --heap-prof, Chrome)",
    .detect = heapprofile_detect,
    .read = heapprofile_read,
};
