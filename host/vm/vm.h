/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"
#include "channel.h"
#include "journal.h"
#include "lease.h"
#include "listed-snapshot.h"

/**
 * FirnVmState:
 * @FIRN_VM_STATE_UNKNOWN: its monitor is there but does not answer
 * @FIRN_VM_STATE_OFF: no QEMU runs
 * @FIRN_VM_STATE_RUNNING: its processors run
 * @FIRN_VM_STATE_PAUSED: QEMU is there, the processors stand still, for whatever reason
 * @FIRN_VM_STATE_ORPHANED: nothing defines it any more; its snapshots are what is left
 */
typedef enum {
    FIRN_VM_STATE_UNKNOWN,
    FIRN_VM_STATE_OFF,
    FIRN_VM_STATE_RUNNING,
    FIRN_VM_STATE_PAUSED,
    FIRN_VM_STATE_ORPHANED,
} FirnVmState;

typedef struct _FirnNvramPlace FirnNvramPlace;
typedef struct _FirnVmOrders FirnVmOrders;

/**
 * FirnVm:
 *
 * One virtual machine, whatever source it comes from. Lives on the main loop; what threads may call
 * says so.
 *
 * Signal "changed" (): a property shown on the bus has changed: state, job, frozen since, damage,
 * interrupted jobs. Signal "woken" (): somebody has let the guest go on from RAM that was saved
 * some time: what was frozen then is frozen now. Signal "redefined" (): it was defined anew, and
 * what its source kept with the definition may be gone. Signal "reconfigured" (): its definition,
 * or what it runs with, may have changed.
 */
#define FIRN_TYPE_VM (firn_vm_get_type())
G_DECLARE_DERIVABLE_TYPE(FirnVm, firn_vm, FIRN, VM, GObject)

struct _FirnVmClass {
    GObjectClass parent_class;

    /* "direct": how the VM came to firn. */
    const char *source;

    /* Job threads. Asks QEMU for the run state, connecting first if need be; sets it with
     * firn_vm_set_state(). An absent QEMU is FIRN_VM_STATE_OFF, not an error; a monitor held by
     * somebody else or silent is an error. */
    gboolean (*look)(FirnVm *self, GCancellable *cancellable, GError **error);

    /* Job threads. The monitor's channel, or NULL while the VM is off. */
    FirnChannel *(*dup_monitor)(FirnVm *self);

    /* Job threads. A synchronised channel to the guest agent; the caller closes it by
     * firn_vm_close_agent(). */
    FirnChannel *(*open_agent)(FirnVm *self, GCancellable *cancellable, GError **error);
    void (*close_agent)(FirnVm *self, FirnChannel *agent);

    /* Any thread. The orders in which commands reach the VM; NULL where a socket sees to that. */
    const FirnVmOrders *(*get_orders)(FirnVm *self);

    /* Job threads. What a thaw needs to know when firnd is no more: fills in how the agent is
     * reached. */
    void (*fill_lease)(FirnVm *self, FirnLease *lease);

    /* Job threads. All disks with a medium, with their tables, from QEMU or, when it is off, from
     * the images. An image that cannot be looked at is an error, or a disk that says so. */
    GPtrArray *(*list_disks)(FirnVm *self, GCancellable *cancellable, GError **error);

    /* Job threads. Where its UEFI variables are, running or not; NULL if it has none, as far as is
     * known. NULL for a source of machines that nobody runs. */
    gboolean (*find_nvram)(FirnVm *self, FirnNvramPlace **out_place, GError **error);

    /* Job threads. Paths of the images that the guest could write to, while it is off, "" for one
     * that is unknown; none is opened. NULL if all are unknown. NULL for a source of machines that
     * nobody runs. */
    GStrv (*list_images)(FirnVm *self);

    /* Job threads. Whether something is left that a QEMU which ends by itself takes away. NULL if
     * nothing would be. */
    gboolean (*has_left_traces)(FirnVm *self);

    /* What follows is NULL for a source that keeps no list of snapshots which others look at. */

    /* Job threads. How the VM is defined, complete: @out_definition is what it starts with, NULL if
     * it is gone with its QEMU; @out_live what it runs with, NULL while it is off. */
    gboolean (*describe)(FirnVm *self, char **out_definition, char **out_live, GError **error);

    /* Job threads. Before: the snapshot is on its disks and in the catalogue, with definitions.
     * After: the source lists it, under its tag; once more is as good as once. Touches no disk. */
    gboolean (*register_snapshot)(FirnVm *self, const FirnSnapshot *snapshot, GError **error);

