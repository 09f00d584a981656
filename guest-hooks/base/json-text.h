/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdio.h>

/**
 * firn_json_text_write:
 * @out: where to write it
 * @text: any bytes
 * @most: how many of them at most
 *
 * Writes a JSON string: control characters are escaped, and what is no UTF-8 becomes U+FFFD.
 */
void firn_json_text_write(FILE *out, const char *text, size_t most);
