/* Finds the command and turns its result into an exit status. */
#include <fcntl.h>
#include <unistd.h>

#include "flamectl/command.h"
#include "flamectl/help.h"

/* A closed descriptor 0, 1 or 2 would be given to the next file opened. One that can only be used the wrong
 * way takes its place, so that using it still fails as it should. */
static void hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return;
}

static int run_command(int argc, char **argv, struct diag *diag)
{
    const char *meant = NULL;
    size_t apart = 0;
    for (size_t i = 0; command_table[i]; i++) {
        const char *name = command_table[i]->name;
        if (strcmp(name, argv[1]) == 0)
            return command_table[i]->run(command_table[i], argc - 2, argv + 2, diag);
        if (option_is_slip(name, span_of(argv[1]), &apart))
            meant = name;
    }
    if (meant)
        diag_error(diag, NULL, 0, "'%s' is no command; did you mean %s?", argv[1], meant);
    else
        diag_error(diag, NULL, 0, "'%s' is no command; flamectl help lists them", argv[1]);
    return STATUS_FAILED;
}

int main(int argc, char **argv)
{
    struct diag diag;
    hold_standard_descriptors();
    diag_init(&diag, "flamectl");
    if (argc < 2) {
        diag_error(&diag, NULL, 0, "a command is missing; flamectl help lists them");
        return STATUS_FAILED;
    }
    struct span word = span_of(argv[1]);
    int result = -1;
    if (span_is(word, "--help") || span_is(word, "-h"))
        result = help_overview(&diag);
    else if (span_is(word, "--version"))
        result = help_version(&diag);
    else if (span_is(word, "--list-formats"))
        result = help_formats(&diag);
    else
        return run_command(argc, argv, &diag);
    return result < 0 ? STATUS_FAILED : STATUS_DONE;
}
