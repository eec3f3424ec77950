/* What check prints: each rule with what was measured, the worst first. */
#ifndef FLAMECTL_BUDGET_REPORT_H
#define FLAMECTL_BUDGET_REPORT_H

#include "flamectl/budget.h"
#include "flamectl/sink.h"

/* rows: 0 for all. */
void budget_report_text(const struct budget *budget, const struct profile *profile, uint64_t rows,
                        struct sink *sink);
void budget_report_markdown(const struct budget *budget, const struct profile *profile,
                            uint64_t rows, struct sink *sink);
void budget_report_json(const struct budget *budget, const struct profile *profile,
                        struct sink *sink);

#endif
