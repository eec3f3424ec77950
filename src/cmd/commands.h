/* The commands, for the table. */
#ifndef FLAMECTL_COMMANDS_H
#define FLAMECTL_COMMANDS_H

#include "flamectl/command.h"

extern const struct command collapse_command;
extern const struct command render_command;
extern const struct command diff_command;
extern const struct command check_command;
extern const struct command help_command_row;

#endif
