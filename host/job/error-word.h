/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "host-error.h"

/**
 * firn_error_word_of:
 * @error: any error of firnd
 *
 * Finds the published word for an error by domain and code. Any thread.
 *
 * Returns: (transfer none): "Busy", "FreezeFailed" ...; "Failed" for an error without a word of its
 * own; a constant
 */
const char *firn_error_word_of(const GError *error);

/**
 * firn_error_word_list:
 *
 * Returns: (transfer none) (array zero-terminated=1): every word that firn_error_word_of() can
 * return
 */
const char *const *firn_error_word_list(void);

/**
 * firn_error_word_make:
 * @word: a word of firn_error_word_of(), possibly of another version
 * @message: the message of that error
 *
 * Returns: (transfer full): an error that has @word again; "Failed" if this version does not know
 * it
 */
GError *firn_error_word_make(const char *word, const char *message);
