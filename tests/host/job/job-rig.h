/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "create-job.h"
#include "delete-job.h"
#include "vm-rig.h"

/**
 * FirnTestJobRig:
 * @rig: the VM
 * @jobs: its jobs
 * @backend: qcow2
 * @leases: the directory of the VM's lease
 * @journal: of its jobs
 *
 * A VM with jobs, for tests of jobs.
 */
typedef struct {
    FirnTestVmRig rig;
    FirnJobs *jobs;       /* (owned) main loop only */
    FirnBackend *backend; /* (owned) */
    FirnStateDir *leases; /* (owned) */
    FirnJournal *journal; /* (owned) */
    GAsyncQueue *ended;   /* (owned) a word for each job that has ended */
} FirnTestJobRig;

/**
 * firn_test_job_rig_set_up:
 * @self: (out): a rig
 * @data: not used
 *
 * For g_test_add().
 */
void firn_test_job_rig_set_up(FirnTestJobRig *self, gconstpointer data);

/**
 * firn_test_job_rig_tear_down:
 * @data: not used
 *
 * For g_test_add().
 */
void firn_test_job_rig_tear_down(FirnTestJobRig *self, gconstpointer data);

/**
 * firn_test_job_rig_add:
 * @path: of a test
 * @data: for it
 * @test: runs with a rig of its own
 *
 * Like g_test_add().
 */
void firn_test_job_rig_add(const char *path,
                           gconstpointer data,
                           void (*test)(FirnTestJobRig *self, gconstpointer data));

/**
 * firn_test_job_rig_answer:
 * @command: a command of the VM's monitor
 * @value: JSON text of its return value from now on
 */
void firn_test_job_rig_answer(FirnTestJobRig *self, const char *command, const char *value);

/**
 * firn_test_job_rig_mount:
 * @file_systems: JSON text of the list that the guest's agent returns next
 */
void firn_test_job_rig_mount(FirnTestJobRig *self, const char *file_systems);

/**
 * firn_test_job_rig_new_params:
 * @quiesce: whether to freeze the guest, and what to do if that fails
 *
 * Returns: (transfer full): a request with short timeouts: 10 s for the job
 */
FirnCreateParams *firn_test_job_rig_new_params(FirnTestJobRig *self, FirnQuiesce quiesce);

/**
 * firn_test_job_rig_start:
 * @request: any job
 *
 * Starts it on the main loop.
 *
 * Returns: (transfer full): the running job; %NULL with @error set
 */
FirnJob *firn_test_job_rig_start(FirnTestJobRig *self,
                                 const FirnJobRequest *request,
                                 GError **error);

/**
 * firn_test_job_rig_begin:
 * @params: (transfer full): the request
 *
 * Returns: (transfer full): a create job that runs
 */
FirnJob *firn_test_job_rig_begin(FirnTestJobRig *self, FirnCreateParams *params);

/**
 * firn_test_job_rig_end:
 *
 * Waits up to 30 s for the end of a job.
 */
void firn_test_job_rig_end(FirnTestJobRig *self);

/**
 * firn_test_job_rig_create:
 * @params: (transfer full): the request
 *
 * Returns: (transfer full): a create job that has ended
 */
FirnJob *firn_test_job_rig_create(FirnTestJobRig *self, FirnCreateParams *params);

/**
 * firn_test_job_rig_delete:
 * @uuid: (nullable): of a snapshot
 * @scope: what is deleted
 *
 * Returns: (transfer full): a delete job that has ended
 */
FirnJob *firn_test_job_rig_delete(FirnTestJobRig *self, const char *uuid, FirnDeleteScope scope);

/**
 * firn_test_job_rig_snapshot:
 * @name: of a snapshot
 *
 * Makes one without freezing the guest.
 *
 * Returns: (transfer full): its UUID
 */
char *firn_test_job_rig_snapshot(FirnTestJobRig *self, const char *name);

/**
 * firn_test_job_rig_assert_tags:
 * @expected: tags on each disk, separated by spaces
 */
void firn_test_job_rig_assert_tags(FirnTestJobRig *self, const char *expected);

/**
 * firn_test_job_rig_assert_intents:
 * @expected: names of the snapshots of open journal entries, separated by spaces; "!" after one
 * that could not be ended
 */
void firn_test_job_rig_assert_intents(FirnTestJobRig *self, const char *expected);

/**
 * firn_test_job_rig_assert_thawed:
 * @freezes: how many were sent
 * @thaws: how many were sent
 *
 * Asserts these numbers, that the last command was not a freeze, that no record says that the guest
 * is frozen, and that no job has left anything unfinished.
 */
void firn_test_job_rig_assert_thawed(FirnTestJobRig *self, guint freezes, guint thaws);
