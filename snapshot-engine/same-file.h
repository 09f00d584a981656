/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_same_file:
 * @a: (nullable): a path
 * @b: (nullable): a path
 *
 * Returns: whether both lead to one file, also by links; two that are gone do so if they are the
 * same words
 */
gboolean firn_same_file(const char *a, const char *b);
