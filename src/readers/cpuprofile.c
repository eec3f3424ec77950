/* CPU profiles of V8: `node --cpu-prof`, the profiler of Chrome's developer tools, and older ones that
 * nest their nodes. One JSON object, whose grammar is told in v8_profile.c.
 *
 *     {"nodes":[{"id":1,"callFrame":{"functionName":"(root)",...},"children":[2]},...],
 *      "startTime":70,"endTime":3100,"samples":[2,2,1],"timeDeltas":[30,990,1010]}
 *
 * Weights are microseconds; "(program)" and "(garbage collector)" are frames of their own, and "(idle)" is
 * left out. Not used: scriptId, columnNumber, positionTicks, deoptReason.
 *
 * Checked against node 20.20. */
#include "flamectl/reader.h"

#include "json_head.h"
#include "v8_profile.h"

struct cpuprofile_options {
    int idle;
};

static const struct option cpuprofile_option_rows[] = {
    {.name = "idle", .kind = OPTION_FLAG, .offset = offsetof(struct cpuprofile_options, idle), .set = 1,
     .help = "keep the time in which nothing runs"},
    {.name = NULL},
};

static enum bid cpuprofile_detect(struct span head)
{
    bool nodes = json_head_has(head, "nodes", "callFrame"), tree = json_head_has(head, "head", "hitCount");
    return nodes || tree ? BID_CERTAIN : BID_NO;
}

static int cpuprofile_read(struct source *source, struct recorder *recorder, const void *options)
{
    const struct cpuprofile_options *chosen = options;
    return v8_profile_read(source, recorder, chosen->idle);
}

const struct reader cpuprofile_reader = {
    .name = "cpuprofile",
    .summary = "CPU profiles of V8 (node --cpu-prof, Chrome)",
    .options = cpuprofile_option_rows,
    .options_size = sizeof(struct cpuprofile_options),
    .records = RECORDS_TIMES | RECORDS_PERIODS,
    .detect = cpuprofile_detect,
    .read = cpuprofile_read,
};
