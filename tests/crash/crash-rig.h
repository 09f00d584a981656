/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "firnd.h"
#include "guest.h"

/**
 * FirnCrashRig:
 * @guest: a real guest with two disks; with FIRN_TEST_ON_VOLUMES three, those of FIRN_TEST_DISKS
 * @n_disks: how many
 * @firnd: a real firnd with steps, which knows the guest as "web1"
 * @client: (nullable): the firn whose job is interrupted; 0: none
 *
 * A VM with its firnd, and what must hold for them after any interruption.
 */
typedef struct {
    FirnTestGuest *guest; /* (owned) */
    guint n_disks;
    FirnTestFirnd *firnd; /* (owned) */
    GPid client;
} FirnCrashRig;

/**
 * firn_crash_rig_set_up:
 * @self: a rig; fixture
 * @unused: nothing
 *
 * Boots the guest and starts firnd. With FIRN_TEST_PREPARE the program ends instead, once there is
 * RAM from which such guests begin.
 */
void firn_crash_rig_set_up(FirnCrashRig *self, gconstpointer unused);

/**
 * firn_crash_rig_tear_down:
 * @unused: nothing
 */
void firn_crash_rig_tear_down(FirnCrashRig *self, gconstpointer unused);

/**
 * firn_crash_rig_do:
 * @self: a rig with firnd running
 * @line: arguments of firn, separated by spaces
 *
 * Runs firn, which must succeed.
 */
void firn_crash_rig_do(FirnCrashRig *self, const char *line);

/**
 * firn_crash_rig_begin:
 * @step: number or name of the step at which firnd stops
 * @line: (nullable): arguments of firn; %NULL: starting firnd is the job
 *
 * Restarts firnd and starts the job.
 *
 * Returns: %FALSE if firnd stops at the step while it starts, so that there is no job
 */
gboolean firn_crash_rig_begin(FirnCrashRig *self, const char *step, const char *line);

/**
 * firn_crash_rig_stop:
 * @self: a rig with firnd running
 *
 * Ends firnd as systemd does. Otherwise a firnd that has not come to its step would stop there
 * later.
 */
void firn_crash_rig_stop(FirnCrashRig *self);

/**
 * firn_crash_rig_wait_step:
 * @self: a rig in which a job was begun
 *
 * Returns: (transfer full) (nullable): name of the step at which firnd has stopped; %NULL: the job
 * ended before
 */
char *firn_crash_rig_wait_step(FirnCrashRig *self);

/**
 * firn_crash_rig_wait_client:
 * @self: a rig in which a job was begun
 *
 * Returns: the exit status of firn; 0 if there was none
 */
int firn_crash_rig_wait_client(FirnCrashRig *self);

/**
 * firn_crash_rig_wait_state:
 * @state: of web1, as its property State has it
 * @is_wanted: %FALSE: waits until it has another state
 *
 * Waits until firnd reports the state.
 */
void firn_crash_rig_wait_state(FirnCrashRig *self, const char *state, gboolean is_wanted);

/**
 * firn_crash_rig_settle:
 * @self: a rig after an interruption
 *
 * Starts firnd if it does not run, and waits until it is idle.
 */
void firn_crash_rig_settle(FirnCrashRig *self);

/**
 * firn_crash_rig_count:
 *
 * Returns: how many snapshots the catalogue file has
 */
guint firn_crash_rig_count(FirnCrashRig *self);

/**
 * firn_crash_rig_can_undo:
 *
 * Returns: whether there is an undo point
 */
gboolean firn_crash_rig_can_undo(FirnCrashRig *self);

/**
 * firn_crash_rig_assert_promises:
 *
 * The one oracle: no guest is frozen or paused; each disk's table matches the catalogue; no lease,
 * journal entry or partly written file is left; firn itself reports no problem.
 */
void firn_crash_rig_assert_promises(FirnCrashRig *self);
