/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * FirnVmSource:
 *
 * Where VMs come from. Main loop only.
 *
 * Signal "vm-added" (FirnVm *vm). Signal "vm-removed" (FirnVm *vm): its definition is gone; its
 * catalogue stays. Signal "found" (): once, when each VM that was there at the start has been
 * added, or cannot be asked for now; possibly while it is being started. Signal "complete" ():
 * once, when the source has been asked: what it has not added, it does not define.
 */
#define FIRN_TYPE_VM_SOURCE (firn_vm_source_get_type())
G_DECLARE_INTERFACE(FirnVmSource, firn_vm_source, FIRN, VM_SOURCE, GObject)

/**
 * FirnSourceHealth:
 * @name: what the VMs come from: "libvirt (qemu:///system)"
 * @is_reached: whether it can be asked, and has said which VMs it has
 * @detail: its version, or why it cannot be reached
 * @has_hook: it is the system's libvirt, which firn's hook file is for
 *
 * How it is with what VMs come from, as known without asking.
 */
typedef struct {
    char *name; /* (owned) */
    gboolean is_reached;
    char *detail; /* (owned) */
    gboolean has_hook;
} FirnSourceHealth;

struct _FirnVmSourceInterface {
    GTypeInterface parent;

    /* Finds the VMs of now and watches for changes from here on; emits vm-added for each, and found
     * after them. Once. */
    void (*start)(FirnVmSource *self);

    /* Definitions that could not be read: (element-type utf8) one printable sentence each, owned by
     * the source. */
    GPtrArray *(*get_problems)(FirnVmSource *self);

    /* Adds to (element-type FirnSourceHealth) @health. NULL for a source that is always there. */
    void (*add_health)(FirnVmSource *self, GPtrArray *health);
};

/**
 * firn_vm_source_start:
 * @self: a source
 */
void firn_vm_source_start(FirnVmSource *self);

/**
 * firn_vm_source_get_problems:
 * @self: a source
 *
 * Returns: (transfer none) (element-type utf8): one sentence for each definition that could not be
 * read
 */
GPtrArray *firn_vm_source_get_problems(FirnVmSource *self);

/**
 * firn_vm_source_list_health:
 * @self: a source
 *
 * Returns: (transfer full) (element-type FirnSourceHealth): how it is with what VMs come from
 */
GPtrArray *firn_vm_source_list_health(FirnVmSource *self);

/**
 * firn_vm_source_add_health:
 * @self: a source
 * @health: (element-type FirnSourceHealth): gets what there is to be said of it
 *
 * For implementations that pass on.
 */
void firn_vm_source_add_health(FirnVmSource *self, GPtrArray *health);

/**
 * firn_vm_source_emit_added:
 * @self: a source
 * @vm: the VM
 *
 * For implementations: a VM has come.
 */
void firn_vm_source_emit_added(FirnVmSource *self, FirnVm *vm);

/**
 * firn_vm_source_emit_removed:
 * @self: a source
 * @vm: the VM
 *
 * For implementations: the definition of a VM has gone.
 */
void firn_vm_source_emit_removed(FirnVmSource *self, FirnVm *vm);

/**
 * firn_vm_source_emit_found:
 * @self: a source
 *
 * For implementations: those that were there at the start have come.
 */
void firn_vm_source_emit_found(FirnVmSource *self);

/**
 * firn_vm_source_emit_complete:
 * @self: a source
 *
 * For implementations: all that it defines has come.
 */
void firn_vm_source_emit_complete(FirnVmSource *self);
