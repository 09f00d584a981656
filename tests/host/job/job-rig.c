/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job-rig.h"

#include <string.h>

#include "qcow2-backend.h"

#define JOB_MS (30 * G_USEC_PER_SEC)

static void
make_jobs(gpointer data)
{
    FirnTestJobRig *self = data;

    self->jobs = firn_jobs_new(NULL);
    firn_vm_keep_notes(self->rig.vm, self->leases, self->journal);
}

void
firn_test_job_rig_set_up(FirnTestJobRig *self, gconstpointer data)
{
    g_autofree char *leases = NULL;
    g_autofree char *intents = NULL;

    firn_test_vm_rig_set_up(&self->rig);
    leases = g_build_filename(self->rig.folder, "leases", NULL);
    intents = g_build_filename(self->rig.folder, "journal", NULL);
    self->leases = firn_state_dir_new(leases, FIRN_DURABILITY_WHOLE);
    self->journal = firn_journal_open(intents);
    self->backend = firn_qcow2_backend_new();
    self->ended = g_async_queue_new();
    firn_test_loop_thread_call(make_jobs, self);
}

static void
let_go(gpointer data)
{
    FirnTestJobRig *self = data;

    g_clear_object(&self->jobs);
    g_clear_object(&self->backend);
    g_clear_object(&self->journal);
    g_clear_pointer(&self->leases, firn_state_dir_unref);
}

void
firn_test_job_rig_tear_down(FirnTestJobRig *self, gconstpointer data)
{
    firn_test_loop_thread_call(let_go, self);
    firn_test_vm_rig_tear_down(&self->rig);
    g_async_queue_unref(self->ended);
}

void
firn_test_job_rig_add(const char *path,
                      gconstpointer data,
                      void (*test)(FirnTestJobRig *self, gconstpointer data))
{
    g_test_add(path,
               FirnTestJobRig,
               data,
               firn_test_job_rig_set_up,
               test,
               firn_test_job_rig_tear_down);
}

void
firn_test_job_rig_answer(FirnTestJobRig *self, const char *command, const char *value)
{
    g_autofree char *line = g_strdup_printf("{\"id\": $id, \"return\": %s}\n", value);

    firn_test_peer_when(self->rig.monitor_peer, command, 0, (FirnTestStep[]){{.text = line}, {0}});
}

void
firn_test_job_rig_mount(FirnTestJobRig *self, const char *file_systems)
{
    g_autofree char *line = g_strdup_printf("{\"return\": %s}\n", file_systems);

    firn_test_peer_when(self->rig.agent_peer,
                        "guest-get-fsinfo",
                        1,
                        (FirnTestStep[]){{.text = line}, {0}});
}

FirnCreateParams *
firn_test_job_rig_new_params(FirnTestJobRig *self, FirnQuiesce quiesce)
{
    FirnCreateParams *params = firn_create_params_new(self->rig.vm, self->backend);

    params->limits.quiesce = quiesce;
    params->limits.deadline_ms = 10000;
    return params;
}

/* What starts a job on the main loop. */
typedef struct {
    FirnTestJobRig *rig;
    const FirnJobRequest *request;
    FirnCreateParams *params;
    const char *uuid;
    FirnDeleteScope scope;
    FirnJob *job;
    GError *error;
} Start;

static void
on_completed(FirnJob *job, gpointer queue)
{
    g_async_queue_push(queue, GINT_TO_POINTER(1));
}

static FirnJob *
start(Start *start, void (*function)(gpointer data))
{
    firn_test_loop_thread_call(function, start);
    g_assert_no_error(start->error);
    return start->job;
}

static void
watch(Start *self, FirnJob *job)
{
    if (job == NULL)
        return;
    self->job = g_object_ref(job);
    g_signal_connect(job, "completed", G_CALLBACK(on_completed), self->rig->ended);
}

static void
start_create(gpointer data)
{
    Start *self = data;

    watch(self, firn_create_job_start(self->rig->jobs, self->params, 0, &self->error));
}

static void
start_delete(gpointer data)
{
    Start *self = data;
    FirnTestJobRig *rig = self->rig;

    watch(self,
          firn_delete_job_start(rig->jobs,
                                rig->rig.vm,
                                rig->backend,
                                self->uuid,
                                self->scope,
                                0,
                                &self->error));
}

