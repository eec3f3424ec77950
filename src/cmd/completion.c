/* Completion scripts for bash, zsh and fish: words from the option tables in a few lines of each shell. */
#include "completion.h"

#include "flamectl/command.h"
#include "flamectl/reader.h"
#include "flamectl/writer.h"
#include "pipeline.h"

/* Calls visit for each option name of a command once, though several tables may have it. */
static void each_option(const struct command *command, struct sink *sink,
                        void (*visit)(const struct command *, const struct option *, struct sink *))
{
    struct option_group groups[PIPELINE_MAX_GROUPS];
    size_t count = pipeline_groups(command, groups);
    for (size_t g = 0; g < count; g++) {
        for (const struct option *row = groups[g].rows; row->name; row++) {
            bool first = true;
            for (size_t before = 0; before < g; before++)
                for (const struct option *other = groups[before].rows; other->name; other++)
                    first = first && strcmp(other->name, row->name) != 0;
            if (first)
                visit(command, row, sink);
        }
    }
}

/* The values that can be listed, parted by blanks: choices, and the names of formats. */
static void values(const struct command *command, const struct option *row, struct sink *sink)
{
    if (row->kind == OPTION_CHOICE) {
        for (const char *p = row->value; *p; p++)
            sink_write(sink, *p == '|' ? " " : p, 1);
    } else if (strcmp(row->name, "from") == 0) {
        for (size_t i = 0; reader_table[i]; i++)
            sink_format(sink, "%s%s", i ? " " : "", reader_table[i]->name);
    } else if (strcmp(row->name, "to") == 0) {
        for (size_t i = 0; command->writers[i]; i++)
            sink_format(sink, "%s%s", i ? " " : "", command->writers[i]);
    }
}

static bool has_values(const struct option *row)
{
    return row->kind == OPTION_CHOICE || strcmp(row->name, "from") == 0 || strcmp(row->name, "to") == 0;
}

static void bash_word(const struct command *command, const struct option *row, struct sink *sink)
{
    (void)command;
    sink_format(sink, " --%s%s", row->name, option_takes_value(row) ? "=" : "");
}

static void bash_values(const struct command *command, const struct option *row, struct sink *sink)
{
    if (!has_values(row))
        return;
    sink_format(sink, "    %s--%s) words='", command->name, row->name);
    values(command, row, sink);
    sink_text(sink, "' ;;\n");
}

static void command_names(struct sink *sink)
{
    for (size_t i = 0; command_table[i]; i++)
        sink_format(sink, "%s%s", i ? " " : "", command_table[i]->name);
}

void completion_bash(struct sink *sink)
{
    sink_text(sink, "# bash completion for flamectl\n"
                    "_flamectl() {\n"
                    "    local cur=${COMP_WORDS[COMP_CWORD]} option='' words=''\n"
                    "    if [[ $cur == '=' ]]; then option=${COMP_WORDS[COMP_CWORD-1]} cur=''\n"
                    "    elif [[ ${COMP_WORDS[COMP_CWORD-1]} == '=' ]]; then option=${COMP_WORDS[COMP_CWORD-2]}\n"
                    "    elif [[ $cur == -* ]]; then option='-'\n"
                    "    fi\n"
                    "    if ((COMP_CWORD == 1)); then\n"
                    "        words='");
    command_names(sink);
    sink_text(sink, " --help --version --list-formats'\n"
                    "    else case ${COMP_WORDS[1]}$option in\n");
    for (size_t i = 0; command_table[i]; i++) {
        sink_format(sink, "    %s-) words='", command_table[i]->name);
        each_option(command_table[i], sink, bash_word);
        sink_text(sink, "' ;;\n");
        each_option(command_table[i], sink, bash_values);
    }
    sink_text(sink, "    help) words='");
    command_names(sink);
    sink_text(sink, "' ;;\n    esac; fi\n"
                    "    COMPREPLY=()\n"
                    "    while IFS='' read -r option; do COMPREPLY+=(\"$option\"); done \\\n"
                    "        < <(compgen -W \"$words\" -- \"$cur\")\n"
                    "    if [[ ${COMPREPLY[0]-} == *= ]]; then compopt -o nospace; fi\n"
                    "}\n"
                    "complete -o default -F _flamectl flamectl\n");
}

