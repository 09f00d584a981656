/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

/**
 * firn_enum_to_nick:
 * @type: a registered enumeration
 * @value: one of its values
 *
 * Returns: (transfer none): its nick, as on the bus and in files: "filesystem"
 */
const char *firn_enum_to_nick(GType type, int value);

/**
 * firn_enum_from_nick:
 * @type: a registered enumeration
 * @out_value: (out): its value; untouched on failure
 *
 * Returns: %FALSE if @type has no such nick
 */
gboolean firn_enum_from_nick(GType type, const char *nick, int *out_value);
