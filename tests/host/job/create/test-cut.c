/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cut.h"

#include <gio/gio.h>

#include "disk-image.h"
#include "host-error.h"
#include "image-tool.h"
#include "indication.h"
#include "job-rig.h"

static void
assert_tag(FirnTestJobRig *self, const char *device, const char *expected)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", self->rig.folder, device);
    g_auto(GStrv) tags = firn_test_disk_image_list_snapshots(path);

    g_assert_cmpstr(tags[0], ==, expected);
}

/* Writes to the images what the monitor reports. */
static void
write_tags(FirnTestJobRig *self)
{
    static const char *const devices[] = {"vda", "vdb", NULL};

    for (guint i = 0; devices[i] != NULL; i++) {
        g_autofree char *path = g_strdup_printf("%s/%s.qcow2", self->rig.folder, devices[i]);
        g_autofree char *tag = firn_test_fake_monitor_dup_snapshots(self->rig.monitor, devices[i]);
        g_autofree char *output =
            firn_test_disk_image_run("qemu-img", "snapshot", "-c", tag, path, NULL);
    }
}

/* A process that has an image open for three seconds, like a QEMU that is exiting. */
static GSubprocess *
hold_image(FirnTestJobRig *self, const char *device)
{
    g_autoptr(FirnDisk) disk = firn_disk_new(device, "qcow2");
    gint64 end_us = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    g_autoptr(GError) error = NULL;
    GSubprocess *holder;

    disk->path = g_strdup_printf("%s/%s.qcow2", self->rig.folder, device);
    holder = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                              &error,
                              "qemu-io",
                              "-c",
                              "sleep 3000",
                              disk->path,
                              NULL);
    g_assert_no_error(error);
    while (firn_image_tool_check_unused(disk, NULL) && g_get_monotonic_time() < end_us)
        g_thread_yield();
    return holder;
}

/* The snapshot is useless then: the freeze window was broken. */
static void
test_qemu_ends_in_window(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(GSubprocess) holder = NULL;
    g_autoptr(FirnJob) job = NULL;

    firn_test_peer_when(self->rig.agent_peer, "guest-fsfreeze-thaw", 1, NULL);
    job = firn_test_job_rig_begin(self, firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE));
    g_assert_true(firn_test_peer_wait_count(self->rig.agent_peer, "guest-fsfreeze-thaw", 1, 10000));
    write_tags(self);
    if (GPOINTER_TO_INT(data))
        holder = hold_image(self, "vdb");
    firn_test_vm_rig_end_qemu(&self->rig);
    firn_test_job_rig_end(self);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_EXPIRED);
    assert_tag(self, "vda", NULL);
    assert_tag(self, "vdb", NULL);
    g_assert_cmpuint(firn_catalogue_count(self->rig.catalogue), ==, 0);
    if (holder != NULL)
        g_assert_true(g_subprocess_wait(holder, NULL, NULL));
}

/* The snapshot is as good as any then. */
static void
test_qemu_ends_after_window(FirnTestJobRig *self, gconstpointer data)
{
    guint before = firn_test_peer_count(self->rig.monitor_peer, "query-block");
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(FirnSnapshot) snapshot = NULL;

    firn_test_peer_when(self->rig.monitor_peer,
                        "query-block",
                        3,
                        (FirnTestStep[]){{.pass = TRUE}, {0}});
    firn_test_peer_when(self->rig.monitor_peer, "query-block", 1, NULL);
    job = firn_test_job_rig_begin(self, firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE));
    g_assert_true(
        firn_test_peer_wait_count(self->rig.monitor_peer, "query-block", before + 4, 10000));
    write_tags(self);
    firn_test_vm_rig_end_qemu(&self->rig);
    firn_test_job_rig_end(self);
    g_assert_no_error(firn_job_get_error(job));
    snapshot = firn_catalogue_lookup(self->rig.catalogue, "@latest", NULL);
    g_assert_nonnull(snapshot);
    g_assert_cmpint(snapshot->verdict, ==, FIRN_VERDICT_FILESYSTEM);
    assert_tag(self, "vda", snapshot->tag);
    assert_tag(self, "vdb", snapshot->tag);
}

