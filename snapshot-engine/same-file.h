/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_same_file:
 * @a: (nullable): a path
 * @b: (nullable): a path
 *
 * Returns: whether both refer to the same file, also through links; for two missing files, whether
 * the paths are equal
 */
gboolean firn_same_file(const char *a, const char *b);
