/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "help.h"

#define LABEL_WIDTH 26

static void
print_option(const GOptionEntry *entry)
{
    GString *label = g_string_new("  ");
    gboolean is_optional = (entry->flags & G_OPTION_FLAG_OPTIONAL_ARG) != 0;

    if (entry->short_name != 0)
        g_string_append_printf(label, "-%c, ", entry->short_name);
    g_string_append_printf(label, "--%s", entry->long_name);
    if (entry->arg_description != NULL)
        g_string_append_printf(label, is_optional ? "[=%s]" : "=%s", entry->arg_description);
    if (label->len < LABEL_WIDTH)
        g_print("%-*s%s\n", LABEL_WIDTH, label->str, entry->description);
    else
        g_print("%s\n%*s%s\n", label->str, LABEL_WIDTH, "", entry->description);
    g_string_free(label, TRUE);
}

static void
print_options(const GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++)
        print_option(entries);
}

void
firn_help_print(const FirnCommand *const *verbs, const GOptionEntry *global)
{
    guint n;
    const FirnExitMeaning *meanings = firn_exit_meanings(&n);

    g_print("Usage: firn [OPTIONS] COMMAND ...\n\n"
            "Consistent snapshots of virtual machines.\n\nCommands:\n");
    for (; *verbs != NULL; verbs++)
        g_print("  %-8s%s\n", (*verbs)->name, (*verbs)->summary);
    g_print("\nOptions, before or after the command:\n");
    print_options(global);
    g_print("\nExit status:\n");
    for (guint i = 0; i < n; i++)
        g_print("  %-5d%s\n", (int)meanings[i].code, meanings[i].text);
    g_print("\nFor a command's options: firn COMMAND --help; for all details: man firn\n");
}

void
firn_help_print_verb(const FirnCommand *verb, const char *aliases)
{
    g_print("Usage: firn %s [OPTIONS]%s%s\n\n%c%s.\n",
            verb->name,
            *verb->operands == '\0' ? "" : " ",
            verb->operands,
            g_ascii_toupper(verb->summary[0]),
            verb->summary + 1);
    if (verb->options->long_name != NULL) {
        g_print("\nOptions:\n");
        print_options(verb->options);
    }
    if (aliases != NULL)
        g_print("\nAlso called: %s\n", aliases);
    g_print("\nExamples:\n%s\nFor options that all commands have: firn --help\n", verb->examples);
}
