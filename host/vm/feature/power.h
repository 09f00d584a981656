/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"
#include "vm.h"

/**
 * FirnPowerOn:
 * @definition: (nullable): what the VM starts from, in the format of its source; %NULL: its current
 * definition
 * @memory_path: (nullable): a save image (save-image.h) whose RAM QEMU loads; %NULL: the guest
 * boots
 *
 * How to power a VM on.
 */
typedef struct {
    const char *definition;  /* (unowned) (nullable) */
    const char *memory_path; /* (unowned) (nullable) */
} FirnPowerOn;

/**
 * FirnPower:
 *
 * Powers a VM on and off. Implemented by VMs whose source can stop and start QEMU; not by orphans.
 * All functions block, and a job that holds the agent must not call them: for job threads only.
 */
#define FIRN_TYPE_POWER (firn_power_get_type())
G_DECLARE_INTERFACE(FirnPower, firn_power, FIRN, POWER, FirnVm)

struct _FirnPowerInterface {
    GTypeInterface parent;

    /* Called before anything is changed: whether on() can work at all; the error says what to
     * do. */
    gboolean (*can_start)(FirnPower *self, GError **error);

    /* Called before anything is changed: adds a blocker for each thing that on() with @how would
     * lack, and for each of @disks that the VM would not have. Changes nothing. */
    void (*check_start)(FirnPower *self,
                        const FirnPowerOn *how,
                        GPtrArray *disks,
                        GPtrArray *blockers);

    /* Adds a blocker for each thing on the host that the VM needs for its start, as it is defined,
     * and that is missing. Quicker than check_start(). */
    void (*check_needs)(FirnPower *self, GPtrArray *blockers);

    /* After: no earlier command can take effect any more, and the VM's state is known. NULL for a
     * source that replies before it returns. Waits without limit, unless the wait is abandoned
     * (vm-follow.h). */
    gboolean (*settle)(FirnPower *self, GError **error);

    /* Before: a QEMU runs. Asks the guest to shut down; powers the VM off after @grace_ms, or
     * immediately if the guest does not run. After: no QEMU uses the disks, and the VM is known to
     * be off; @out_is_clean: the guest has shut down by itself. After a failure a QEMU may still
     * run; nothing is lost. */
    gboolean (*off)(FirnPower *self, guint grace_ms, gboolean *out_is_clean, GError **error);

    /* Before: the VM is off. After: QEMU runs, its monitor replies, and the guest is paused: it has
     * not run since power-on, or since its RAM was saved. After a failure the VM is off. */
    gboolean (*on)(FirnPower *self, const FirnPowerOn *how, GError **error);

    /* Before: @then is an earlier definition, in the format of the source. Returns the same machine
     * with the current name, images and media. NULL for a source whose format does not separate
     * these. */
    char *(*dup_today)(FirnPower *self, const char *then, GError **error);

    /* Before: @definition is in the format of the source. Returns it without what this host lacks;
     * with RAM to load, @keeps_devices, the guest still finds each device. Adds a sentence to @told
     * (element-type utf8) for each change. NULL for a source whose definitions firn does not
     * change. */
    char *(*adapt)(FirnPower *self,
                   const char *definition,
                   gboolean keeps_devices,
                   GPtrArray *told,
                   GError **error);

    /* After: the VM has this definition, in the format of the source, also after its QEMU has
     * ended. Idempotent. NULL for a source whose definitions firn does not change. */
    gboolean (*define)(FirnPower *self, const char *definition, GError **error);

    /* The command line that starts the VM, if its source has no better description of the machine;
     * else NULL. */
    const char *(*get_machine)(FirnPower *self);

    /* Before: a QEMU runs, its guest is paused. After: the guest runs. Idempotent. */
    gboolean (*resume)(FirnPower *self, GError **error);
};

/**
 * firn_power_can_start:
 *
 * Errors: %FIRN_HOST_ERROR_NOT_SUPPORTED.
 *
 * Returns: %TRUE if firn_power_on() can work at all
 */
gboolean firn_power_can_start(FirnPower *self, GError **error);

