/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "freeze-attempts.h"

#include <string.h>

#include "host-error.h"
#include "indication.h"
#include "job-rig.h"

#define BUSY    "failed to start snapshot set: unknown Windows error 0x80042316"
#define UNKNOWN "failed to start snapshot set: unknown Windows error 0x80049999"

/* A Windows guest whose VSS refuses some freezes; 0: all. */
static void
refuse(FirnTestJobRig *self, guint times, const char *complaint)
{
    firn_test_fake_agent_be_windows(self->rig.agent);
    firn_test_peer_fail(self->rig.agent_peer, "guest-fsfreeze-freeze", times, complaint);
}

/* No freeze is sent before the guest is known to be thawed. */
static void
assert_thawed_between(FirnTestJobRig *self, guint freezes)
{
    g_autofree char *commands = firn_test_peer_dup_commands(self->rig.agent_peer);
    g_auto(GStrv) words = g_strsplit(commands, " ", -1);
    gboolean may_be_frozen = FALSE;

    for (GStrv word = words; *word != NULL; word++) {
        if (g_str_equal(*word, "guest-fsfreeze-freeze")) {
            g_assert_false(may_be_frozen);
            may_be_frozen = TRUE;
        } else if (g_str_equal(*word, "guest-fsfreeze-thaw")) {
            may_be_frozen = FALSE;
        }
    }
    firn_test_job_rig_assert_thawed(self, freezes, freezes);
}

static FirnJob *
create(FirnTestJobRig *self, FirnQuiesce quiesce)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, quiesce);

    params->limits.retry_min_ms = 1;
    return firn_test_job_rig_create(self, params);
}

static void
assert_made(FirnTestJobRig *self, FirnVerdict verdict, guint freezes)
{
    g_autoptr(FirnSnapshot) snapshot =
        firn_catalogue_lookup(firn_vm_get_catalogue(self->rig.vm), "@current", NULL);

    g_assert_nonnull(snapshot);
    g_assert_cmpint(snapshot->verdict, ==, verdict);
    g_assert_cmpint(firn_evidence_has(snapshot->evidence, FIRN_INDICATION_FREEZE_REPEATED),
                    ==,
                    freezes > 1);
    g_assert_cmpint(firn_evidence_has(snapshot->evidence, FIRN_INDICATION_QUIESCE_FAILED),
                    ==,
                    verdict == FIRN_VERDICT_CRASH);
    assert_thawed_between(self, freezes);
}

static void
test_busy_twice(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    refuse(self, 2, BUSY);
    job = create(self, FIRN_QUIESCE_REQUIRE);
    g_assert_cmpint(firn_job_get_state(job), ==, FIRN_JOB_STATE_COMPLETED);
    assert_made(self, FIRN_VERDICT_APPLICATION, 3);
}

static void
test_busy_always(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    refuse(self, 0, BUSY);
    job = create(self, FIRN_QUIESCE_TRY);
    assert_made(self, FIRN_VERDICT_CRASH, 3);
}

static void
test_says_busy(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    refuse(self, 0, BUSY);
    job = create(self, FIRN_QUIESCE_REQUIRE);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_FREEZE_FAILED);
    g_assert_nonnull(strstr(firn_job_get_error(job)->message, "vss-busy"));
    assert_thawed_between(self, 3);
}

static void
test_unknown(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    refuse(self, 0, UNKNOWN);
    job = create(self, FIRN_QUIESCE_REQUIRE);
    g_assert_nonnull(strstr(firn_job_get_error(job)->message, "vss-failed"));
    assert_thawed_between(self, 1);
}

/* A pause of half a minute ends when it is no longer wanted, and nothing is frozen in it. */
static void
test_cancelled(FirnTestJobRig *self, gconstpointer data)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_TRY);
    g_autoptr(FirnJob) job = NULL;

    refuse(self, 0, BUSY);
    params->limits.deadline_ms = 0;
    job = firn_test_job_rig_begin(self, params);
    g_assert_true(firn_test_peer_wait_count(self->rig.agent_peer, "guest-fsfreeze-thaw", 1, 30000));
    firn_job_cancel(job);
    firn_test_job_rig_end(self);
    g_assert_error(firn_job_get_error(job), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    assert_thawed_between(self, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_job_rig_add("/job/freeze-attempts/busy-twice", NULL, test_busy_twice);
    firn_test_job_rig_add("/job/freeze-attempts/busy-always", NULL, test_busy_always);
    firn_test_job_rig_add("/job/freeze-attempts/says-busy", NULL, test_says_busy);
    firn_test_job_rig_add("/job/freeze-attempts/unknown", NULL, test_unknown);
    firn_test_job_rig_add("/job/freeze-attempts/cancelled", NULL, test_cancelled);
    return g_test_run();
}
