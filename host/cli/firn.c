/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>
#include <unistd.h>

#include "command.h"
#include "duration.h"
#include "firn-config.h"
#include "help.h"
#include "hook-libvirt.h"

/* clang-format off */
static const FirnCommand *const commands[] = {
    &firn_command_create,
    &firn_command_list,
    &firn_command_tree,
    &firn_command_show,
    &firn_command_edit,
    &firn_command_delete,
    &firn_command_restore,
    &firn_command_undo,
    &firn_command_adopt,
    &firn_command_policy,
    &firn_command_quiesce,
    &firn_command_thaw,
    &firn_command_jobs,
    &firn_command_job,
    &firn_command_wait,
    &firn_command_status,
    &firn_command_doctor,
    &firn_command_verify,
    &firn_command_check,
    NULL,
};
/* clang-format on */

/* Commands of virsh and of other tools; @more is appended to the command line. */
/* clang-format off */
static const struct {
    const char *alias;
    const FirnCommand *command;
    const char *more; /* (nullable) */
} aliases[] = {
    {"snapshot-create-as", &firn_command_create, NULL},
    {"snapshot-create", &firn_command_create, NULL},
    {"snapshot", &firn_command_create, NULL},
    {"ls", &firn_command_list, NULL},
    {"snapshot-list", &firn_command_list, NULL},
    {"listsnapshot", &firn_command_tree, NULL},
    {"info", &firn_command_show, NULL},
    {"snapshot-info", &firn_command_show, NULL},
    {"snapshot-current", &firn_command_show, "@current"},
    {"snapshot-edit", &firn_command_edit, NULL},
    {"snapshot-revert", &firn_command_restore, NULL},
    {"revert", &firn_command_restore, NULL},
    {"rollback", &firn_command_restore, NULL},
    {"rm", &firn_command_delete, NULL},
    {"snapshot-delete", &firn_command_delete, NULL},
    {"delsnapshot", &firn_command_delete, NULL},
    {"domfsthaw", &firn_command_thaw, NULL},
    {"domjobinfo", &firn_command_job, NULL},
    {"domjobabort", &firn_command_job, "--cancel"},
};
/* clang-format on */

static FirnCli cli;

/* clang-format off */
static const GOptionEntry global[] = {
    {"bus", 0, 0, G_OPTION_ARG_STRING, &cli.bus,
     "D-Bus bus of firnd: system (the default), session or an address; also FIRN_BUS",
     "BUS"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &cli.is_json, "Print JSON", NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &cli.is_quiet,
     "Suppress informational output", NULL},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &cli.is_verbose,
     "Print each phase of a job on stderr", NULL},
    {"no-block", 0, 0, G_OPTION_ARG_NONE, &cli.is_no_block,
     "Do not wait for the job; print its number", NULL},
    {"wait-timeout", 0, 0, G_OPTION_ARG_STRING, &cli.wait_text,
     "Stop waiting for the job after this time, and leave it running", "TIME"},
    {"color", 0, 0, G_OPTION_ARG_STRING, &cli.colour,
     "auto (the default: on a terminal, unless NO_COLOR is set), always or never", "WHEN"},
    {"utc", 0, 0, G_OPTION_ARG_NONE, &cli.is_utc, "Print times in UTC", NULL},
    {"no-legend", 0, 0, G_OPTION_ARG_NONE, &cli.is_no_legend,
     "Print no column titles", NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &cli.wants_version, "Print the version", NULL},
    {"help", 'h', 0, G_OPTION_ARG_NONE, &cli.wants_help, "Print help", NULL},
    {NULL},
};
/* clang-format on */

static const FirnCommand *
find_command(const char *word, const char **out_more)
{
    *out_more = NULL;
    for (guint i = 0; commands[i] != NULL; i++)
        if (g_str_equal(commands[i]->name, word))
            return commands[i];
    for (guint i = 0; i < G_N_ELEMENTS(aliases); i++)
        if (g_str_equal(aliases[i].alias, word)) {
            *out_more = aliases[i].more;
            return aliases[i].command;
        }
    return NULL;
}

static char *
list_aliases(const FirnCommand *command)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(aliases); i++)
        if (aliases[i].command == command)
            g_string_append_printf(list, "%s%s", list->len == 0 ? "" : ", ", aliases[i].alias);
    return g_string_free(list, list->len == 0);
}

static gboolean
parse(const FirnCommand *command, GStrv *words, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_strict_posix(context, command == NULL);
    g_option_context_add_main_entries(context, global, NULL);
    if (command != NULL && command->options != NULL)
        g_option_context_add_main_entries(context, command->options, NULL);
    return g_option_context_parse_strv(context, words, error);
}

