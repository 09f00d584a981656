/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "intent-guard.h"

#include <string.h>

#include "host-error.h"
#include "job-rig.h"

static FirnIntentGuard *
begin(FirnTestJobRig *rig, GError **error)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_snapshot_new("a", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));

    return firn_intent_guard_begin(rig->rig.vm, FIRN_INTENT_KIND_CREATE, snapshot, error);
}

static guint
count_interrupted(FirnTestJobRig *rig)
{
    g_autoptr(GPtrArray) interrupted = firn_vm_list_interrupted(rig->rig.vm);

    return interrupted->len;
}

static void
test_ended(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnIntentGuard) intention = begin(rig, NULL);

    firn_test_job_rig_assert_intents(rig, "a");
    g_assert_cmpuint(count_interrupted(rig), ==, 0);
    firn_intent_guard_end(intention);
    firn_test_job_rig_assert_intents(rig, "");
}

static void
test_left(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnIntentGuard) intention = begin(rig, NULL);
    g_autoptr(GError) reason = g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "no \033[31mdisk");
    g_autoptr(GPtrArray) interrupted = NULL;
    const FirnIntent *intent;

    firn_intent_guard_leave(intention, reason);
    firn_test_job_rig_assert_intents(rig, "a!");
    interrupted = firn_vm_list_interrupted(rig->rig.vm);
    g_assert_cmpuint(interrupted->len, ==, 1);
    intent = interrupted->pdata[0];
    g_assert_null(strchr(intent->why, '\033'));
    firn_intent_guard_end(intention);
    g_assert_cmpuint(count_interrupted(rig), ==, 0);
}

/* A later job has done what an earlier one could not. */
static void
test_completed(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_snapshot_new("a", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autoptr(FirnSnapshot) other =
        firn_snapshot_new("b", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    FirnVm *vm = rig->rig.vm;
    g_autoptr(GError) reason = g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "in use");
    g_autoptr(FirnIntentGuard) first =
        firn_intent_guard_begin(vm, FIRN_INTENT_KIND_DELETE, snapshot, NULL);
    g_autoptr(FirnIntentGuard) unrelated =
        firn_intent_guard_begin(vm, FIRN_INTENT_KIND_DELETE, other, NULL);
    g_autoptr(FirnIntentGuard) second = NULL;

    firn_intent_guard_leave(first, reason);
    firn_intent_guard_leave(unrelated, reason);
    second = firn_intent_guard_begin(vm, FIRN_INTENT_KIND_DELETE, snapshot, NULL);
    firn_intent_guard_complete(second);
    firn_test_job_rig_assert_intents(rig, "b!");
}

/* Disks may be partly restored: no job may begin on them. */
static void
test_beside_restore(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnSnapshot) present =
        firn_snapshot_new("undo", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    char name[] = "then", off[] = "off";
    const FirnIntentRestore restore = {name, name, off, off, 0};
    g_autoptr(FirnIntentGuard) interrupted =
        firn_intent_guard_begin_restore(rig->rig.vm, present, &restore, NULL);
    g_autoptr(GError) reason = g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "no disk");
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(GError) error = NULL;

    firn_intent_guard_leave(interrupted, reason);
    g_assert_null(begin(rig, &error));
    g_assert_error(error, FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
    job = firn_test_job_rig_create(rig, firn_test_job_rig_new_params(rig, FIRN_QUIESCE_NEVER));
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_INCONSISTENT);
    g_assert_cmpuint(firn_test_peer_count(rig->rig.monitor_peer, "transaction"), ==, 0);
    firn_intent_guard_end(interrupted);
}

static void
spoil_journal(FirnTestJobRig *rig)
{
    g_autofree char *path = g_build_filename(rig->rig.folder, "journal", NULL);

    g_assert_true(g_file_set_contents(path, "no directory", -1, NULL));
}

static void
test_not_noted(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    spoil_journal(rig);
    g_assert_null(begin(rig, &error));
    g_assert_nonnull(error);
}

/* Without a journal entry for a later firnd nothing is begun: no freeze, no cut. */
static void
test_create_not_noted(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    spoil_journal(rig);
    job = firn_test_job_rig_create(rig, firn_test_job_rig_new_params(rig, FIRN_QUIESCE_REQUIRE));
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    firn_test_job_rig_assert_thawed(rig, 0, 0);
    g_assert_cmpuint(firn_test_peer_count(rig->rig.monitor_peer, "transaction"), ==, 0);
}

/* The journal entry exists before the freeze is sent, and names the disks. */
static void
test_create_noted_before_freeze(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(GPtrArray) intents = NULL;
    const FirnIntent *intent;

    firn_test_peer_when(rig->rig.agent_peer, "guest-fsfreeze-freeze", 1, NULL);
    job = firn_test_job_rig_begin(rig, firn_test_job_rig_new_params(rig, FIRN_QUIESCE_REQUIRE));
    g_assert_true(
        firn_test_peer_wait_count(rig->rig.agent_peer, "guest-fsfreeze-freeze", 1, 10000));
    intents = firn_journal_list(rig->journal, firn_vm_get_uuid(rig->rig.vm));
    g_assert_cmpuint(intents->len, ==, 1);
    intent = intents->pdata[0];
    g_assert_cmpint(intent->kind, ==, FIRN_INTENT_KIND_CREATE);
    g_assert_cmpuint(intent->snapshot->disks->len, ==, 2);
    firn_job_cancel(job);
    firn_test_job_rig_end(rig);
    firn_test_job_rig_assert_intents(rig, "");
}

/* Deleted as far as possible; the rest is in the journal. */
static void
test_create_not_taken_back(FirnTestJobRig *rig, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    firn_test_peer_fail(rig->rig.monitor_peer, "snapshot-delete", 0, "no");
    firn_test_peer_fail(rig->rig.agent_peer, "guest-fsfreeze-thaw", 1, "hook");
    job = firn_test_job_rig_create(rig, firn_test_job_rig_new_params(rig, FIRN_QUIESCE_REQUIRE));
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_FAILED);
    g_assert_cmpuint(count_interrupted(rig), ==, 1);
}

static void
add(const char *path, void (*test)(FirnTestJobRig *, gconstpointer))
{
    firn_test_job_rig_add(path, NULL, test);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/intention/ended", test_ended);
    add("/job/intention/left", test_left);
    add("/job/intention/completed", test_completed);
    add("/job/intention/beside-an-interrupted-restore", test_beside_restore);
    add("/job/intention/not-noted", test_not_noted);
    add("/job/intention/create/not-noted", test_create_not_noted);
    add("/job/intention/create/noted-before-the-freeze", test_create_noted_before_freeze);
    add("/job/intention/create/not-taken-back", test_create_not_taken_back);
    return g_test_run();
}
