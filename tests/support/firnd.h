/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

/**
 * FirnTestFirnd:
 *
 * The real firnd on a bus of its own, with folders of its own, and the real firn to drive it. The
 * environment variables FIRND and FIRN name both programs. Everything is removed at the end, also
 * if the test fails.
 */
typedef struct FirnTestFirnd FirnTestFirnd;

/**
 * firn_test_firnd_new:
 *
 * Returns: (transfer full): a firnd that is not started yet
 */
FirnTestFirnd *firn_test_firnd_new(void);

/**
 * firn_test_firnd_get_machines_dir:
 *
 * Returns: (transfer none): the folder of the files NAME.conf
 */
const char *firn_test_firnd_get_machines_dir(FirnTestFirnd *self);

/**
 * firn_test_firnd_get_state_dir:
 *
 * Returns: (transfer none): its --state-dir
 */
const char *firn_test_firnd_get_state_dir(FirnTestFirnd *self);

/**
 * firn_test_firnd_get_runtime_dir:
 *
 * Returns: (transfer none): its --runtime-dir
 */
const char *firn_test_firnd_get_runtime_dir(FirnTestFirnd *self);

/**
 * firn_test_firnd_start:
 * @self: a firnd that does not run
 *
 * Starts it and waits until it owns its name on the bus and knows which VMs there are.
 */
void firn_test_firnd_start(FirnTestFirnd *self);

/**
 * firn_test_firnd_set_crash_at:
 * @step: (nullable): number or name of the step (qmp/crash-point.h) at which later starts stop;
 * %NULL: none
 *
 * Standard error of such a firnd goes to firn_test_firnd_dup_log().
 */
void firn_test_firnd_set_crash_at(FirnTestFirnd *self, const char *step);

/**
 * firn_test_firnd_launch:
 * @self: a firnd that does not run
 *
 * Starts it without waiting for its name.
 */
void firn_test_firnd_launch(FirnTestFirnd *self);

/**
 * firn_test_firnd_is_up:
 * @self: a firnd that was launched
 *
 * Returns: whether it owns its name on the bus
 */
gboolean firn_test_firnd_is_up(FirnTestFirnd *self);

/**
 * firn_test_firnd_is_idle:
 * @self: a firnd that was launched
 *
 * Queries it on the bus, which takes a tenth of the time of running firn.
 *
 * Returns: whether it answers, and none of its jobs is running
 */
gboolean firn_test_firnd_is_idle(FirnTestFirnd *self);

/**
 * firn_test_firnd_dup_state:
 * @self: a firnd that was launched
 *
 * Returns: (transfer full) (nullable): its property State; %NULL if there is no reply
 */
char *firn_test_firnd_dup_state(FirnTestFirnd *self, const char *vm);

/**
 * firn_test_firnd_has_stopped:
 *
 * Returns: whether it has stopped at a step
 */
gboolean firn_test_firnd_has_stopped(FirnTestFirnd *self);

/**
 * firn_test_firnd_dup_log:
 *
 * Returns: (transfer full): standard error of the latest firnd that was to stop at a step
 */
char *firn_test_firnd_dup_log(FirnTestFirnd *self);

/**
 * firn_test_firnd_signal:
 * @number: a signal
 */
void firn_test_firnd_signal(FirnTestFirnd *self, int number);

/**
 * firn_test_firnd_wait_end:
 * @self: a firnd that was told to end
 *
 * Returns: its exit status, or minus the signal that ended it
 */
int firn_test_firnd_wait_end(FirnTestFirnd *self);

/**
 * firn_test_firnd_get_pid:
 *
 * Returns: its process id
 */
GPid firn_test_firnd_get_pid(FirnTestFirnd *self);

/**
 * FirnTestOutcome:
 * @status: exit status
 * @out: its standard output
 * @err: its standard error
 */
typedef struct {
    int status;
    char *out; /* (owned) */
    char *err; /* (owned) */
} FirnTestOutcome;

/**
 * firn_test_outcome_clear:
 */
void firn_test_outcome_clear(FirnTestOutcome *self);

/**
 * firn_test_firnd_firn:
 * @out_outcome: (out caller-allocates): the result
 * @...: arguments of firn, ended by %NULL; --bus is added
 *
 * Runs firn and waits for its end. May be called from any thread.
 */
void firn_test_firnd_firn(FirnTestFirnd *self,
                          FirnTestOutcome *out_outcome,
                          ...) G_GNUC_NULL_TERMINATED;

/**
 * firn_test_firnd_line:
 * @out_outcome: (out caller-allocates): the result
 * @line: arguments of firn, separated by spaces
 *
 * As firn_test_firnd_firn().
 */
void firn_test_firnd_line(FirnTestFirnd *self, FirnTestOutcome *out_outcome, const char *line);

/**
 * firn_test_firnd_answer:
 * @out_outcome: (out caller-allocates): the result; standard error is part of its output
 * @line: arguments of firn, separated by spaces
 * @answer: what a user types, one word
 *
 * As firn_test_firnd_line(), on a terminal.
 */
void firn_test_firnd_answer(FirnTestFirnd *self,
                            FirnTestOutcome *out_outcome,
                            const char *line,
                            const char *answer);

/**
 * firn_test_firnd_spawn:
 * @...: arguments of firn, ended by %NULL
 *
 * Starts firn in the background; its output is discarded.
 *
 * Returns: its process id; the caller must wait for it
 */
GPid firn_test_firnd_spawn(FirnTestFirnd *self, ...) G_GNUC_NULL_TERMINATED;

/**
 * firn_test_firnd_spawn_line:
 * @line: arguments of firn, separated by spaces
 *
 * As firn_test_firnd_spawn().
 *
 * Returns: its process id; the caller must wait for it
 */
GPid firn_test_firnd_spawn_line(FirnTestFirnd *self, const char *line);

/**
 * firn_test_firnd_leave_cancel:
 * @self: a firnd that has stopped itself in a job
 * @id: number of the job
 *
 * Queues a call of the job's Cancel: see firn_test_bus_leave_call().
 */
void firn_test_firnd_leave_cancel(FirnTestFirnd *self, guint id);

/**
 * firn_test_firnd_thaw_all:
 *
 * Runs firn-thaw-all on its leases; the output is not shown.
 *
 * Returns: the exit status; less than 0 for a signal
 */
int firn_test_firnd_thaw_all(FirnTestFirnd *self);

/**
 * firn_test_firnd_show:
 *
 * Returns: (transfer full): the object that `firn --json show` prints; the test ends if it fails
 */
JsonNode *firn_test_firnd_show(FirnTestFirnd *self, const char *vm, const char *snapshot);

void firn_test_firnd_free(FirnTestFirnd *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FirnTestOutcome, firn_test_outcome_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestFirnd, firn_test_firnd_free)