/**
 * firn_power_check_start:
 * @self: a VM, running or not
 * @how: how it would be powered on
 * @disks: (nullable) (element-type FirnDisk): disks that it must have then
 * @blockers: (element-type FirnBlocker): gets what the start would lack
 *
 * Calls the slot: adds everything known in advance that would make firn_power_on() fail.
 */
void firn_power_check_start(FirnPower *self,
                            const FirnPowerOn *how,
                            GPtrArray *disks,
                            GPtrArray *blockers);

/**
 * firn_power_check_needs:
 * @self: a VM that is off
 * @blockers: (element-type FirnBlocker): gets what it needs for its start and is missing
 *
 * Calls the slot. Job threads only.
 */
void firn_power_check_needs(FirnPower *self, GPtrArray *blockers);

/**
 * firn_power_dup_today:
 * @then: an earlier definition
 *
 * Calls the slot; without one, returns @then. Job threads only.
 *
 * Returns: (transfer full): what to start it from; %NULL with @error set
 */
char *firn_power_dup_today(FirnPower *self, const char *then, GError **error);

/**
 * firn_power_adapt:
 * @definition: what the VM would start from
 * @keeps_devices: the guest must find the same devices
 * @told: (element-type utf8): gets a printable sentence for each change
 *
 * Calls the slot; without one, returns @definition. Job threads only.
 *
 * Returns: (transfer full): the definition without what this host lacks, as far as that is
 * possible; %NULL with @error set
 */
char *firn_power_adapt(FirnPower *self,
                       const char *definition,
                       gboolean keeps_devices,
                       GPtrArray *told,
                       GError **error);

/**
 * firn_power_can_define:
 *
 * Any thread.
 *
 * Returns: whether the definition of @vm can be replaced
 */
gboolean firn_power_can_define(FirnVm *vm);

/**
 * firn_power_define:
 * @self: a VM for which firn_power_can_define() is true
 * @definition: in the format of its source
 *
 * Calls the slot. Job threads only.
 *
 * Returns: %TRUE if the VM has this definition
 */
gboolean firn_power_define(FirnPower *self, const char *definition, GError **error);

/**
 * firn_power_settle:
 *
 * Calls the slot; without one, queries the state. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE.
 *
 * Returns: %TRUE if the state of @vm stays as it is unless another program changes it
 */
gboolean firn_power_settle(FirnVm *vm, GError **error);

/**
 * firn_power_off:
 * @grace_ms: time for the guest to shut down; 0: powered off immediately
 * @out_is_clean: (out) (optional): whether the guest has shut down by itself
 *
 * Calls the slot.
 *
 * Returns: %TRUE if the VM is off
 */
gboolean firn_power_off(FirnPower *self, guint grace_ms, gboolean *out_is_clean, GError **error);

/**
 * firn_power_on:
 * @self: a VM that is off
 * @how: how to power it on
 *
 * Calls the slot.
 *
 * Returns: %TRUE if QEMU runs and its guest is paused
 */
gboolean firn_power_on(FirnPower *self, const FirnPowerOn *how, GError **error);

/**
 * firn_power_get_machine:
 *
 * Calls the slot. Any thread.
 *
 * Returns: (transfer none) (nullable): its result; %NULL if the VM has no such slot
 */
const char *firn_power_get_machine(FirnVm *vm);

/**
 * firn_power_dup_running:
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): as firn_power_get_machine(), but the command line that
 * firn_power_on() has started it with, as long as this firnd sees it run
 */
char *firn_power_dup_running(FirnVm *vm);

/**
 * firn_power_is_starting:
 *
 * Any thread.
 *
 * Returns: whether firn_power_on() is running, so that a request of libvirt's hook to allow the
 * start comes from firn's own call
 */
gboolean firn_power_is_starting(FirnVm *vm);

/**
 * firn_power_resume:
 * @self: a VM whose guest is paused
 *
 * Calls the slot.
 *
 * Returns: %TRUE if the guest runs
 */
gboolean firn_power_resume(FirnPower *self, GError **error);
