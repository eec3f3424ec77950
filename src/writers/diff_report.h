/* What diff writes for people and for programs: both sides, the verdict, and what changed. */
#ifndef FLAMECTL_DIFF_REPORT_H
#define FLAMECTL_DIFF_REPORT_H

#include "flamectl/writer.h"

/* rows: functions a table at most; 0: the default. */
void diff_report_text(const struct profile *profile, const struct writing *writing, uint64_t rows,
                      struct sink *sink);
void diff_report_markdown(const struct profile *profile, const struct writing *writing,
                          uint64_t rows, struct sink *sink);
void diff_report_json(const struct profile *profile, const struct writing *writing,
                      struct sink *sink);

#endif
