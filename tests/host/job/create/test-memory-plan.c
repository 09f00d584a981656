/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory-plan.h"

#include <string.h>

#include "catalogue-change.h"
#include "host-error.h"
#include "job-rig.h"

#define SET     "migrate-set-capabilities"
#define NO_HOST "Background-snapshot is not supported by host kernel"
#define ANSWER  "{\"return\": {\"base-memory\": 1073741824, \"plugged-memory\": 0}, \"id\": $id}\n"

static void
set_policy(FirnTestJobRig *self, guint64 pause_max_us)
{
    FirnPolicy policy;

    firn_policy_init(&policy);
    policy.allow_memory = TRUE;
    policy.pause_max_us = pause_max_us;
    g_assert_true(FIRN_TEST_SET(self->rig.catalogue, NULL, change->policy = policy));
}

static void
set_up(FirnTestJobRig *self, gconstpointer data)
{
    const FirnTestStep steps[] = {{.text = ANSWER}, {0}};
    const FirnTestStep no_devices[] = {{.text = "{\"return\": [], \"id\": $id}\n"}, {0}};

    firn_test_job_rig_set_up(self, NULL);
    firn_test_peer_when(self->rig.monitor_peer, "qom-list", 0, no_devices);
    firn_test_peer_when(self->rig.monitor_peer, "query-memory-size-summary", 0, steps);
    set_policy(self, 0);
}

static FirnMemoryPlan *
make_plan(FirnTestJobRig *self, FirnMemoryMode wish)
{
    g_autoptr(FirnCreateParams) params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnChannel) monitor = firn_vm_dup_monitor(self->rig.vm);

    params->memory = wish;
    return firn_memory_plan_new(params, monitor, self->rig.folder, NULL);
}

/* QEMU reports incompatible capabilities: nothing else is wrong. */
static void
test_live(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnMemoryPlan) plan = NULL;

    firn_test_peer_fail(self->rig.monitor_peer, "auto-converge", 0, "not with auto-converge");
    firn_test_peer_fail(self->rig.monitor_peer, "validate-uuid", 0, "not with validate-uuid");
    plan = make_plan(self, FIRN_MEMORY_WISH_ANY);
    g_assert_cmpint(plan->way, ==, FIRN_MEMORY_WAY_LIVE);
    g_assert_null(plan->why_not_live);
    g_assert_true(plan->has_free);
    g_assert_cmpuint(plan->ram_bytes, >, 1073741824);
    g_assert_cmpuint(firn_memory_plan_get_pause(plan), ==, plan->live_us);
    g_assert_cmpuint(firn_test_peer_count(self->rig.monitor_peer, SET), ==, 2);
}

static void
test_impossible(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnMemoryPlan) plan = NULL;

    firn_test_peer_fail(self->rig.monitor_peer, SET, 0, NO_HOST);
    plan = make_plan(self, FIRN_MEMORY_WISH_ANY);
    g_assert_cmpint(plan->way, ==, FIRN_MEMORY_WAY_PAUSED);
    g_assert_nonnull(strstr(plan->why_not_live, "vm.unprivileged_userfaultfd=1"));
    g_assert_cmpuint(firn_memory_plan_get_pause(plan), ==, plan->paused_us);
    g_assert_cmpuint(plan->paused_us, >, 10 * G_USEC_PER_SEC);
}

/* If QEMU accepts both capabilities, the second call resets them. */
static void
test_takes_both(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnMemoryPlan) plan = make_plan(self, FIRN_MEMORY_WISH_ANY);

    g_assert_cmpint(plan->way, ==, FIRN_MEMORY_WAY_LIVE);
    g_assert_cmpuint(firn_test_peer_count(self->rig.monitor_peer, SET), ==, 2);
}

static void
test_as_asked(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnMemoryPlan) plan = make_plan(self, FIRN_MEMORY_WISH_PAUSED);

    g_assert_cmpint(plan->way, ==, FIRN_MEMORY_WAY_PAUSED);
    g_assert_null(plan->why_not_live);
    g_assert_cmpuint(firn_test_peer_count(self->rig.monitor_peer, SET), ==, 0);
}

