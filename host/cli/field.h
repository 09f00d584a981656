/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_field_print:
 * @label: what it is; "" continues the line before
 * @text: (nullable): any text, also of a guest or an image; %NULL or "" is "-"
 *
 * Prints one labelled line on stdout.
 */
void firn_field_print(const char *label, const char *text);

/**
 * firn_field_print_disks:
 * @disks: "a(ssst)": target, backend, path, size
 *
 * Prints a line for each disk.
 */
void firn_field_print_disks(GVariant *disks);

/**
 * firn_field_print_painted:
 * @label: what it is
 * @text: printable text, perhaps painted
 *
 * Like firn_field_print(), for text that is fit for a terminal already.
 */
void firn_field_print_painted(const char *label, const char *text);
