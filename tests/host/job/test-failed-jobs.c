/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failed-jobs.h"

#include <glib/gstdio.h>
#include <string.h>

#include "scratch-dir.h"

#define VM    "11111111-1111-4222-8333-123456789abc"
#define OTHER "22222222-1111-4222-8333-123456789abc"
#define HOURS G_TIME_SPAN_HOUR

/* A host whose clocks the test sets. */
typedef struct {
    FirnTestScratchDir *dir; /* (owned) */
    char *path;              /* (owned) */
    gint64 running_us;
    gint64 wall_us;
    FirnHostClock clock;
    FirnFailedJobs *jobs; /* (owned) (nullable) */
} Fixture;

static gint64
get_running(gpointer data)
{
    return ((Fixture *)data)->running_us;
}

static gint64
get_wall(gpointer data)
{
    return ((Fixture *)data)->wall_us;
}

static void
set_up(Fixture *self, gconstpointer data)
{
    self->dir = firn_test_scratch_dir_new();
    self->path = g_build_filename(firn_test_scratch_dir_get_path(self->dir), "failed", NULL);
    self->running_us = HOURS;
    self->wall_us = 1000 * HOURS;
    self->clock = (FirnHostClock){"first", get_running, get_wall, self};
    self->jobs = firn_failed_jobs_open(self->path, &self->clock);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
    g_clear_object(&self->jobs);
    g_free(self->path);
    firn_test_scratch_dir_free(self->dir);
}

static void
put(Fixture *self, guint id, const char *vm_uuid)
{
    FirnFailedJob *job = g_new0(FirnFailedJob, 1);

    job->id = id;
    job->operation = g_strdup("create");
    job->vm_uuid = g_strdup(vm_uuid);
    job->finished_us = self->wall_us;
    job->phase = g_strdup("thaw");
    job->error_word = g_strdup("FreezeFailed");
    job->error_message = g_strdup("a hook has failed");
    job->evidence = firn_evidence_new(FIRN_QUIESCE_REQUIRE);
    firn_failed_jobs_put(self->jobs, job);
}

static void
pass(Fixture *self, gint64 us)
{
    self->running_us += us;
    self->wall_us += us;
}

static void
start_firnd_again(Fixture *self)
{
    g_clear_object(&self->jobs);
    self->jobs = firn_failed_jobs_open(self->path, &self->clock);
}

static void
start_host_again(Fixture *self)
{
    self->clock.boot_id = "second";
    self->running_us = G_TIME_SPAN_MINUTE;
    start_firnd_again(self);
}

static guint
count(Fixture *self)
{
    g_autoptr(GPtrArray) list = firn_failed_jobs_list(self->jobs);

    return list->len;
}

static guint
count_files(Fixture *self)
{
    g_autoptr(GDir) dir = g_dir_open(self->path, 0, NULL);
    guint n = 0;

    while (dir != NULL && g_dir_read_name(dir) != NULL)
        n++;
    return n;
}

static void
wait_for_files(Fixture *self, guint n)
{
    gint64 end_us = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

    while (count_files(self) != n && g_get_monotonic_time() < end_us)
        g_main_context_iteration(NULL, FALSE);
    g_assert_cmpuint(count_files(self), ==, n);
}

static void
test_a_day(Fixture *self, gconstpointer data)
{
    put(self, 1, VM);
    pass(self, 12 * HOURS);
    put(self, 2, VM);
    pass(self, 12 * HOURS - 1);
    firn_failed_jobs_expire(self->jobs);
    g_assert_true(firn_failed_jobs_has(self->jobs, 1));
    pass(self, 1);
    g_assert_false(firn_failed_jobs_has(self->jobs, 1));
    g_assert_true(firn_failed_jobs_has(self->jobs, 2));
    firn_failed_jobs_expire(self->jobs);
    wait_for_files(self, 1);
    pass(self, 12 * HOURS);
    g_assert_cmpuint(count(self), ==, 0);
    firn_failed_jobs_expire(self->jobs);
    wait_for_files(self, 0);
}

/* Forwards and backwards, set by a user. */
static void
test_wall_clock_jumps(Fixture *self, gconstpointer data)
{
    put(self, 1, VM);
    self->wall_us += 1000 * HOURS;
    g_assert_true(firn_failed_jobs_has(self->jobs, 1));
    start_firnd_again(self);
    g_assert_true(firn_failed_jobs_has(self->jobs, 1));
    self->wall_us = 0;
    start_firnd_again(self);
    g_assert_true(firn_failed_jobs_has(self->jobs, 1));
    self->running_us += 24 * HOURS;
    g_assert_false(firn_failed_jobs_has(self->jobs, 1));
    start_firnd_again(self);
    g_assert_cmpuint(count_files(self), ==, 0);
}

