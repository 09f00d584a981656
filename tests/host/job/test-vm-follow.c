/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A job that has told libvirt to start a domain, and a libvirt that does not report the outcome. */
#include "vm-follow.h"

#include "domain-rig.h"
#include "host-error.h"
#include "power.h"
#include "qcow2-backend.h"
#include "restore-rollback.h"
#include "slow-libvirt.h"
#include "vm-orders.h"

#define PATIENCE_US   (20 * G_USEC_PER_SEC)
#define LOOK_AGAIN_US (20 * 1000)

typedef struct {
    FirnTestDomainRig domain;
    FirnJob *job;         /* (owned) */
    GError *failure;      /* (owned) of the rollback */
    GAsyncQueue *stopped; /* (owned) */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    firn_slow_libvirt_reset();
    firn_test_domain_rig_set_up(&fixture->domain, NULL);
    fixture->stopped = g_async_queue_new();
}

/* A call that was given up takes effect in the end, before the next test looks. */
static void
let_start(Fixture *fixture)
{
    FirnSendOrder *order = firn_vm_get_orders(fixture->domain.job.rig.vm)->power;

    firn_slow_libvirt_open("start");
    while (!firn_send_order_is_sure(order))
        g_usleep(LOOK_AGAIN_US);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    let_start(fixture);
    g_object_unref(fixture->job);
    g_clear_error(&fixture->failure);
    g_async_queue_unref(fixture->stopped);
    virDomainDestroy(fixture->domain.domain);
    firn_test_domain_rig_tear_down(&fixture->domain, NULL);
}

/* Like a restore: a VM that cannot be started is rolled back, and nothing may be changed for that
 * as long as it is unknown whether it starts. */
static gboolean
start(FirnJob *job, gpointer data, GError **error)
{
    Fixture *fixture = data;
    FirnTestJobRig *rig = &fixture->domain.job;
    const FirnPowerOn how = {NULL};
    FirnIntentRestore note = {"", "s1", "off", "running", 0};
    g_autoptr(FirnSnapshot) present =
        firn_snapshot_new("undo", NULL, firn_evidence_new(FIRN_QUIESCE_NEVER));
    g_autofree char *command = NULL;

    g_assert_true(firn_job_commit(job, NULL));
    g_assert_false(firn_power_on(FIRN_POWER(rig->rig.vm), &how, error));
    g_assert_false(firn_restore_rollback_run(rig->rig.vm,
                                             rig->backend,
                                             present,
                                             &note,
                                             &command,
                                             &fixture->failure));
    return FALSE;
}

static void
free_nothing(gpointer data)
{
}

static void
lose_libvirt(gpointer data)
{
    firn_libvirt_connection_stop(((Fixture *)data)->domain.link);
}

static void
begin(Fixture *fixture)
{
    FirnTestJobRig *rig = &fixture->domain.job;
    const FirnJobRequest request = {.vm = rig->rig.vm,
                                    .operation = "restore",
                                    .run = start,
                                    .params = fixture,
                                    .free_params = free_nothing};

    firn_slow_libvirt_shut("start");
    fixture->job = firn_test_job_rig_start(rig, &request, NULL);
    firn_slow_libvirt_wait_arrived("start");
    g_assert_false(firn_job_cancel(fixture->job));
    firn_test_loop_thread_call(lose_libvirt, fixture);
}

static void
assert_left(Fixture *fixture)
{
    firn_test_job_rig_end(&fixture->domain.job);
    g_assert_error(firn_job_get_error(fixture->job),
                   FIRN_HOST_ERROR,
                   FIRN_HOST_ERROR_VM_UNREACHABLE);
    g_assert_error(fixture->failure, FIRN_HOST_ERROR, FIRN_HOST_ERROR_VM_UNREACHABLE);
}

static void
test_cancel(Fixture *fixture, gconstpointer data)
{
    gint64 end_us = g_get_monotonic_time() + PATIENCE_US;

    begin(fixture);
    while (!firn_job_cancel(fixture->job)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end_us);
        g_usleep(LOOK_AGAIN_US);
    }
    assert_left(fixture);
}

static gboolean
on_stopped(gpointer queue)
{
    g_async_queue_push(queue, queue);
    return G_SOURCE_REMOVE;
}

static void
stop(gpointer data)
{
    Fixture *fixture = data;

    firn_jobs_stop(fixture->domain.job.jobs, on_stopped, fixture->stopped);
}

static void
test_end(Fixture *fixture, gconstpointer data)
{
    begin(fixture);
    firn_test_loop_thread_call(stop, fixture);
    g_assert_nonnull(g_async_queue_timeout_pop(fixture->stopped, PATIENCE_US));
    assert_left(fixture);
}

/* The end of firnd does not interrupt a start that succeeds. */
static gboolean
start_well(FirnJob *job, gpointer data, GError **error)
{
    Fixture *fixture = data;
    const FirnPowerOn how = {NULL};

    g_assert_true(firn_job_commit(job, NULL));
    firn_test_loop_thread_call(stop, fixture);
    return firn_power_on(FIRN_POWER(fixture->domain.job.rig.vm), &how, error);
}

static void
test_end_while_well(Fixture *fixture, gconstpointer data)
{
    FirnTestJobRig *rig = &fixture->domain.job;
    const FirnJobRequest request = {.vm = rig->rig.vm,
                                    .operation = "restore",
                                    .run = start_well,
                                    .params = fixture,
                                    .free_params = free_nothing};

    fixture->job = firn_test_job_rig_start(rig, &request, NULL);
    firn_test_job_rig_end(rig);
    g_assert_no_error(firn_job_get_error(fixture->job));
}

#define TEST(topic, function)                                                                      \
    g_test_add("/job/vm-follow/" topic, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("cancelled-when-libvirt-is-gone", test_cancel);
    TEST("left-when-firnd-ends", test_end);
    TEST("firnd-ends-while-all-is-well", test_end_while_well);
    return g_test_run();
}
