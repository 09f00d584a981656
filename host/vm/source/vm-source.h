/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnVmSource:
 *
 * A source of VMs. Main loop only.
 *
 * Signal "vm-added" (FirnVm *vm). Signal "vm-removed" (FirnVm *vm): its definition is gone; its
 * catalogue remains. Signal "found" (): once, when all VMs that existed at start were added, or the
 * source cannot be reached for now; possibly emitted by start(). Signal "complete" (): once, when
 * the source has replied: any VM that it has not added is not defined there. Signal "looked" ():
 * all that was defined before the last firn_vm_source_look() is added, or its source does not
 * answer; possibly emitted by firn_vm_source_look(), and without a call of it.
 */
#define FIRN_TYPE_VM_SOURCE (firn_vm_source_get_type())
G_DECLARE_INTERFACE(FirnVmSource, firn_vm_source, FIRN, VM_SOURCE, GObject)

/**
 * FirnSourceHealth:
 * @name: name of the source: "libvirt (qemu:///system)"
 * @is_reached: whether it is connected and has listed its VMs
 * @detail: its version, or why it cannot be reached
 * @has_hook: it is the system's libvirt, for which firn's hook file is
 *
 * The state of a source, known without asking it.
 */
typedef struct {
    char *name; /* (owned) */
    gboolean is_reached;
    char *detail; /* (owned) */
    gboolean has_hook;
} FirnSourceHealth;

struct _FirnVmSourceInterface {
    GTypeInterface parent;

    /* Adds the current VMs and watches for changes from here on; emits vm-added for each, then
     * found. Called once. */
    void (*start)(FirnVmSource *self);

    /* Reads the definitions again, then emits "looked"; if it is called meanwhile, they are read
     * once more before. */
    void (*look)(FirnVmSource *self);

    /* Definitions that could not be read: (element-type utf8) one printable sentence each, owned by
     * the source. */
    GPtrArray *(*get_problems)(FirnVmSource *self);

    /* Adds to (element-type FirnSourceHealth) @health. NULL for a source that is always
     * available. */
    void (*add_health)(FirnVmSource *self, GPtrArray *health);
};

/**
 * firn_vm_source_start:
 *
 * Adds the current VMs, and watches for changes until the source is disposed of. Called once.
 */
void firn_vm_source_start(FirnVmSource *self);

/**
 * firn_vm_source_look:
 *
 * Makes the source read its definitions again: it learns of changes by events, which may arrive
 * later than a client's question about a VM that was defined just now. Emits "looked" when it is
 * done.
 */
void firn_vm_source_look(FirnVmSource *self);

/**
 * firn_vm_source_get_problems:
 *
 * Returns: (transfer none) (element-type utf8): one sentence for each definition that could not be
 * read
 */
GPtrArray *firn_vm_source_get_problems(FirnVmSource *self);

/**
 * firn_vm_source_list_health:
 *
 * Returns: (transfer full) (element-type FirnSourceHealth): state of the source and its parts
 */
GPtrArray *firn_vm_source_list_health(FirnVmSource *self);

/**
 * firn_vm_source_add_health:
 * @health: (element-type FirnSourceHealth): gets its state
 *
 * For sources that contain other sources.
 */
void firn_vm_source_add_health(FirnVmSource *self, GPtrArray *health);

/**
 * firn_vm_source_emit_added:
 *
 * For implementations: a VM was added.
 */
void firn_vm_source_emit_added(FirnVmSource *self, FirnVm *vm);

/**
 * firn_vm_source_emit_removed:
 *
 * For implementations: the definition of a VM is gone.
 */
void firn_vm_source_emit_removed(FirnVmSource *self, FirnVm *vm);

/**
 * firn_vm_source_emit_found:
 *
 * For implementations: all VMs that existed at start were added.
 */
void firn_vm_source_emit_found(FirnVmSource *self);

/**
 * firn_vm_source_emit_complete:
 *
 * For implementations: all defined VMs were added.
 */
void firn_vm_source_emit_complete(FirnVmSource *self);

/**
 * firn_vm_source_emit_looked:
 *
 * For implementations: the definitions were read, and no firn_vm_source_look() came meanwhile.
 */
void firn_vm_source_emit_looked(FirnVmSource *self);