static void
start_any(gpointer data)
{
    Start *self = data;

    watch(self, firn_jobs_start(self->rig->jobs, self->request, &self->error));
}

FirnJob *
firn_test_job_rig_start(FirnTestJobRig *self, const FirnJobRequest *request, GError **error)
{
    Start any = {.rig = self, .request = request};

    firn_test_loop_thread_call(start_any, &any);
    if (any.error != NULL)
        g_propagate_error(error, any.error);
    return any.job;
}

FirnJob *
firn_test_job_rig_begin(FirnTestJobRig *self, FirnCreateParams *params)
{
    Start request = {.rig = self, .params = params};

    return start(&request, start_create);
}

void
firn_test_job_rig_end(FirnTestJobRig *self)
{
    g_assert_nonnull(g_async_queue_timeout_pop(self->ended, JOB_MS));
}

FirnJob *
firn_test_job_rig_create(FirnTestJobRig *self, FirnCreateParams *params)
{
    FirnJob *job = firn_test_job_rig_begin(self, params);

    firn_test_job_rig_end(self);
    return job;
}

FirnJob *
firn_test_job_rig_delete(FirnTestJobRig *self, const char *uuid, FirnDeleteScope scope)
{
    Start request = {.rig = self, .uuid = uuid, .scope = scope};
    FirnJob *job = start(&request, start_delete);

    firn_test_job_rig_end(self);
    return job;
}

char *
firn_test_job_rig_snapshot(FirnTestJobRig *self, const char *name)
{
    FirnCreateParams *params = firn_test_job_rig_new_params(self, FIRN_QUIESCE_NEVER);
    g_autoptr(FirnJob) job = NULL;
    g_autoptr(GVariant) result = NULL;
    char *uuid = NULL;

    params->name = g_strdup(name);
    job = firn_test_job_rig_create(self, params);
    g_assert_no_error(firn_job_get_error(job));
    result = firn_job_dup_result(job);
    g_assert_true(g_variant_lookup(result, "snapshot", "s", &uuid));
    return uuid;
}

void
firn_test_job_rig_assert_tags(FirnTestJobRig *self, const char *expected)
{
    g_autofree char *vda = firn_test_fake_monitor_dup_snapshots(self->rig.monitor, "vda");
    g_autofree char *vdb = firn_test_fake_monitor_dup_snapshots(self->rig.monitor, "vdb");

    g_assert_cmpstr(vda, ==, expected);
    g_assert_cmpstr(vdb, ==, expected);
}

void
firn_test_job_rig_assert_intents(FirnTestJobRig *self, const char *expected)
{
    g_autoptr(GPtrArray) intents = firn_journal_list(self->journal, firn_vm_get_uuid(self->rig.vm));
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < intents->len; i++) {
        const FirnIntent *intent = intents->pdata[i];

        g_string_append_printf(text,
                               "%s%s%s",
                               i == 0 ? "" : " ",
                               intent->snapshot->name,
                               intent->why == NULL ? "" : "!");
    }
    g_assert_cmpstr(text->str, ==, expected);
}

void
firn_test_job_rig_assert_thawed(FirnTestJobRig *self, guint freezes, guint thaws)
{
    g_autofree char *commands = firn_test_peer_dup_commands(self->rig.agent_peer);
    const char *last_freeze = g_strrstr(commands, "guest-fsfreeze-freeze");
    const char *last_thaw = g_strrstr(commands, "guest-fsfreeze-thaw");

    g_assert_cmpuint(firn_test_peer_count(self->rig.agent_peer, "guest-fsfreeze-freeze"),
                     ==,
                     freezes);
    g_assert_cmpuint(firn_test_peer_count(self->rig.agent_peer, "guest-fsfreeze-thaw"), ==, thaws);
    g_assert_true(thaws == 0 || last_freeze < last_thaw);
    g_assert_cmpint(firn_vm_get_frozen_since(self->rig.vm), ==, 0);
    g_assert_cmpuint(firn_vm_get_job(self->rig.vm), ==, 0);
    firn_test_job_rig_assert_intents(self, "");
}
