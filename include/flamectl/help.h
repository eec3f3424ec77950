/* What flamectl says of itself. */
#ifndef FLAMECTL_HELP_H
#define FLAMECTL_HELP_H

#include "flamectl/command.h"

/* Each prints on standard output: 0, or -1 after a message where that failed. */
int help_overview(struct diag *diag);
int help_command(const struct command *command, struct diag *diag);
int help_version(struct diag *diag);
int help_formats(struct diag *diag);

#endif
