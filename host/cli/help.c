/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "help.h"

#include <string.h>

#define COLUMNS       80
#define LABEL_WIDTH   26
#define COMMAND_WIDTH 11
#define STATUS_WIDTH  7

/* A label that is too wide has a line of its own. */
static void
print_labelled(const char *label, gsize width, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 0);
    gsize column = strlen(label);

    g_print("%s", label);
    for (GStrv word = words; *word != NULL; word++) {
        gboolean is_first = word == words;

        if (is_first ? column >= width : column + 1 + strlen(*word) > COLUMNS) {
            g_print("\n");
            column = 0;
            is_first = TRUE;
        }
        g_print("%*s%s", is_first ? (int)(width - column) : 1, "", *word);
        column = (is_first ? width : column + 1) + strlen(*word);
    }
    g_print("\n");
}

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
    print_labelled(label->str, LABEL_WIDTH, entry->description);
    g_string_free(label, TRUE);
}

static void
print_options(const GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++)
        print_option(entries);
}

void
firn_help_print(const FirnCommand *const *commands, const GOptionEntry *global)
{
    guint n;
    const FirnExitMeaning *meanings = firn_exit_meanings(&n);

    g_print("Usage: firn [OPTIONS] COMMAND ...\n\n"
            "Consistent snapshots of virtual machines.\n\nCommands:\n");
    for (; *commands != NULL; commands++) {
        g_autofree char *label = g_strconcat("  ", (*commands)->name, NULL);

        print_labelled(label, COMMAND_WIDTH, (*commands)->summary);
    }
    g_print("\nOptions, before or after the command:\n");
    print_options(global);
    g_print("\nExit status:\n");
    for (guint i = 0; i < n; i++) {
        g_autofree char *label = g_strdup_printf("  %d", (int)meanings[i].code);

        print_labelled(label, STATUS_WIDTH, meanings[i].text);
    }
    g_print("\nFor a command's options: firn COMMAND --help; for all details: man firn\n");
}

void
firn_help_print_command(const FirnCommand *command, const char *aliases)
{
    g_print("Usage: firn %s [OPTIONS]%s%s\n\n%c%s.\n",
            command->name,
            *command->operands == '\0' ? "" : " ",
            command->operands,
            g_ascii_toupper(command->summary[0]),
            command->summary + 1);
    if (command->options != NULL) {
        g_print("\nOptions:\n");
        print_options(command->options);
    }
    if (aliases != NULL)
        g_print("\nAlso called: %s\n", aliases);
    g_print("\nExamples:\n%s\nFor options that all commands have: firn --help\n",
            command->examples);
}
