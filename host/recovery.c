/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recovery.h"

#include "thaw-job.h"

typedef struct {
    FirnJobs *jobs; /* (unowned) outlives the source */
    char *folder;   /* (owned) */
} Recovery;

static void
free_recovery(gpointer data, GClosure *closure)
{
    Recovery *recovery = data;

    g_free(recovery->folder);
    g_free(recovery);
}

static void
thaw(Recovery *recovery, FirnVm *vm, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLease) lease = firn_lease_read(path, &error);
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
    g_autofree char *name = g_strconcat(firn_vm_get_uuid(vm), ".json", NULL);
    g_autofree char *path = g_build_filename(recovery->folder, name, NULL);

    firn_vm_set_lease_path(vm, path);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        thaw(recovery, vm, path);
}

void
firn_recovery_watch(FirnVmSource *source, FirnJobs *jobs, const char *runtime_dir)
{
    Recovery *recovery = g_new0(Recovery, 1);

    recovery->jobs = jobs;
    recovery->folder = g_build_filename(runtime_dir, "leases", NULL);
    g_signal_connect_data(source, "vm-added", G_CALLBACK(on_vm_added), recovery, free_recovery, 0);
}
