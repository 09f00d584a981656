/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "output-tail.h"

#include <stdbool.h>
#include <windows.h>

/* Longest path that this program uses, with its zero. */
#define FIRN_PATH_SIZE 1024

/**
 * firn_text_widen:
 * @text: in UTF-8
 * @out_wide: (out) (array length=size): in UTF-16
 *
 * Returns: whether it has fitted; else @out_wide is empty
 */
bool firn_text_widen(const char *text, wchar_t *out_wide, size_t size);

/**
 * firn_text_narrow:
 * @wide: in UTF-16
 * @out_text: (out) (array length=size): in UTF-8
 *
 * Returns: whether it has fitted; else @out_text is empty
 */
bool firn_text_narrow(const wchar_t *wide, char *out_text, size_t size);

/**
 * firn_text_convert_output:
 *
 * Converts what a program has printed from the code page of consoles to UTF-8.
 */
void firn_text_convert_output(FirnOutputTail *self);

/**
 * firn_text_describe_guid:
 * @out_text: (out) (array length=40): "{...}" in lower case
 */
void firn_text_describe_guid(const GUID *guid, char *out_text);
