/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "color.h"
#include "interrupts.h"
#include "report-error.h"

/**
 * FirnCli:
 *
 * The global options, and the bus once it is opened.
 */
typedef struct {
    char *bus;       /* (owned) "system", "session" or an address */
    char *colour;    /* (owned) "auto", "always" or "never" */
    char *wait_text; /* (owned) (nullable) --wait-timeout as written */
    guint64 wait_us; /* 0: without limit */
    gboolean is_json;
    gboolean is_quiet;
    gboolean is_verbose;
    gboolean is_no_block;
    gboolean is_utc;
    gboolean is_no_legend;
    gboolean wants_help;
    gboolean wants_version;
    gboolean is_coloured;        /* stdout */
    const char *command;         /* (unowned) name of the running command */
    GStrv executed;              /* (owned) (nullable) the words after --exec */
    GDBusConnection *connection; /* (owned) (nullable) */
    FirnInterrupts *interrupts;  /* (owned) (nullable) while a job is started or waited for */
} FirnCli;

/**
 * firn_cli_usage:
 * @format: printf format of what is wrong
 * @...: its arguments
 *
 * Prints how the command was misused, with a pointer to its help.
 *
 * Returns: %FIRN_EXIT_USAGE
 */
int firn_cli_usage(FirnCli *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * firn_cli_say:
 * @format: printf format of one line
 * @...: its arguments, which must be printable
 *
 * Prints a line on stdout unless --quiet or --json is given.
 */
void firn_cli_say(FirnCli *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * firn_cli_add_duration:
 * @options: gets @key, "t", microseconds
 * @key: the option, without its hyphens
 * @text: (nullable): its value, as written; %NULL: not given
 *
 * Returns: %TRUE if @text is a duration, or not given
 */
gboolean firn_cli_add_duration(GVariantDict *options,
                               const char *key,
                               const char *text,
                               GError **error);

/**
 * firn_cli_print:
 * @text: printable lines
 *
 * Prints on stdout as it is: UTF-8 where the locale can, the nearest otherwise.
 */
void firn_cli_print(const char *text);
