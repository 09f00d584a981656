/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recover.h"

#include <glib/gstdio.h>

#include "disk-image.h"
#include "internal-snapshot.h"
#include "job-rig.h"

#define PATIENCE_MS 10000

/* What a killed firnd has left, and what the next one does with it. */
typedef struct {
    FirnTestJobRig job;
    FirnRecovery recovery;
    GError *error; /* (owned) (nullable) */
} Fixture;

static const char *const both[] = {"node-vda", "node-vdb", NULL};
static const char *const first[] = {"node-vda", NULL};

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_test_job_rig_set_up(&fixture->job, NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_error(&fixture->error);
    firn_test_job_rig_tear_down(&fixture->job, NULL);
}

static FirnSnapshot *
plan(Fixture *fixture)
{
    FirnSnapshot *snapshot = firn_snapshot_new("a", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));

    for (guint i = 0; i < 2; i++) {
        g_autofree char *target = g_strdup_printf("vd%c", 'a' + i);
        g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, target);

        firn_snapshot_add_disk(snapshot, target, "qcow2", path, 1024);
    }
    return snapshot;
}

static void
begin(Fixture *fixture, FirnIntentKind kind, const FirnSnapshot *snapshot)
{
    g_autoptr(FirnIntent) intent =
        firn_intent_new(kind, firn_vm_get_uuid(fixture->job.rig.vm), "web1", snapshot);

    g_assert_true(firn_journal_begin(fixture->job.journal, intent, NULL));
}

static void
cut(Fixture *fixture, const char *const *nodes, const char *tag)
{
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(fixture->job.rig.vm);

    g_assert_true(firn_internal_snapshot_take(monitor, nodes, tag, 10000, &fixture->error));
}

static gboolean
recover(Fixture *fixture)
{
    g_clear_error(&fixture->error);
    return firn_recover_intents(fixture->job.rig.vm,
                                fixture->job.backend,
                                NULL,
                                &fixture->recovery,
                                &fixture->error);
}

static void
assert_ended(Fixture *fixture, guint completed, guint rolled_back)
{
    g_assert_true(recover(fixture));
    g_assert_no_error(fixture->error);
    g_assert_cmpuint(fixture->recovery.completed, ==, completed);
    g_assert_cmpuint(fixture->recovery.rolled_back, ==, rolled_back);
    firn_test_job_rig_assert_intents(&fixture->job, "");
    g_assert_true(recover(fixture));
    g_assert_cmpuint(fixture->recovery.completed, ==, 0);
    g_assert_cmpuint(fixture->recovery.rolled_back, ==, 0);
}

/* Killed between the cut and its record, or during the cut; foreign snapshots stay. */
static void
test_cut(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = plan(fixture);
    const char *const *nodes = data;

    cut(fixture, both, "foreign");
    begin(fixture, FIRN_INTENT_KIND_CREATE, snapshot);
    cut(fixture, nodes, snapshot->tag);
    assert_ended(fixture, 0, 1);
    firn_test_job_rig_assert_tags(&fixture->job, "foreign");
    g_assert_cmpuint(firn_catalogue_count(fixture->job.rig.catalogue), ==, 0);
}

static void
test_not_cut(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = plan(fixture);

    begin(fixture, FIRN_INTENT_KIND_CREATE, snapshot);
    assert_ended(fixture, 0, 1);
}

/* Killed between the record and the end of the journal entry. */
static void
test_recorded(Fixture *fixture, gconstpointer data)
{
    g_autofree char *uuid = firn_test_job_rig_snapshot(&fixture->job, "a");
    g_autoptr(FirnSnapshot) snapshot =
        firn_catalogue_lookup(fixture->job.rig.catalogue, uuid, NULL);

    begin(fixture, FIRN_INTENT_KIND_CREATE, snapshot);
    assert_ended(fixture, 1, 0);
    firn_test_job_rig_assert_tags(&fixture->job, snapshot->tag);
    g_assert_cmpuint(firn_catalogue_count(fixture->job.rig.catalogue), ==, 1);
}

