/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Chooses the name under which a foreign snapshot is adopted. Its tag on the disks does not
 * change. */

/**
 * firn_adopted_label_name:
 * @tag: its name on the disks; valid UTF-8
 * @taken: (element-type utf8): a set of names that are in use, in lower case
 *
 * Returns the tag itself if it is a valid name that is not in use; without the suffix that
 * firn_snapshot_name_to_tag() adds if it has that. Otherwise a similar name: invalid characters
 * become hyphens, "adopted-" is prepended if the result is still not a valid name, and "-2", "-3"
 * ... is appended if the name is in use.
 *
 * Returns: (transfer full): a name that passes firn_snapshot_name_check() and is none of @taken
 */
char *firn_adopted_label_name(const char *tag, GHashTable *taken);

/**
 * firn_adopted_label_uuid:
 * @tag: its name on the disks
 *
 * Returns: (transfer full): a new UUID; if firn chose the tag, one that begins with the digits in
 * the tag, so that UUID and tag still match
 */
char *firn_adopted_label_uuid(const char *tag);
