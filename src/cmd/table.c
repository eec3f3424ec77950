/* All commands, in the order of the help. */
#include "commands.h"

const struct command *const command_table[] = {
    &collapse_command, &render_command, &diff_command, &check_command, &help_command_row, NULL,
};