static void
test_delete(Fixture *fixture, gconstpointer data)
{
    g_autofree char *uuid = firn_test_job_rig_snapshot(&fixture->job, "a");
    g_autoptr(FirnSnapshot) snapshot =
        firn_catalogue_lookup(fixture->job.rig.catalogue, uuid, NULL);
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(fixture->job.rig.vm);
    const char *const *lost = data;

    begin(fixture, FIRN_INTENT_KIND_DELETE, snapshot);
    if (lost != NULL)
        g_assert_true(firn_internal_snapshot_delete(monitor, lost, snapshot->tag, NULL));
    assert_ended(fixture, 1, 0);
    firn_test_job_rig_assert_tags(&fixture->job, "");
    g_assert_cmpuint(firn_catalogue_count(fixture->job.rig.catalogue), ==, 0);
}

static void
test_deleted(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = plan(fixture);

    begin(fixture, FIRN_INTENT_KIND_DELETE, snapshot);
    assert_ended(fixture, 1, 0);
}

static char **
list_tags(Fixture *fixture, const char *device)
{
    g_autofree char *path = g_strdup_printf("%s/%s.qcow2", fixture->job.rig.folder, device);

    return firn_test_disk_image_list_snapshots(path);
}

static void
write_tag(Fixture *fixture, const char *file, const char *tag)
{
    g_autofree char *path = g_build_filename(fixture->job.rig.folder, file, NULL);

    g_free(firn_test_disk_image_run("qemu-img", "snapshot", "-c", tag, path, NULL));
}

/* QEMU has been killed, too. */
static void
test_off(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = plan(fixture);
    g_auto(GStrv) vda = NULL;
    g_auto(GStrv) vdb = NULL;

    begin(fixture, FIRN_INTENT_KIND_CREATE, snapshot);
    firn_test_vm_rig_end_qemu(&fixture->job.rig);
    write_tag(fixture, "vda.qcow2", "foreign");
    write_tag(fixture, "vda.qcow2", snapshot->tag);
    write_tag(fixture, "vdb.qcow2", snapshot->tag);
    assert_ended(fixture, 0, 1);
    vda = list_tags(fixture, "vda");
    vdb = list_tags(fixture, "vdb");
    g_assert_cmpuint(g_strv_length(vda), ==, 1);
    g_assert_cmpstr(vda[0], ==, "foreign");
    g_assert_cmpuint(g_strv_length(vdb), ==, 0);
}

/* The VM was given another image in the meantime. */
static void
test_detached(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = plan(fixture);
    g_auto(GStrv) vda = NULL;

    begin(fixture, FIRN_INTENT_KIND_CREATE, snapshot);
    write_tag(fixture, "vda.qcow2", snapshot->tag);
    firn_test_fake_monitor_set_disk(fixture->job.rig.monitor, "vda", "qcow2", "/images/new", FALSE);
    assert_ended(fixture, 0, 1);
    vda = list_tags(fixture, "vda");
    g_assert_cmpuint(g_strv_length(vda), ==, 0);
}

static void
test_undecided(Fixture *fixture, gconstpointer data)
{
    const FirnTestStep backup[] = {
        {.text = "{\"id\": $id, \"return\": [{\"type\": \"backup\", \"id\": \"b\", "
                 "\"status\": \"running\"}]}\n"},
        {0},
    };
    g_autoptr(FirnSnapshot) snapshot = plan(fixture);

    begin(fixture, FIRN_INTENT_KIND_CREATE, snapshot);
    cut(fixture, both, snapshot->tag);
    firn_test_peer_when(fixture->job.rig.monitor_peer, "query-jobs", 1, backup);
    g_assert_false(recover(fixture));
    g_assert_nonnull(fixture->error);
    g_assert_cmpuint(fixture->recovery.undecided, ==, 1);
    firn_test_job_rig_assert_intents(&fixture->job, "a!");
    firn_test_job_rig_assert_tags(&fixture->job, snapshot->tag);
    assert_ended(fixture, 0, 1);
    firn_test_job_rig_assert_tags(&fixture->job, "");
}