static void
test_firnd_is_started_anew(Fixture *self, gconstpointer data)
{
    g_autoptr(GPtrArray) list = NULL;
    const FirnFailedJob *job;

    put(self, 10, VM);
    put(self, 9, OTHER);
    pass(self, 10 * HOURS);
    start_firnd_again(self);
    list = firn_failed_jobs_list(self->jobs);
    g_assert_cmpuint(list->len, ==, 2);
    job = list->pdata[0];
    g_assert_cmpuint(job->id, ==, 9);
    g_assert_cmpstr(job->error_word, ==, "FreezeFailed");
    pass(self, 14 * HOURS);
    g_assert_cmpuint(count(self), ==, 0);
}

static void
test_host_is_started_anew(Fixture *self, gconstpointer data)
{
    put(self, 1, VM);
    self->wall_us += 10 * HOURS;
    start_host_again(self);
    pass(self, 14 * HOURS - 1);
    g_assert_true(firn_failed_jobs_has(self->jobs, 1));
    /* The time is not counted again from this start of firnd. */
    start_firnd_again(self);
    pass(self, 1);
    g_assert_false(firn_failed_jobs_has(self->jobs, 1));
}

/* The clock of a host that was off for a weekend, or lost its battery, proves nothing. */
static void
test_host_was_off(Fixture *self, gconstpointer data)
{
    put(self, 1, VM);
    self->wall_us += 1000 * HOURS;
    start_host_again(self);
    pass(self, HOURS - 1);
    g_assert_true(firn_failed_jobs_has(self->jobs, 1));
    pass(self, 1);
    g_assert_false(firn_failed_jobs_has(self->jobs, 1));
}

static void
test_host_without_battery(Fixture *self, gconstpointer data)
{
    put(self, 1, VM);
    self->wall_us = 0;
    start_host_again(self);
    pass(self, 24 * HOURS - 1);
    g_assert_true(firn_failed_jobs_has(self->jobs, 1));
    pass(self, 1);
    g_assert_false(firn_failed_jobs_has(self->jobs, 1));
}

/* A VM that fails every minute. */
static void
test_bounded_per_vm(Fixture *self, gconstpointer data)
{
    put(self, 1, OTHER);
    for (guint id = 2; id < 102; id++)
        put(self, id, VM);
    g_assert_cmpuint(count(self), ==, FIRN_FAILED_JOBS_MAX_PER_VM + 1);
    g_assert_cmpuint(count_files(self), ==, FIRN_FAILED_JOBS_MAX_PER_VM + 1);
    g_assert_true(firn_failed_jobs_has(self->jobs, 1));
    g_assert_true(firn_failed_jobs_has(self->jobs, 101));
    g_assert_false(firn_failed_jobs_has(self->jobs, 2));
}

static void
test_bounded(Fixture *self, gconstpointer data)
{
    for (guint id = 1; id <= FIRN_FAILED_JOBS_MAX + 5; id++) {
        g_autofree char *vm_uuid = g_uuid_string_random();

        put(self, id, vm_uuid);
    }
    g_assert_cmpuint(count(self), ==, FIRN_FAILED_JOBS_MAX);
    g_assert_cmpuint(count_files(self), ==, FIRN_FAILED_JOBS_MAX);
    g_assert_false(firn_failed_jobs_has(self->jobs, 5));
}

static void
write_file(Fixture *self, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(self->path, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
test_damaged(Fixture *self, gconstpointer data)
{
    put(self, 1, VM);
    write_file(self, "2.json", "{");
    write_file(self, "x.json", "{}");
    for (guint i = 0; i < 2; i++)
        g_test_expect_message("firn-job", G_LOG_LEVEL_WARNING, "*cannot read the evidence*");
    start_firnd_again(self);
    g_test_assert_expected_messages();
    g_assert_cmpuint(count(self), ==, 1);
    g_assert_cmpuint(count_files(self), ==, 1);
}

/* For example on a full disk; here a file is where the folder should be. */
static void
test_cannot_be_written(Fixture *self, gconstpointer data)
{
    g_assert_true(g_file_set_contents(self->path, "", 0, NULL));
    g_test_expect_message("firn-job", G_LOG_LEVEL_WARNING, "*only while firnd runs*");
    put(self, 1, VM);
    g_test_assert_expected_messages();
    g_assert_true(firn_failed_jobs_has(self->jobs, 1));
}

#define ADD(name, test) g_test_add("/job/failed-jobs/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("kept-for-a-day", test_a_day);
    ADD("wall-clock-jumps", test_wall_clock_jumps);
    ADD("firnd-is-started-anew", test_firnd_is_started_anew);
    ADD("host/is-started-anew", test_host_is_started_anew);
    ADD("host/was-off", test_host_was_off);
    ADD("host/has-no-battery", test_host_without_battery);
    ADD("bounded/per-vm", test_bounded_per_vm);
    ADD("bounded/in-all", test_bounded);
    ADD("damaged", test_damaged);
    ADD("cannot-be-written", test_cannot_be_written);
    return g_test_run();
}