/* Nothing is begun: no file, no pipe, no stop. */
static void
assert_refused(FirnTestJobRig *self)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autoptr(FirnJob) job = NULL;

    params->memory = FIRN_MEMORY_WISH_ANY;
    job = firn_test_job_rig_create(self, params);
    g_test_message("%s", firn_job_get_error(job)->message);
    g_assert_error(firn_job_get_error(job), FIRN_HOST_ERROR, FIRN_HOST_ERROR_PAUSE_NOT_ACCEPTED);
    g_assert_cmpuint(firn_test_peer_count(self->rig.monitor_peer, "\"stop\""), ==, 0);
    g_assert_cmpuint(firn_test_peer_count(self->rig.monitor_peer, "transaction"), ==, 0);
    firn_test_job_rig_assert_tags(self, "");
}

static void
test_not_accepted(FirnTestJobRig *self, gconstpointer data)
{
    firn_test_peer_fail(self->rig.monitor_peer, SET, 0, NO_HOST);
    set_policy(self, 9 * G_USEC_PER_SEC);
    assert_refused(self);
    firn_test_job_rig_assert_intents(self, "");
}

/* QEMU may refuse only when the migration really begins. */
static void
test_late_refusal(FirnTestJobRig *self, gconstpointer data)
{
    g_autofree char *folder = g_build_filename(self->rig.folder, "memory", NULL);
    g_autoptr(FirnStateDir) directory = firn_state_dir_new(folder, FIRN_DURABILITY_WHOLE);
    g_autoptr(GDir) dir = NULL;

    firn_vm_keep_files(self->rig.vm, directory, directory);
    firn_test_peer_fail(self->rig.monitor_peer, "auto-converge", 0, "not with auto-converge");
    firn_test_peer_fail(self->rig.monitor_peer, "validate-uuid", 0, "not with validate-uuid");
    firn_test_peer_fail(self->rig.monitor_peer, SET, 1, NO_HOST);
    assert_refused(self);
    g_assert_cmpuint(firn_test_peer_count(self->rig.monitor_peer, "getfd"), ==, 0);
    firn_test_job_rig_assert_intents(self, "");
    dir = g_dir_open(folder, 0, NULL);
    g_assert_null(g_dir_read_name(dir));
}

static gboolean
may_pause(FirnTestJobRig *self, FirnMemoryMode wish, gboolean accepts_pause, guint64 pause_max_us)
{
    g_autoptr(FirnCreateParams) params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    const FirnMemoryPlan plan = {.ram_bytes = 1, .paused_us = 5};

    set_policy(self, pause_max_us);
    params->memory = wish;
    params->accepts_pause = accepts_pause;
    return firn_memory_plan_may_pause(&plan, params);
}

static void
test_accepted(FirnTestJobRig *self, gconstpointer data)
{
    g_assert_false(may_pause(self, FIRN_MEMORY_WISH_ANY, FALSE, 0));
    g_assert_false(may_pause(self, FIRN_MEMORY_WISH_ANY, FALSE, 4));
    g_assert_true(may_pause(self, FIRN_MEMORY_WISH_ANY, FALSE, 5));
    g_assert_true(may_pause(self, FIRN_MEMORY_WISH_ANY, TRUE, 0));
    g_assert_true(may_pause(self, FIRN_MEMORY_WISH_PAUSED, FALSE, 0));
}

/* No limit covers an unknown pause. */
static void
test_unknown_size(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(FirnCreateParams) params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    const FirnMemoryPlan plan = {.ram_bytes = 0};

    set_policy(self, G_MAXINT64);
    params->memory = FIRN_MEMORY_WISH_ANY;
    g_assert_false(firn_memory_plan_may_pause(&plan, params));
}

static void
add(const char *path, void (*test)(FirnTestJobRig *, gconstpointer))
{
    g_test_add(path, FirnTestJobRig, NULL, set_up, test, firn_test_job_rig_tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    add("/job/memory-plan/live", test_live);
    add("/job/memory-plan/impossible", test_impossible);
    add("/job/memory-plan/takes-both", test_takes_both);
    add("/job/memory-plan/as-asked", test_as_asked);
    add("/job/memory-plan/not-accepted-is-refused-untouched", test_not_accepted);
    add("/job/memory-plan/refused-late", test_late_refusal);
    add("/job/memory-plan/accepted", test_accepted);
    add("/job/memory-plan/unknown-size", test_unknown_size);
    return g_test_run();
}
