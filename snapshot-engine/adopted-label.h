/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What a snapshot that others have made is called in a catalogue. Its tag on the disks stays. */

/**
 * firn_adopted_label_name:
 * @tag: its name on the disks; valid UTF-8
 * @taken: (element-type utf8): a set of names that are taken, in lower case
 *
 * The tag itself where it is a name that nobody has; without what firn_snapshot_name_to_tag() adds
 * if it has that; otherwise the nearest to it: characters that no name has become hyphens,
 * "adopted-" comes before what would be no name even so, and "-2", "-3" ... after what is taken.
 *
 * Returns: (transfer full): a name that passes firn_snapshot_name_check() and is none of @taken
 */
char *firn_adopted_label_name(const char *tag, GHashTable *taken);

/**
 * firn_adopted_label_uuid:
 * @tag: its name on the disks
 *
 * Returns: (transfer full): a new UUID; one that begins as @tag says if firn has chosen that, so
 * that both still belong together
 */
char *firn_adopted_label_uuid(const char *tag);
