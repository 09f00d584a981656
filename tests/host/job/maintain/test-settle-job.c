/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settle-job.h"

#include <stdlib.h>

#include "disk-image.h"
#include "domain-rig.h"

typedef struct {
    FirnTestJobRig *rig;
    FirnSettleNeed needs;
    FirnJob *job; /* (owned) */
} Start;

static void
on_completed(FirnJob *job, gpointer queue)
{
    g_async_queue_push(queue, job);
}

static void
start(gpointer data)
{
    Start *self = data;

    self->job =
        g_object_ref(firn_settle_job_start(self->rig->jobs, self->rig->rig.vm, self->needs, NULL));
    g_signal_connect(self->job, "completed", G_CALLBACK(on_completed), self->rig->ended);
}

static void
assert_settled(FirnTestJobRig *rig, FirnSettleNeed needs, gboolean has_thawed, guint n_registered)
{
    Start self = {rig, needs, NULL};
    g_autoptr(GVariant) result = NULL;
    gboolean thawed = !has_thawed;
    guint registered = G_MAXUINT;

    firn_test_loop_thread_call(start, &self);
    firn_test_job_rig_end(rig);
    g_assert_no_error(firn_job_get_error(self.job));
    result = firn_job_dup_result(self.job);
    g_assert_true(g_variant_lookup(result, "thawed", "b", &thawed));
    g_assert_cmpint(thawed, ==, has_thawed);
    g_assert_true(g_variant_lookup(result, "registered", "u", &registered));
    g_assert_cmpuint(registered, ==, n_registered);
    g_object_unref(self.job);
}

static void
test_woke_up_frozen(FirnTestJobRig *rig, gconstpointer unused)
{
    firn_test_fake_agent_set_frozen(rig->rig.agent, TRUE);
    assert_settled(rig, FIRN_SETTLE_THAW, TRUE, 0);
    firn_test_job_rig_assert_thawed(rig, 0, 1);
}

static void
test_woke_up_well(FirnTestJobRig *rig, gconstpointer unused)
{
    assert_settled(rig, FIRN_SETTLE_THAW, FALSE, 0);
    firn_test_job_rig_assert_thawed(rig, 0, 0);
}

/* As after virsh undefine --snapshots-metadata and virsh define. */
static void
lose_list(FirnTestDomainRig *rig)
{
    virDomainSnapshotPtr *listed = NULL;
    int count = virDomainListAllSnapshots(rig->domain, &listed, 0);

    for (int i = 0; i < count; i++) {
        g_assert_cmpint(
            virDomainSnapshotDelete(listed[i], VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY),
            ==,
            0);
        virDomainSnapshotFree(listed[i]);
    }
    free(listed);
}

static void
test_list_lost(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(rig, "a");
    g_autoptr(FirnSnapshot) b = firn_test_domain_rig_make(rig, "b");

    g_assert_false(firn_settle_is_list_lacking(rig->job.rig.vm));
    lose_list(rig);
    g_assert_true(firn_settle_is_list_lacking(rig->job.rig.vm));
    assert_settled(&rig->job, FIRN_SETTLE_LIST, FALSE, 2);
    g_assert_true(firn_test_domain_rig_lists(rig, a));
    g_assert_true(firn_test_domain_rig_lists(rig, b));
}

/* libvirt must not list a snapshot that does not exist. */
static void
test_data_lost(FirnTestDomainRig *rig, gconstpointer unused)
{
    g_autoptr(FirnSnapshot) a = firn_test_domain_rig_make(rig, "a");
    g_autofree char *output =
        firn_test_disk_image_run("qemu-img", "snapshot", "-d", a->tag, rig->images[1], NULL);

    lose_list(rig);
    assert_settled(&rig->job, FIRN_SETTLE_LIST, FALSE, 0);
    g_assert_false(firn_test_domain_rig_lists(rig, a));
}

static void
add_job(const char *path, void (*test)(FirnTestJobRig *, gconstpointer))
{
    firn_test_job_rig_add(path, NULL, test);
}

static void
add_domain(const char *path, void (*test)(FirnTestDomainRig *, gconstpointer))
{
    g_test_add(path,
               FirnTestDomainRig,
               NULL,
               firn_test_domain_rig_set_up,
               test,
               firn_test_domain_rig_tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_job("/job/settle-job/woke-up/frozen", test_woke_up_frozen);
    add_job("/job/settle-job/woke-up/well", test_woke_up_well);
    add_domain("/job/settle-job/list-lost", test_list_lost);
    add_domain("/job/settle-job/data-lost", test_data_lost);
    return g_test_run();
}