/* Help text inside '...' and [...] of a zsh argument specification. */
static void zsh_text(const char *text, struct sink *sink)
{
    for (; *text; text++) {
        if (*text == '\'')
            sink_text(sink, "'\\''");
        else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
            sink_format(sink, "\\%c", *text);
        else
            sink_write(sink, text, 1);
    }
}

static void zsh_option(const struct command *command, const struct option *row, struct sink *sink)
{
    sink_format(sink, "        '%s--%s%s[", row->kind == OPTION_LIST ? "*" : "", row->name,
                option_takes_value(row) ? "=" : "");
    zsh_text(row->help, sink);
    sink_text(sink, "]");
    if (has_values(row)) {
        sink_text(sink, ":value:(");
        values(command, row, sink);
        sink_text(sink, ")");
    } else if (option_takes_value(row)) {
        sink_format(sink, ":%s:%s", row->value, strcmp(row->value, "FILE") == 0 ? "_files" : "");
    }
    sink_text(sink, "' \\\n");
}

void completion_zsh(struct sink *sink)
{
    sink_text(sink, "#compdef flamectl\n# zsh completion for flamectl\n_flamectl() {\n"
                    "    if ((CURRENT == 2)); then\n        compadd ");
    command_names(sink);
    sink_text(sink, " --help --version --list-formats\n        return\n    fi\n"
                    "    local command=$words[2]\n    shift words\n    ((CURRENT--))\n    case $command in\n");
    for (size_t i = 0; command_table[i]; i++) {
        sink_format(sink, "    %s) _arguments \\\n", command_table[i]->name);
        each_option(command_table[i], sink, zsh_option);
        if (command_table[i]->writers) {
            sink_text(sink, "        '*:profile:_files' ;;\n");
        } else {
            sink_text(sink, "        ':command:(");
            command_names(sink);
            sink_text(sink, ")' ;;\n");
        }
    }
    sink_text(sink, "    esac\n}\n_flamectl \"$@\"\n");
}

static void fish_option(const struct command *command, const struct option *row, struct sink *sink)
{
    sink_format(sink, "complete -c flamectl -n '__fish_seen_subcommand_from %s' -l %s", command->name,
                row->name);
    if (row->letter)
        sink_format(sink, " -s %c", row->letter);
    if (has_values(row)) {
        sink_text(sink, " -x -a '");
        values(command, row, sink);
        sink_text(sink, "'");
    } else if (option_takes_value(row)) {
        sink_text(sink, " -r");
    }
    sink_text(sink, " -d '");
    for (const char *p = row->help; *p; p++)
        sink_write(sink, *p == '\'' ? "\\'" : p, *p == '\'' ? 2 : 1);
    sink_text(sink, "'\n");
}

void completion_fish(struct sink *sink)
{
    sink_text(sink, "# fish completion for flamectl\n");
    for (size_t i = 0; command_table[i]; i++)
        sink_format(sink, "complete -c flamectl -f -n __fish_use_subcommand -a %s -d '%s'\n",
                    command_table[i]->name, command_table[i]->summary);
    sink_text(sink, "complete -c flamectl -f -n '__fish_seen_subcommand_from help' -a '");
    command_names(sink);
    sink_text(sink, "'\n");
    sink_text(sink, "complete -c flamectl -n __fish_use_subcommand -l help -l version\n"
                    "complete -c flamectl -n __fish_use_subcommand -l list-formats\n");
    for (size_t i = 0; command_table[i]; i++)
        each_option(command_table[i], sink, fish_option);
}
