/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnExit:
 *
 * Exit statuses of firn. `firn check` has its own, see command-check.c.
 */
typedef enum {
    FIRN_EXIT_DONE = 0,
    FIRN_EXIT_FAILED = 1,
    FIRN_EXIT_USAGE = 2,
    FIRN_EXIT_NOT_FOUND = 3,
    FIRN_EXIT_NOT_AUTHORIZED = 4,
    FIRN_EXIT_CONFLICT = 5,
    FIRN_EXIT_NOT_QUIESCED = 6,
    FIRN_EXIT_FULL = 7,
    FIRN_EXIT_PARTLY = 8,
    FIRN_EXIT_UNREACHABLE = 9,
    FIRN_EXIT_NO_CONSENT = 10,
    FIRN_EXIT_TIMED_OUT = 124,
    FIRN_EXIT_INTERRUPTED = 130,
} FirnExit;

/**
 * FirnExitMeaning:
 * @code: an exit status
 * @text: what it means, one clause
 */
typedef struct {
    FirnExit code;
    const char *text;
} FirnExitMeaning;

/**
 * firn_exit_meanings:
 * @out_n: (out): how many there are
 *
 * Returns: (transfer none) (array length=out_n): every exit status, by number
 */
const FirnExitMeaning *firn_exit_meanings(guint *out_n);

/**
 * firn_exit_from_name:
 * @error_name: name of a D-Bus error
 * @out_is_known: (out) (optional): whether the table has it
 *
 * Returns: the exit status for it; %FIRN_EXIT_FAILED if it is not in the table
 */
FirnExit firn_exit_from_name(const char *error_name, gboolean *out_is_known);

/**
 * firn_exit_hint:
 * @error_name: name of a D-Bus error
 *
 * Returns: (transfer none) (nullable): what to do next, where the error's message does not say it
 */
const char *firn_exit_hint(const char *error_name);

/**
 * firn_exit_from_word:
 * @word: the last part of an error name, or the code of a blocker: "LimitReached"
 *
 * Returns: the exit status for it; %FIRN_EXIT_FAILED if it is not in the table
 */
FirnExit firn_exit_from_word(const char *word);
