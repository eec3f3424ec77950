/* Untrusted text in Markdown. */
#ifndef FLAMECTL_MARKDOWN_CODE_H
#define FLAMECTL_MARKDOWN_CODE_H

#include "label.h"
#include "flamectl/sink.h"

/* Writes a label as a code span, within a table or not, that shows it and is nothing else. */
void markdown_code(struct sink *sink, const struct label *label);

#endif