    /* Job threads. After: the source does not list it, whether it had or not. Touches no disk. */
    gboolean (*unregister_snapshot)(FirnVm *self, const FirnSnapshot *snapshot, GError **error);

    /* Job threads. The VM as it runs, in the words that belong into a save image of its RAM. */
    char *(*dup_save_xml)(FirnVm *self, GError **error);

    /* Job threads. The tags of all snapshots that the source lists, also those of others. */
    GStrv (*list_registered)(FirnVm *self, GError **error);

    /* Job threads. After: whoever gets the VM's definition sees that it has so many snapshots; 0:
     * no mark is left. */
    gboolean (*mark)(FirnVm *self, guint n_snapshots, GError **error);

    /* Job threads. Where the source believes the VM to be: the tags of the snapshot from which it
     * went on and of that one's ancestors, nearest first; empty if it does not know. */
    GStrv (*list_line)(FirnVm *self, GError **error);

    /* Job threads. What the source knows of each snapshot that it lists and the catalogue has no
     * record of. */
    GPtrArray *(*list_others)(FirnVm *self, GError **error);
};

/**
 * firn_vm_get_uuid:
 * @self: a VM
 *
 * Returns: (transfer none): its identity, lower case
 */
const char *firn_vm_get_uuid(FirnVm *self);

/**
 * firn_vm_get_name:
 * @self: a VM
 *
 * Returns: (transfer none): its name at this time
 */
const char *firn_vm_get_name(FirnVm *self);

/**
 * firn_vm_get_source:
 * @self: a VM
 *
 * Returns: (transfer none): "direct", "libvirt"; "none" if nothing defines it
 */
const char *firn_vm_get_source(FirnVm *self);

/**
 * firn_vm_get_catalogue:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: (transfer none): its catalogue
 */
FirnCatalogue *firn_vm_get_catalogue(FirnVm *self);

/**
 * firn_vm_get_state:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: the state as last heard
 */
FirnVmState firn_vm_get_state(FirnVm *self);

/**
 * firn_vm_is_off:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: whether no QEMU has its disks: it is off, or nothing defines it
 */
gboolean firn_vm_is_off(FirnVm *self);

/**
 * firn_vm_dup_run_state:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: (transfer full): QEMU's own word, "running", "paused", "io-error" ...; "off", "saved"
 * (off, and what ran goes on when it starts), "orphaned" or "unknown" without QEMU
 */
char *firn_vm_dup_run_state(FirnVm *self);

/**
 * firn_vm_set_state:
 * @self: a VM
 * @state: what was heard
 * @run_state: QEMU's word for it
 *
 * Any thread; for implementations.
 */
void firn_vm_set_state(FirnVm *self, FirnVmState state, const char *run_state);

/**
 * firn_vm_tell_reconfigured:
 * @self: a VM
 *
 * Main loop only; for implementations.
 */
void firn_vm_tell_reconfigured(FirnVm *self);

/**
 * firn_vm_get_frozen_since:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: microseconds since the epoch when firn sent a freeze that is not yet known to be undone;
 * 0: not frozen by firn
 */
gint64 firn_vm_get_frozen_since(FirnVm *self);

/**
 * firn_vm_set_frozen_since:
 * @self: a VM
 * @since_us: microseconds since the epoch; 0: not frozen by firn
 *
 * Returns when it is published. Job threads only; for vm-lease.h.
 */
void firn_vm_set_frozen_since(FirnVm *self, gint64 since_us);

/**
 * firn_vm_keep_notes:
 * @self: a VM
 * @leases: where its lease is kept
 * @journal: where its jobs note what they are about to change
 *
 * Once, on the main loop, before the first job. Without, neither is kept.
 */
void firn_vm_keep_notes(FirnVm *self, FirnStateDir *leases, FirnJournal *journal);

/**
 * firn_vm_get_leases:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): where its lease is kept
 */
FirnStateDir *firn_vm_get_leases(FirnVm *self);

/**
 * firn_vm_dup_stream_path:
 * @self: a VM that keeps notes or RAM
 * @uuid: of a snapshot
 *
 * Returns: (transfer full): where the pipe is while its RAM is streamed: beside the leases
 */
char *firn_vm_dup_stream_path(FirnVm *self, const char *uuid);