/* Nothing was cut, so nothing is deleted. */
static void
test_lost_before_cut(FirnTestJobRig *self, gconstpointer data)
{
    guint before = firn_test_peer_count(self->rig.monitor_peer, "query-block");
    g_autoptr(FirnJob) job = NULL;

    firn_test_peer_when(self->rig.monitor_peer,
                        "query-block",
                        2,
                        (FirnTestStep[]){{.pass = TRUE}, {0}});
    firn_test_peer_when(self->rig.monitor_peer,
                        "query-block",
                        1,
                        (FirnTestStep[]){{.hang_up = TRUE}, {0}});
    job = firn_test_job_rig_create(self, firn_test_job_rig_new_params(self, GPOINTER_TO_INT(data)));
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    g_assert_cmpuint(firn_test_peer_count(self->rig.monitor_peer, "query-block"), ==, before + 3);
    g_assert_cmpuint(firn_test_peer_count(self->rig.monitor_peer, "transaction"), ==, 0);
}

static GPtrArray *
list_volumes(FirnVm *vm, GCancellable *cancellable, GError **error)
{
    static const char *const backends[] = {"lvm-thin", "qcow2", "qcow2", NULL};
    GPtrArray *disks = firn_disks_new();

    for (guint i = 0; backends[i] != NULL; i++) {
        g_autofree char *target = g_strdup_printf("vd%c", 'a' + i);
        FirnDisk *disk = firn_disk_new(target, "raw");

        disk->backend = g_strdup(backends[i]);
        g_ptr_array_add(disks, disk);
    }
    return disks;
}

static gboolean
is_apart(FirnCheck *check)
{
    firn_evidence_withdraw(check->snapshot->evidence, FIRN_INDICATION_INSTANTS_APART);
    firn_cut_judge_instants(check);
    return firn_evidence_has(check->snapshot->evidence, FIRN_INDICATION_INSTANTS_APART);
}

/* Only a guest that ran and was not frozen has written between the cuts. */
static void
test_instants(FirnTestJobRig *self, gconstpointer data)
{
    FirnVmClass *klass = FIRN_VM_GET_CLASS(self->rig.vm);
    GPtrArray *(*list_disks)(FirnVm *, GCancellable *, GError **) = klass->list_disks;
    g_autoptr(FirnCreateParams) params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_NEVER);
    g_autoptr(FirnCheck) check = NULL;

    klass->list_disks = list_volumes;
    check = firn_check_run(params, NULL);
    klass->list_disks = list_disks;
    g_assert_cmpuint(check->disks->len, ==, 3);
    check->snapshot->verdict = FIRN_VERDICT_FILESYSTEM;
    g_assert_false(is_apart(check));
    check->snapshot->verdict = FIRN_VERDICT_CRASH;
    g_assert_true(is_apart(check));
    firn_evidence_indicate(check->snapshot->evidence, FIRN_INDICATION_PAUSED_FOR_CUT);
    g_assert_false(is_apart(check));
    firn_evidence_withdraw(check->snapshot->evidence, FIRN_INDICATION_PAUSED_FOR_CUT);
    g_ptr_array_remove_index(check->disks, 0);
    g_assert_false(is_apart(check));
}

static void
add(const char *name, int data, void (*test)(FirnTestJobRig *, gconstpointer))
{
    g_autofree char *path = g_strconcat("/job/cut/", name, NULL);

    firn_test_job_rig_add(path, GINT_TO_POINTER(data), test);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("lost-before-cut/require", FIRN_QUIESCE_REQUIRE, test_lost_before_cut);
    add("lost-before-cut/try", FIRN_QUIESCE_TRY, test_lost_before_cut);
    add("lost-before-cut/never", FIRN_QUIESCE_NEVER, test_lost_before_cut);
    add("qemu-ends/in-the-window", FALSE, test_qemu_ends_in_window);
    add("qemu-ends/slowly", TRUE, test_qemu_ends_in_window);
    add("qemu-ends/after-the-window", 0, test_qemu_ends_after_window);
    add("instants", 0, test_instants);
    return g_test_run();
}
