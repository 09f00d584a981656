/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "json-text.h"

/* First member of every document: its shape changes only with this number. */
#define FIRN_OUTPUT_VERSION 1

/**
 * firn_output_open:
 * @json: an empty document
 *
 * Begins the document that a command prints: an object, with its version.
 */
void firn_output_open(FirnJsonText *json);

/**
 * firn_output_print:
 * @json: begun by firn_output_open(); emptied
 *
 * Ends the document and prints it, with a line end.
 *
 * Returns: exit status for main(): 0, or 1 if it could not be printed
 */
int firn_output_print(FirnJsonText *json);

/**
 * firn_output_add_code:
 * @key: member for the number; the name becomes @key with "_name" appended
 * @code: an HRESULT
 *
 * Adds an HRESULT as an unsigned number, and its name, or null.
 */
void firn_output_add_code(FirnJsonText *json, const char *key, uint32_t code);