/**
 * firn_vm_keep_files:
 * @self: a VM
 * @memory: where save images of its RAM are
 * @nvram: where copies of its UEFI variables are
 *
 * Once, on the main loop, before the first job. Without, none of that can be kept.
 */
void firn_vm_keep_files(FirnVm *self, FirnStateDir *memory, FirnStateDir *nvram);

/**
 * firn_vm_get_memory:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): where save images of its RAM are
 */
FirnStateDir *firn_vm_get_memory(FirnVm *self);

/**
 * firn_vm_get_nvram:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): where copies of its UEFI variables are
 */
FirnStateDir *firn_vm_get_nvram(FirnVm *self);

/**
 * firn_vm_get_journal:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the journal
 */
FirnJournal *firn_vm_get_journal(FirnVm *self);

/**
 * firn_vm_list_interrupted:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: (transfer full) (element-type FirnIntent): jobs of this VM that were interrupted and
 * could not be ended, oldest first
 */
GPtrArray *firn_vm_list_interrupted(FirnVm *self);

/**
 * firn_vm_get_job:
 * @self: a VM
 *
 * Any thread.
 *
 * Returns: number of the job that changes the VM now; 0: none
 */
guint firn_vm_get_job(FirnVm *self);

/**
 * firn_vm_set_job:
 * @self: a VM
 * @job: number of a job; 0: none
 *
 * Main loop only; for FirnJobs.
 */
void firn_vm_set_job(FirnVm *self, guint job);

/**
 * firn_vm_look:
 * @self: a VM
 * @cancellable: (nullable): ends the waiting
 * @error: return location for a #GError
 *
 * The slot of that name. Job threads only.
 *
 * Returns: %TRUE if the state is known now; see the slot
 */
gboolean firn_vm_look(FirnVm *self, GCancellable *cancellable, GError **error);

/**
 * firn_vm_dup_monitor:
 * @self: a VM
 *
 * The slot of that name. Job threads only.
 *
 * Returns: (transfer full) (nullable): the monitor; %NULL while the VM is off
 */
FirnChannel *firn_vm_dup_monitor(FirnVm *self);

/**
 * firn_vm_open_agent:
 * @self: a VM
 * @cancellable: (nullable): ends the waiting
 * @error: return location for a #GError
 *
 * The slot of that name. Job threads only.
 *
 * Returns: (transfer full): a synchronised channel, for firn_vm_close_agent(); %NULL with @error
 * set
 */
FirnChannel *firn_vm_open_agent(FirnVm *self, GCancellable *cancellable, GError **error);

/**
 * firn_vm_close_agent:
 * @self: a VM
 * @agent: (transfer full): what firn_vm_open_agent() returned
 *
 * The slot of that name. Job threads only.
 */
void firn_vm_close_agent(FirnVm *self, FirnChannel *agent);

/**
 * firn_vm_list_disks:
 * @self: a VM
 * @cancellable: (nullable): ends the waiting
 * @error: return location for a #GError
 *
 * The slot of that name; the tables of all writable disks are known. Job threads only.
 *
 * Returns: (transfer full) (element-type FirnDisk): all disks with a medium; %NULL with @error set,
 * also if a writable one is unread
 */
GPtrArray *firn_vm_list_disks(FirnVm *self, GCancellable *cancellable, GError **error);

/**
 * firn_vm_survey_disks:
 * @self: a VM
 * @cancellable: (nullable): ends the waiting
 * @error: return location for a #GError
 *
 * As firn_vm_list_disks(), for whoever can do without some of them. Job threads only.
 *
 * Returns: (transfer full) (element-type FirnDisk): all disks with a medium, some of them maybe
 * unread; %NULL with @error set
 */
GPtrArray *firn_vm_survey_disks(FirnVm *self, GCancellable *cancellable, GError **error);

/**
 * firn_vm_dup_save_xml:
 * @self: a running VM
 * @error: return location for a #GError
 *
 * The slot of that name; without one, name and UUID. Job threads only.
 *
 * Returns: (transfer full): the XML of a save image; %NULL with @error set
 */
char *firn_vm_dup_save_xml(FirnVm *self, GError **error);

/**
 * firn_vm_emit_redefined:
 * @self: a VM
 *
 * For implementations: it was defined anew while it was there. Main loop only.
 */
void firn_vm_emit_redefined(FirnVm *self);

/**
 * firn_vm_emit_woken:
 * @self: a VM
 *
 * For implementations: its guest goes on from RAM that was saved some time. Main loop only.
 */
void firn_vm_emit_woken(FirnVm *self);
