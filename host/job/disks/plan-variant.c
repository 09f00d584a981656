/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan-variant.h"

#include "blockers.h"
#include "disk.h"

GVariant *
firn_plan_variant_of_disks(GPtrArray *disks)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ssst)"));
    for (guint i = 0; i < disks->len; i++) {
        const FirnDisk *disk = disks->pdata[i];

        g_variant_builder_add(&builder,
                              "(ssst)",
                              disk->target,
                              firn_disk_get_backend(disk),
                              disk->path == NULL ? "" : disk->path,
                              disk->size_bytes);
    }
    return g_variant_builder_end(&builder);
}

GVariant *
firn_plan_variant_of_blockers(GPtrArray *blockers)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ssss)"));
    for (guint i = 0; i < blockers->len; i++) {
        const FirnBlocker *blocker = blockers->pdata[i];

        g_variant_builder_add(&builder,
                              "(ssss)",
                              blocker->code,
                              blocker->subject,
                              blocker->message,
                              blocker->remedy);
    }
    return g_variant_builder_end(&builder);
}
