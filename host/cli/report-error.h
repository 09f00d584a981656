/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "exit-code.h"

/**
 * firn_report_error:
 * @error: what went wrong: of D-Bus, of option parsing, of waiting
 *
 * Prints "firn: ..." on stderr: one sentence, and a remedy.
 *
 * Returns: the exit status for it
 */
FirnExit firn_report_error(const GError *error);

/**
 * firn_report_error_named:
 * @error_name: name of a D-Bus error, as jobs have it
 *
 * Returns: the exit status for it
 */
FirnExit firn_report_error_named(const char *error_name, const char *message);

/**
 * firn_report_warning:
 * @format: printf format of a sentence
 * @...: its arguments
 *
 * Says "firn: ..." on stderr.
 */
void firn_report_warning(const char *format, ...) G_GNUC_PRINTF(1, 2);