/* An entry that cannot be ended does not keep the others from being ended. */
static void
test_one_of_two(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) bad = firn_snapshot_new("b", NULL, firn_evidence_new(FIRN_QUIESCE_TRY));
    g_autoptr(FirnSnapshot) good = plan(fixture);

    firn_snapshot_add_disk(bad, "vdz", "qcow2", "/no-such-folder/vdz.qcow2", 1024);
    begin(fixture, FIRN_INTENT_KIND_CREATE, bad);
    begin(fixture, FIRN_INTENT_KIND_CREATE, good);
    cut(fixture, both, good->tag);
    g_assert_false(recover(fixture));
    g_assert_cmpuint(fixture->recovery.undecided, ==, 1);
    g_assert_cmpuint(fixture->recovery.rolled_back, ==, 1);
    firn_test_job_rig_assert_intents(&fixture->job, "b!");
    firn_test_job_rig_assert_tags(&fixture->job, "");
}

static void
answer(Fixture *fixture, const char *command, guint times, const char *value)
{
    g_autofree char *text = g_strdup_printf("{\"id\": $id, \"return\": %s}\n", value);
    const FirnTestStep steps[] = {{.text = text}, {0}};

    firn_test_peer_when(fixture->job.rig.monitor_peer, command, times, steps);
}

/* The stream ends once the guest is resumed, and not before. */
static gpointer
end_stream(gpointer data)
{
    Fixture *fixture = data;
    FirnTestPeer *peer = fixture->job.rig.monitor_peer;
    gboolean has_come = firn_test_peer_wait_count(peer, "cont", 1, PATIENCE_MS);

    firn_test_peer_forget_rules(peer);
    return GINT_TO_POINTER(has_come);
}

/* The guest is paused, and its RAM is protected: streaming may take minutes. */
static void
test_streaming(Fixture *fixture, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot = plan(fixture);
    GThread *thread;

    snapshot->memory = firn_memory_record_new(FIRN_MEMORY_KIND_LIVE, "10.0.2");
    snapshot->evidence->run_state = g_strdup("running");
    begin(fixture, FIRN_INTENT_KIND_CREATE, snapshot);
    firn_test_fake_monitor_set_state(fixture->job.rig.monitor, "paused");
    answer(fixture,
           "query-migrate-capabilities",
           0,
           "[{\"capability\": \"background-snapshot\", \"state\": true}]");
    answer(fixture, "\"query-migrate\"", 1, "{\"status\": \"setup\"}");
    answer(fixture,
           "\"query-migrate\"",
           0,
           "{\"status\": \"active\", \"ram\": {\"normal\": 1, \"duplicate\": 0}}");
    thread = g_thread_new("stream", end_stream, fixture);
    assert_ended(fixture, 0, 1);
    g_assert_true(GPOINTER_TO_INT(g_thread_join(thread)));
}

static void
add(const char *path, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/recover/create/cut-on-both-disks", both, test_cut);
    add("/job/recover/create/cut-on-one-disk", first, test_cut);
    add("/job/recover/create/ram-streams-still", NULL, test_streaming);
    add("/job/recover/create/not-cut", NULL, test_not_cut);
    add("/job/recover/create/recorded", NULL, test_recorded);
    add("/job/recover/create/off", NULL, test_off);
    add("/job/recover/create/image-not-attached-any-more", NULL, test_detached);
    add("/job/recover/delete/not-begun", NULL, test_delete);
    add("/job/recover/delete/gone-from-one-disk", first, test_delete);
    add("/job/recover/delete/gone-from-both-disks", both, test_delete);
    add("/job/recover/delete/record-gone", NULL, test_deleted);
    add("/job/recover/undecided/and-then-ended", NULL, test_undecided);
    add("/job/recover/undecided/one-of-two", NULL, test_one_of_two);
    return g_test_run();
}
