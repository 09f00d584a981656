/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "create-dry-run.h"

#include "job-rig.h"

typedef struct {
    FirnCreateParams *params;
    GAsyncQueue *plans;
} Request;

static void
on_plan(GObject *source, GAsyncResult *result, gpointer plans)
{
    g_autoptr(GError) error = NULL;
    GVariant *plan = firn_create_dry_run_finish(result, &error);

    g_assert_no_error(error);
    g_async_queue_push(plans, plan);
}

static void
begin(gpointer data)
{
    Request *request = data;

    firn_create_dry_run_async(request->params, NULL, on_plan, request->plans);
}

static GVariant *
make_plan(FirnTestJobRig *self, FirnCreateParams *params)
{
    g_autoptr(GAsyncQueue) plans = g_async_queue_new();
    Request request = {params, plans};
    GVariant *plan;

    firn_test_loop_thread_call(begin, &request);
    plan = g_async_queue_timeout_pop(plans, 30 * G_USEC_PER_SEC);
    g_assert_nonnull(plan);
    return plan;
}

static void
assert_word(GVariant *plan, const char *key, const char *expected)
{
    const char *word = NULL;

    g_assert_true(g_variant_lookup(plan, key, "&s", &word));
    g_assert_cmpstr(word, ==, expected);
}

static void
assert_length(GVariant *plan, const char *key, const char *type, gsize expected)
{
    g_autoptr(GVariant) list = g_variant_lookup_value(plan, key, G_VARIANT_TYPE(type));

    g_assert_nonnull(list);
    g_assert_cmpuint(g_variant_n_children(list), ==, expected);
}

static void
test_possible(FirnTestJobRig *self, gconstpointer data)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE);
    g_autoptr(GVariant) plan = NULL;

    params->name = g_strdup("later");
    params->exclude = g_strsplit("vdb", " ", -1);
    plan = make_plan(self, params);
    assert_word(plan, "name", "later");
    assert_word(plan, "state", "running");
    assert_word(plan, "quiesce", "require");
    assert_word(plan, "agent", "7.2.22");
    assert_word(plan, "expected-verdict", "filesystem");
    assert_length(plan, "disks", "a(ssst)", 1);
    assert_length(plan, "excluded", "as", 1);
    assert_length(plan, "file-systems", "a(sss)", 2);
    assert_length(plan, "blockers", "a(ssss)", 0);
}

static void
test_changes_nothing(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(GVariant) plan =
        make_plan(self, firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE));

    firn_test_job_rig_assert_thawed(self, 0, 0);
    firn_test_job_rig_assert_tags(self, "");
    g_assert_cmpuint(firn_test_peer_count(self->rig.monitor_peer, "transaction"), ==, 0);
    g_assert_cmpuint(firn_catalogue_count(self->rig.catalogue), ==, 0);
}

static void
test_blocked(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(GVariant) plan = NULL;

    firn_test_vm_rig_end_agent(&self->rig);
    firn_test_fake_monitor_set_disk(self->rig.monitor, "vdb", "raw", NULL, FALSE);
    plan = make_plan(self, firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE));
    assert_length(plan, "blockers", "a(ssss)", 2);
    assert_word(plan, "agent", "");
}

static void
set_job(gpointer vm)
{
    firn_vm_set_job(vm, 7);
}

/* While a job works on the VM, its guest may be frozen and must not be queried by another one. */
static void
test_job_at_work(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(GVariant) plan = NULL;

    firn_test_loop_thread_call(set_job, self->rig.vm);
    plan = make_plan(self, firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE));
    assert_length(plan, "blockers", "a(ssss)", 1);
    g_assert_cmpuint(firn_test_peer_count(self->rig.agent_peer, FIRN_TEST_PEER_CONNECTED), ==, 0);
}

static void
test_unreachable(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(GVariant) plan = NULL;

    firn_test_peer_fail(self->rig.monitor_peer, "query-status", 0, "hangs");
    plan = make_plan(self, firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE));
    assert_length(plan, "blockers", "a(ssss)", 1);
    assert_word(plan, "state", "unknown");
}

static void
test_off(FirnTestJobRig *self, gconstpointer data)
{
    g_autoptr(GVariant) plan = NULL;

    firn_test_vm_rig_end_qemu(&self->rig);
    plan = make_plan(self, firn_test_job_rig_new_params(self, FIRN_QUIESCE_REQUIRE));
    assert_word(plan, "state", "off");
    assert_word(plan, "expected-verdict", "offline");
    assert_length(plan, "blockers", "a(ssss)", 0);
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
    add("/job/create-plan/possible", test_possible);
    add("/job/create-plan/changes-nothing", test_changes_nothing);
    add("/job/create-plan/blocked", test_blocked);
    add("/job/create-plan/leaves-a-guest-at-work-alone", test_job_at_work);
    add("/job/create-plan/unreachable", test_unreachable);
    add("/job/create-plan/off", test_off);
    return g_test_run();
}
