/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trim.h"

#include <string.h>

#include "job-rig.h"

#define TRIMMED                                                                                    \
    "{\"return\": {\"paths\": [{\"path\": \"/mnt/a\", \"trimmed\": 4096, \"minimum\": 0}, "        \
    "{\"path\": \"/mnt/b\", \"error\": \"trim not supported\"}]}}\n"

static FirnJob *
create(FirnTestJobRig *self, FirnQuiesce quiesce)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, quiesce);
    FirnJob *job;

    params->trim_ms = 1000;
    job = firn_test_job_rig_create(self, params);
    g_assert_no_error(firn_job_get_error(job));
    return job;
}

static void
assert_warned(FirnJob *job, const char *wanted)
{
    g_autoptr(GVariant) result = firn_job_dup_result(job);
    g_autofree char *text = g_variant_print(result, FALSE);

    g_assert_nonnull(strstr(text, wanted));
}

static void
test_before_the_freeze(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(GVariant) result = NULL;
    g_autofree char *commands = NULL;
    guint64 trimmed = 0;

    firn_test_peer_when(self->rig.agent_peer,
                        "guest-fstrim",
                        1,
                        (FirnTestStep[]){{.text = TRIMMED}, {0}});
    job = create(self, FIRN_QUIESCE_REQUIRE);
    commands = firn_test_peer_dup_commands(self->rig.agent_peer);
    g_assert_nonnull(strstr(strstr(commands, "guest-fstrim"), "guest-fsfreeze-freeze"));
    result = firn_job_dup_result(job);
    g_assert_true(g_variant_lookup(result, "trimmed", "t", &trimmed));
    g_assert_cmpuint(trimmed, ==, 4096);
    assert_warned(job,
                  "1 of the guest's file systems were not trimmed: /mnt/b: trim not supported");
}

/* A trim that fails does not fail the snapshot. */
static void
test_not_fatal(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) refused = NULL;
    g_autoptr(FirnJob) late = NULL;

    firn_test_peer_fail(self->rig.agent_peer, "guest-fstrim", 1, "no");
    refused = create(self, FIRN_QUIESCE_REQUIRE);
    assert_warned(refused, "were not trimmed: ");
    firn_test_peer_when(self->rig.agent_peer, "guest-fstrim", 1, NULL);
    late = create(self, FIRN_QUIESCE_REQUIRE);
    assert_warned(late, "not finished trimming within 1 s");
}

static void
test_without_freeze(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnJob) job = NULL;

    firn_test_peer_when(self->rig.agent_peer,
                        "guest-fstrim",
                        1,
                        (FirnTestStep[]){{.text = TRIMMED}, {0}});
    job = create(self, FIRN_QUIESCE_NEVER);
    g_assert_cmpuint(firn_test_peer_count(self->rig.agent_peer, "guest-fsfreeze-freeze"), ==, 0);
    assert_warned(job, "'trimmed'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    firn_test_job_rig_add("/job/trim/before-the-freeze", NULL, test_before_the_freeze);
    firn_test_job_rig_add("/job/trim/not-fatal", NULL, test_not_fatal);
    firn_test_job_rig_add("/job/trim/without-freeze", NULL, test_without_freeze);
    return g_test_run();
}
