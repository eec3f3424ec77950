/* Shell completions, made from the option tables. */
#ifndef FLAMECTL_COMPLETION_H
#define FLAMECTL_COMPLETION_H

#include "flamectl/sink.h"

void completion_bash(struct sink *sink);
void completion_zsh(struct sink *sink);
void completion_fish(struct sink *sink);

#endif
