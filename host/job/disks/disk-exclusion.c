/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-exclusion.h"

static void
offer(FirnBlocker *blocker, const char *alternative)
{
    char *either = g_strdup_printf("%s; or %s", blocker->remedy, alternative);

    g_free(blocker->remedy);
    blocker->remedy = either;
}

void
firn_disk_exclusion_advise_create(GPtrArray *blockers)
{
    for (guint i = 0; i < blockers->len; i++) {
        FirnBlocker *blocker = blockers->pdata[i];
        g_autofree char *alternative =
            g_strdup_printf("exclude it with --exclude-disk=%s", blocker->disk);

        if (blocker->disk != NULL)
            offer(blocker, alternative);
    }
}

void
firn_disk_exclusion_advise_restore(GPtrArray *blockers)
{
    for (guint i = 0; i < blockers->len; i++) {
        FirnBlocker *blocker = blockers->pdata[i];

        if (blocker->disk != NULL)
            offer(blocker, "restore only the other disks with --disk");
    }
}
