/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "firnd.h"
#include "guest.h"
#include "proxy.h"

/**
 * FirnVmRig:
 * @guest: a real guest with two disks
 * @firnd: the real firnd, which knows the guest as "web1"
 * @monitor: (nullable): a proxy between firnd and the guest's monitor, if requested; never for a
 * domain, whose monitor belongs to libvirt
 * @player: (nullable): waits until firnd stops in the freeze window, if there is no proxy
 *
 * Everything for a test with real parts.
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
 * @options: (type FirnVmRigOptions) (nullable): %NULL: two disks, no proxy
 *
 * Boots the guest, starts firnd.
 */
void firn_vm_rig_set_up(FirnVmRig *self, gconstpointer options);

/**
 * firn_vm_rig_tear_down:
 * @options: as for firn_vm_rig_set_up()
 */
void firn_vm_rig_tear_down(FirnVmRig *self, gconstpointer options);

/**
 * firn_vm_rig_create:
 * @status: expected exit status of firn
 * @...: more arguments of `firn create web1 s1`, up to %NULL
 *
 * Returns: (transfer full): what firn wrote to standard error
 */
char *firn_vm_rig_create(FirnVmRig *self, int status, ...) G_GNUC_NULL_TERMINATED;

/**
 * firn_vm_rig_assert_verdict:
 * @self: a rig in which s1 was made
 * @verdict: expected verdict of s1
 * @indication: its expected indications
 */
void firn_vm_rig_assert_verdict(FirnVmRig *self, const char *verdict, const char *indication);

/**
 * firn_vm_rig_assert_tags:
 * @count: expected number of snapshots on each disk
 */
void firn_vm_rig_assert_tags(FirnVmRig *self, guint count);

/**
 * firn_vm_rig_assert_well:
 *
 * Checks that the guest runs, that both its file systems can be written to, and that firn does not
 * consider it frozen.
 */
void firn_vm_rig_assert_well(FirnVmRig *self);

/**
 * firn_vm_rig_in_window:
 * @self: a rig with a proxy
 * @scene: called once, after firnd has sent the cut and before QEMU gets it
 *
 * Runs @scene while the guest is frozen; its result decides what happens to the cut.
 *
 * For a domain, firnd is restarted so that it stops itself at the step before its cut: the whole
 * process is stopped while @scene runs, and continues afterwards if it still exists, whatever
 * @scene returns. A scene that waits for firnd, or must lose the cut, needs a proxy: see
 * firn_vm_rig_needs_proxy().
 */
void firn_vm_rig_in_window(FirnVmRig *self, FirnTestProxyHook scene);

/**
 * firn_vm_rig_needs_proxy:
 * @self: a rig with a proxy, if possible
 *
 * Skips the running test if there is no proxy.
 *
 * Returns: %TRUE if there is one
 */
gboolean firn_vm_rig_needs_proxy(FirnVmRig *self);

/**
 * firn_vm_rig_shut_down:
 *
 * The guest unmounts its file systems and shuts down; waits until its QEMU has exited and firnd has
 * noticed.
 */
void firn_vm_rig_shut_down(FirnVmRig *self);

/**
 * firn_vm_rig_run:
 * @status: expected exit status of firn
 * @line: arguments of firn, separated by blanks
 *
 * Returns: (transfer full): firn's output, standard output first
 */
char *firn_vm_rig_run(FirnVmRig *self, int status, const char *line);

/**
 * firn_vm_rig_has_steps:
 *
 * Returns: whether firnd was built with steps (qmp/crash-point.h), so that it can stop itself at
 * one
 */
gboolean firn_vm_rig_has_steps(void);

/**
 * firn_vm_rig_restart_to_stop_at:
 * @step: name of a step
 *
 * Stops firnd, and starts one that stops itself at @step. Later ones do not.
 */
void firn_vm_rig_restart_to_stop_at(FirnVmRig *self, const char *step);

/**
 * firn_vm_rig_change_launch:
 * @self: a rig with a VM of plain QEMU
 * @more: arguments of QEMU, a blank before each
 *
 * Appends them to launch=, and restarts firnd, which reads it.
 */
void firn_vm_rig_change_launch(FirnVmRig *self, const char *more);

/**
 * firn_vm_rig_wait_stopped:
 *
 * Waits until firnd has stopped itself.
 */
void firn_vm_rig_wait_stopped(FirnVmRig *self);

/**
 * firn_vm_rig_wait_idle:
 *
 * Waits until firnd runs no job.
 */
void firn_vm_rig_wait_idle(FirnVmRig *self);
