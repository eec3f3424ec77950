/* Every input format: its name here, and a row. Messages and help list them in this order. */
#include "flamectl/reader.h"

extern const struct reader perf_reader;
extern const struct reader pprof_reader;
extern const struct reader jfr_reader;
extern const struct reader pprof_raw_reader;
extern const struct reader jstack_reader;
extern const struct reader javacore_reader;
extern const struct reader java_exceptions_reader;
extern const struct reader ljp_reader;
extern const struct reader folded_reader;
extern const struct reader bpftrace_reader;
extern const struct reader dtrace_reader;
extern const struct reader stap_reader;
extern const struct reader bcc_reader;
extern const struct reader gdb_reader;
extern const struct reader eu_stack_reader;
extern const struct reader faulthandler_reader;
extern const struct reader cpuprofile_reader;
extern const struct reader heapprofile_reader;
extern const struct reader perf_sched_reader;
extern const struct reader xctrace_reader;
extern const struct reader xdebug_reader;
extern const struct reader aix_reader;
extern const struct reader wcp_reader;
extern const struct reader sample_reader;
extern const struct reader instruments_reader;
extern const struct reader ghcprof_reader;
extern const struct reader vtune_reader;
extern const struct reader vsprof_reader;
extern const struct reader pmc_reader;
extern const struct reader chrome_trace_reader;
extern const struct reader speedscope_reader;

const struct reader *const reader_table[] = {
    &perf_reader,
    &pprof_reader,
    &jfr_reader,
    &pprof_raw_reader,
    &jstack_reader,
    &javacore_reader,
    &java_exceptions_reader,
    &ljp_reader,
    &folded_reader,
    &bpftrace_reader,
    &dtrace_reader,
    &stap_reader,
    &bcc_reader,
    &gdb_reader,
    &eu_stack_reader,
    &faulthandler_reader,
    &cpuprofile_reader,
    &heapprofile_reader,
    &perf_sched_reader,
    &xctrace_reader,
    &xdebug_reader,
    &aix_reader,
    &wcp_reader,
    &sample_reader,
    &instruments_reader,
    &ghcprof_reader,
    &vtune_reader,
    &vsprof_reader,
    &pmc_reader,
    &chrome_trace_reader,
    &speedscope_reader,
    NULL,
};
