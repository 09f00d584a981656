/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-plan.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "duration.h"
#include "memory-check.h"
#include "memory-migration.h"
#include "pause-estimate.h"
#include "qmp-error.h"

static gboolean
get_free(const char *path, guint64 *out_bytes)
{
    g_autofree char *folder = g_strdup(path);
    struct statvfs facts;
    struct stat kind;

    /* The free space inside a block device is unknown to the host. */
    if (stat(path, &kind) == 0 && S_ISBLK(kind.st_mode))
        return FALSE;
    while (statvfs(folder, &facts) < 0) {
        g_autofree char *parent = g_path_get_dirname(folder);

        if (g_str_equal(parent, folder))
            return FALSE;
        g_free(folder);
        folder = g_steal_pointer(&parent);
    }
    *out_bytes = (guint64)facts.f_bavail * facts.f_frsize;
    return TRUE;
}

/* While another job saves RAM, QEMU's answer does not apply to the next snapshot. */
static FirnMemoryWay
find_way(FirnMemoryPlan *self,
         const FirnCreateParams *params,
         FirnChannel *monitor,
         GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;

    if (firn_vm_get_state(params->vm) != FIRN_VM_STATE_RUNNING) {
        self->why_not_live =
            g_strdup("the guest is already paused, and saving its RAM live would resume it");
        return FIRN_MEMORY_WAY_STOPPED;
    }
    if (params->memory == FIRN_MEMORY_WISH_PAUSED)
        return FIRN_MEMORY_WAY_PAUSED;
    if (params->leave_guest_alone)
        return FIRN_MEMORY_WAY_UNKNOWN;
    if (firn_memory_migration_check_background(monitor, cancellable, &error))
        return FIRN_MEMORY_WAY_LIVE;
    if (!g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_REFUSED))
        return FIRN_MEMORY_WAY_UNKNOWN;
    self->why_not_live = g_strdup(error->message);
    return FIRN_MEMORY_WAY_PAUSED;
}

static void
estimate(FirnMemoryPlan *self, const FirnCreateParams *params)
{
    g_autoptr(GPtrArray) snapshots = firn_catalogue_list(firn_vm_get_catalogue(params->vm));

    self->paused_us = firn_pause_estimate_paused(self->ram_bytes, snapshots);
    self->live_us = firn_pause_estimate_live(self->ram_bytes, snapshots);
}

FirnMemoryPlan *
firn_memory_plan_new(const FirnCreateParams *params,
                     FirnChannel *monitor,
                     const char *place,
                     GCancellable *cancellable)
{
    FirnMemoryPlan *self = g_new0(FirnMemoryPlan, 1);

    self->place = g_strdup(place);
    self->has_free = place != NULL && get_free(place, &self->free_bytes);
    self->ram_bytes = firn_memory_check_get_room(monitor);
    self->way = find_way(self, params, monitor, cancellable);
    estimate(self, params);
    return self;
}

gboolean
firn_memory_plan_may_pause(const FirnMemoryPlan *self, const FirnCreateParams *params)
{
    FirnPolicy policy;

    if (params->memory == FIRN_MEMORY_WISH_PAUSED || params->accepts_pause)
        return TRUE;
    firn_catalogue_get_policy(firn_vm_get_catalogue(params->vm), &policy);
    return self->ram_bytes > 0 && self->paused_us <= policy.pause_max_us;
}

/* An unknown way counts as the paused one. */
guint64
firn_memory_plan_get_pause(const FirnMemoryPlan *self)
{
    if (self->way == FIRN_MEMORY_WAY_STOPPED)
        return 0;
    return self->way == FIRN_MEMORY_WAY_LIVE ? self->live_us : self->paused_us;
}

char *
firn_memory_plan_describe_pause(const FirnMemoryPlan *self, const char *why_not_live)
{
    g_autofree char *text = firn_duration_format(self->paused_us);

    return g_strdup_printf("the guest would be paused until its RAM is saved, for %s%s, because "
                           "live is impossible: %s",
                           self->ram_bytes == 0 ? "an unknown time" : text,
                           self->ram_bytes == 0 ? "" : " (estimate)",
                           why_not_live);
}

char *
firn_memory_plan_describe_remedy(const FirnCreateParams *params)
{
    return g_strdup_printf("accept a pause with --memory=paused or --yes, or pauses up to a limit "
                           "with: firn policy %s set pause-max=TIME",
                           firn_vm_get_name(params->vm));
}

void
firn_memory_plan_free(FirnMemoryPlan *self)
{
    if (self == NULL)
        return;
    g_free(self->why_not_live);
    g_free(self->place);
    g_free(self);
}
