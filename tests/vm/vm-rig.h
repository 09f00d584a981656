/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "firnd.h"
#include "guest.h"
#include "proxy.h"

/**
 * FirnVmRig:
 * @guest: a real guest with two disks
 * @firnd: the real firnd, which knows the guest as "web1"
 * @monitor: (nullable): stands between firnd and the guest's monitor, if asked for; never with a
 * domain, whose monitor is libvirt's
 * @player: (nullable): waits for firnd to stand in the window, if there is no proxy
 *
 * What a test of the whole needs.
 */
typedef struct {
    FirnTestGuest *guest;   /* (owned) */
    FirnTestFirnd *firnd;   /* (owned) */
    FirnTestProxy *monitor; /* (owned) (nullable) */
    GThread *player;        /* (owned) (nullable) */
} FirnVmRig;

/**
 * FirnVmRigOptions:
 * @guest: how to make the guest
 * @with_proxy: put a proxy before the monitor
 */
typedef struct {
    FirnTestGuestOptions guest;
    gboolean with_proxy;
} FirnVmRigOptions;

/**
 * firn_vm_rig_set_up:
 * @self: a rig; fixture
 * @options: (type FirnVmRigOptions) (nullable): two disks, no proxy, if %NULL
 *
 * Boots the guest, starts firnd.
 */
void firn_vm_rig_set_up(FirnVmRig *self, gconstpointer options);

/**
 * firn_vm_rig_tear_down:
 * @self: a rig
 * @options: as for firn_vm_rig_set_up()
 */
void firn_vm_rig_tear_down(FirnVmRig *self, gconstpointer options);

/**
 * firn_vm_rig_create:
 * @self: a rig
 * @status: the exit status that firn has to have
 * @...: more arguments of `firn create web1 s1`, ended by %NULL
 *
 * Returns: (transfer full): what firn wrote to standard error
 */
char *firn_vm_rig_create(FirnVmRig *self, int status, ...) G_GNUC_NULL_TERMINATED;

/**
 * firn_vm_rig_assert_verdict:
 * @self: a rig in which s1 was made
 * @verdict: what s1 has to be called
 * @indication: what it has to indicate
 */
void firn_vm_rig_assert_verdict(FirnVmRig *self, const char *verdict, const char *indication);

/**
 * firn_vm_rig_assert_tags:
 * @self: a rig
 * @count: how many snapshots each disk has to have
 */
void firn_vm_rig_assert_tags(FirnVmRig *self, guint count);

/**
 * firn_vm_rig_assert_well:
 * @self: a rig
 *
 * The guest runs, both its file systems take writes, and firn does not believe it frozen.
 */
void firn_vm_rig_assert_well(FirnVmRig *self);

/**
 * firn_vm_rig_in_window:
 * @self: a rig with a proxy
 * @scene: played once, when firnd sends the cut and before QEMU gets it
 *
 * Runs @scene while the guest is frozen; what it returns becomes of the cut.
 *
 * With a domain firnd is started anew, to stop itself at the step before its cut: it stands still
 * as a whole while @scene is played, and goes on afterwards if it still exists, whatever @scene
 * returns. A scene that waits for firnd, or that needs its cut lost, has to have a proxy: see
 * firn_vm_rig_needs_proxy().
 */
void firn_vm_rig_in_window(FirnVmRig *self, FirnTestProxyHook scene);

/**
 * firn_vm_rig_needs_proxy:
 * @self: a rig with a proxy, if there can be one
 *
 * Skips the running test if there cannot be one.
 *
 * Returns: %TRUE if there is one
 */
gboolean firn_vm_rig_needs_proxy(FirnVmRig *self);

/**
 * firn_vm_rig_shut_down:
 * @self: a rig
 *
 * The guest lets go of its file systems and shuts down; waits for the end of its QEMU, and until
 * firnd has seen it.
 */
void firn_vm_rig_shut_down(FirnVmRig *self);

/**
 * firn_vm_rig_run:
 * @self: a rig
 * @status: the exit status that firn has to have
 * @line: arguments of firn, blanks between them
 *
 * Returns: (transfer full): what firn wrote, standard output first
 */
char *firn_vm_rig_run(FirnVmRig *self, int status, const char *line);

/**
 * firn_vm_rig_has_steps:
 *
 * Returns: whether firnd was built with steps (qmp/step.h), so that it can stop itself at one
 */
gboolean firn_vm_rig_has_steps(void);

/**
 * firn_vm_rig_restart_to_stop_at:
 * @self: a rig
 * @step: name of a step
 *
 * Ends firnd, and starts one that stops itself there. Later ones do not.
 */
void firn_vm_rig_restart_to_stop_at(FirnVmRig *self, const char *step);

/**
 * firn_vm_rig_change_launch:
 * @self: a rig with a machine of plain QEMU
 * @more: arguments of QEMU, a blank before each
 *
 * Adds them to the line that starts it again, and starts another firnd, which has read it.
 */
void firn_vm_rig_change_launch(FirnVmRig *self, const char *more);

/**
 * firn_vm_rig_wait_stopped:
 * @self: a rig
 *
 * Waits until firnd has stopped itself.
 */
void firn_vm_rig_wait_stopped(FirnVmRig *self);

/**
 * firn_vm_rig_wait_idle:
 * @self: a rig
 *
 * Waits until firnd runs no job.
 */
void firn_vm_rig_wait_idle(FirnVmRig *self);
