/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recovery.h"

#include "thaw-job.h"

typedef struct {
    FirnJobs *jobs;       /* (unowned) outlives the source */
    FirnStateDir *leases; /* (owned) */
} Recovery;

static void
free_recovery(gpointer data, GClosure *closure)
{
    Recovery *recovery = data;

    firn_state_dir_unref(recovery->leases);
    g_free(recovery);
}

static void
thaw(Recovery *recovery, FirnVm *vm, const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLease) lease = firn_lease_read(recovery->leases, file, &error);
    /* An unreadable lease still says which guest. */
    gint64 since_us = lease == NULL ? g_get_real_time() : lease->since_us;

    if (error != NULL)
        g_warning("%s", error->message);
    g_clear_error(&error);
    if (firn_thaw_job_start(recovery->jobs, vm, since_us, &error) == NULL)
        g_warning("%s may be frozen: %s", firn_vm_get_name(vm), error->message);
}

static void
on_vm_added(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    Recovery *recovery = user_data;
    g_autofree char *file = firn_lease_file_name(firn_vm_get_uuid(vm));

    firn_vm_keep_notes(vm, recovery->leases);
    if (firn_state_dir_has(recovery->leases, file))
        thaw(recovery, vm, file);
}

void
firn_recovery_watch(FirnVmSource *source, FirnJobs *jobs, const char *runtime_dir)
{
    Recovery *recovery = g_new0(Recovery, 1);
    g_autofree char *leases = g_build_filename(runtime_dir, "leases", NULL);

    recovery->jobs = jobs;
    recovery->leases = firn_state_dir_new(leases, FIRN_DURABILITY_WHOLE);
    g_signal_connect_data(source, "vm-added", G_CALLBACK(on_vm_added), recovery, free_recovery, 0);
}