/* In "--quiesce web1", as virsh has it, the next word is not a mode. */
static void
settle_quiesce(GStrv words)
{
    static const char *const modes[] = {"require", "try", "never", NULL};

    for (; *words != NULL; words++) {
        gboolean has_mode = words[1] != NULL && g_strv_contains(modes, words[1]);

        if (!g_str_equal(*words, "--quiesce") || has_mode)
            continue;
        g_free(*words);
        *words = g_strdup("--quiesce=require");
    }
}

/* The words after --exec, or --, belong to another program. */
static void
split_command(GStrv *words)
{
    static const char *const marks[] = {"--exec", "--", NULL};

    for (GStrv word = *words; *word != NULL; word++) {
        if (!g_strv_contains(marks, *word))
            continue;
        cli.executed = g_strdupv(word + 1);
        for (GStrv rest = word; *rest != NULL; rest++)
            g_clear_pointer(rest, g_free);
        return;
    }
}

static void
append(GStrv *words, const char *more)
{
    guint n = g_strv_length(*words);

    *words = g_renew(char *, *words, n + 2);
    (*words)[n] = g_strdup(more);
    (*words)[n + 1] = NULL;
}

static gboolean
settle_globals(GError **error)
{
    static const char *const whens[] = {"auto", "always", "never", NULL};

    if (cli.bus == NULL)
        cli.bus = g_strdup(g_getenv("FIRN_BUS"));
    if (cli.bus == NULL || *cli.bus == '\0') {
        g_free(cli.bus);
        cli.bus = g_strdup("system");
    }
    if (cli.colour == NULL)
        cli.colour = g_strdup("auto");
    if (!g_strv_contains(whens, cli.colour)) {
        g_set_error(error,
                    G_OPTION_ERROR,
                    G_OPTION_ERROR_BAD_VALUE,
                    "--color=%s: must be auto, always or never",
                    cli.colour);
        return FALSE;
    }
    cli.is_coloured = firn_color_is_wanted(cli.colour, STDOUT_FILENO);
    return cli.wait_text == NULL || firn_duration_parse(cli.wait_text, &cli.wait_us, error);
}

static int
fail_usage(const char *command, const char *message)
{
    firn_report_warning("%s%s%s; see: firn %s%s--help",
                        command,
                        *command == '\0' ? "" : ": ",
                        message,
                        command,
                        *command == '\0' ? "" : " ");
    return FIRN_EXIT_USAGE;
}

static int
run_command(const FirnCommand *command, GStrv *words)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *other_names = list_aliases(command);

    cli.command = command->name;
    if (command == &firn_command_quiesce)
        split_command(words);
    settle_quiesce(*words);
    if (!parse(command, words, &error) || !settle_globals(&error)) {
        int status = fail_usage(command->name, error->message);

        return command == &firn_command_check ? 3 : status;
    }
    if (cli.wants_help) {
        firn_help_print_command(command, other_names);
        return FIRN_EXIT_DONE;
    }
    /* The first word is the command itself. */
    return command->run(&cli, *words + 1, g_strv_length(*words) - 1);
}

static int
dispatch(GStrv *words)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) rest = NULL;
    const FirnCommand *command;
    const char *more;

    if (!parse(NULL, words, &error))
        return fail_usage("", error->message);
    if (cli.wants_version) {
        g_print("firn " FIRN_VERSION "\n");
        return FIRN_EXIT_DONE;
    }
    if ((*words)[1] == NULL) {
        if (!cli.wants_help)
            return fail_usage("", "no command given");
        firn_help_print(commands, global);
        return FIRN_EXIT_DONE;
    }
    command = find_command((*words)[1], &more);
    if (command == NULL) {
        g_autofree char *message = g_strdup_printf("unknown command \"%s\"", (*words)[1]);

        return fail_usage("", message);
    }
    rest = g_strdupv(*words + 1);
    if (more != NULL)
        append(&rest, more);
    return run_command(command, &rest);
}

int
main(int argc, char **argv)
{
    g_auto(GStrv) words = NULL;
    int status;

    /* libvirt's hook waits for it, so it comes before everything else. It is not a command for
     * users. */
    if (argc > 1 && g_str_equal(argv[1], "hook-libvirt"))
        return firn_hook_libvirt(argc - 1, argv + 1);
    setlocale(LC_ALL, "");
    words = g_strdupv(argv);
    status = dispatch(&words);
    g_clear_object(&cli.connection);
    g_clear_pointer(&cli.interrupts, firn_interrupts_free);
    g_free(cli.bus);
    g_free(cli.colour);
    g_free(cli.wait_text);
    g_strfreev(cli.executed);
    return status;
}
