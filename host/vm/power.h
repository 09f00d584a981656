/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"
#include "vm.h"

/**
 * FirnPowerOn:
 * @definition: (nullable): how the VM is to start, in the words of its source; %NULL: as it is
 * defined now
 * @memory_path: (nullable): a save image (save-image.h) whose RAM QEMU takes over; %NULL: it boots
 *
 * How a VM is to be switched on.
 */
typedef struct {
    const char *definition;  /* (unowned) (nullable) */
    const char *memory_path; /* (unowned) (nullable) */
} FirnPowerOn;

/**
 * FirnPower:
 *
 * The power switch of a VM. Classes of VMs whose source can end QEMU and start it again have it;
 * an orphan has none. All of it blocks, and none may be called by a job that holds the agent: for
 * job threads only.
 */
#define FIRN_TYPE_POWER (firn_power_get_type())
G_DECLARE_INTERFACE(FirnPower, firn_power, FIRN, POWER, FirnVm)

struct _FirnPowerInterface {
    GTypeInterface parent;

    /* Before anything is changed: whether on() can work at all; the message says what to do. */
    gboolean (*can_start)(FirnPower *self, GError **error);

    /* Before anything is changed: adds a blocker for each thing that on() with @how would lack, and
     * for each of @disks that the VM would not have then. Changes nothing. */
    void (*check_start)(FirnPower *self,
                        const FirnPowerOn *how,
                        GPtrArray *disks,
                        GPtrArray *blockers);

    /* After: nothing that its source was told before can take effect any more, and its state is
     * known. NULL for a source that is told nothing before it has answered. It waits for that as
     * long as it takes, unless it is given up (vm-follow.h). */
    gboolean (*settle)(FirnPower *self, GError **error);

    /* Before: a QEMU is there. The guest is asked to shut down; when @grace_ms are over, and at
     * once if it does not run, the plug is pulled. After: no QEMU has the disks, and the VM is
     * known to be off; @out_is_clean: it has shut down by itself. On failure a QEMU may be there
     * still; nothing is lost. */
    gboolean (*off)(FirnPower *self, guint grace_ms, gboolean *out_is_clean, GError **error);

    /* Before: the VM is off. After: a QEMU is there, its monitor answers, and the guest stands
     * still: it has not run since it was switched on, or since its RAM was saved. On failure the VM
     * is off. */
    gboolean (*on)(FirnPower *self, const FirnPowerOn *how, GError **error);

    /* Before: @then is how the VM was defined or ran once, in the words of its source. Returns the
     * same machine with the name, images and media of today. NULL for a source whose words have
     * none of that in a form that can be exchanged. */
    char *(*dup_today)(FirnPower *self, const char *then, GError **error);

    /* The command line that starts it, if its source has no better description of the machine;
     * NULL otherwise. */
    const char *(*get_machine)(FirnPower *self);

    /* Before: a QEMU is there whose guest stands still. After: the guest runs. Twice is as good as
     * once. */
    gboolean (*go_on)(FirnPower *self, GError **error);
};

/**
 * firn_power_can_start:
 * @self: a VM
 * @error: return location for a #GError
 *
 * Errors: %FIRN_HOST_ERROR_NOT_SUPPORTED.
 *
 * Returns: %TRUE if firn_power_on() can work at all
 */
gboolean firn_power_can_start(FirnPower *self, GError **error);

/**
 * firn_power_check_start:
 * @self: a VM, running or not
 * @how: with what it would be switched on
 * @disks: (nullable) (element-type FirnDisk): disks that it has to have then
 * @blockers: (element-type FirnBlocker): gets what its start would lack
 *
 * The slot of that name; whatever keeps firn_power_on() from working that can be known before.
 */
void firn_power_check_start(FirnPower *self,
                            const FirnPowerOn *how,
                            GPtrArray *disks,
                            GPtrArray *blockers);

/**
 * firn_power_dup_today:
 * @self: a VM
 * @then: how it was defined or ran once
 * @error: return location for a #GError
 *
 * The slot of that name; without one, @then itself. Job threads only.
 *
 * Returns: (transfer full): how it is to be started; %NULL with @error set
 */
char *firn_power_dup_today(FirnPower *self, const char *then, GError **error);

/**
 * firn_power_settle:
 * @vm: a VM
 * @error: return location for a #GError
 *
 * The slot of that name, where there is one; else looks. Job threads only.
 *
 * Errors: %FIRN_HOST_ERROR_VM_UNREACHABLE.
 *
 * Returns: %TRUE if what is seen of @vm stays so unless somebody does something
 */
gboolean firn_power_settle(FirnVm *vm, GError **error);

/**
 * firn_power_off:
 * @self: a VM
 * @grace_ms: how long the guest may take to shut down; 0: the plug is pulled at once
 * @out_is_clean: (out) (optional): whether it has shut down by itself
 * @error: return location for a #GError
 *
 * The slot of that name.
 *
 * Returns: %TRUE if the VM is off
 */
gboolean firn_power_off(FirnPower *self, guint grace_ms, gboolean *out_is_clean, GError **error);

/**
 * firn_power_on:
 * @self: a VM that is off
 * @how: with what
 * @error: return location for a #GError
 *
 * The slot of that name.
 *
 * Returns: %TRUE if a QEMU is there, and its guest stands still
 */
gboolean firn_power_on(FirnPower *self, const FirnPowerOn *how, GError **error);

/**
 * firn_power_get_machine:
 * @vm: a VM
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the slot of that name
 */
const char *firn_power_get_machine(FirnVm *vm);

/**
 * firn_power_is_starting:
 * @vm: a VM
 *
 * Any thread.
 *
 * Returns: whether firn_power_on() is at work: whoever is asked for leave to start the VM is asked
 * because of firn
 */
gboolean firn_power_is_starting(FirnVm *vm);

/**
 * firn_power_go_on:
 * @self: a VM whose guest stands still
 * @error: return location for a #GError
 *
 * The slot of that name.
 *
 * Returns: %TRUE if the guest runs
 */
gboolean firn_power_go_on(FirnPower *self, GError **error);
