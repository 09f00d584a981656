/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"
#include "channel.h"
#include "events.h"
#include "journal.h"
#include "lease.h"
#include "listed-snapshot.h"

/**
 * FirnVmState:
 * @FIRN_VM_STATE_UNKNOWN: its monitor exists but does not reply
 * @FIRN_VM_STATE_OFF: no QEMU runs
 * @FIRN_VM_STATE_RUNNING: the guest runs
 * @FIRN_VM_STATE_PAUSED: QEMU runs, its vCPUs are stopped, for any reason
 * @FIRN_VM_STATE_ORPHANED: it has no definition any more, only snapshots
 */
typedef enum {
    FIRN_VM_STATE_UNKNOWN,
    FIRN_VM_STATE_OFF,
    FIRN_VM_STATE_RUNNING,
    FIRN_VM_STATE_PAUSED,
    FIRN_VM_STATE_ORPHANED,
} FirnVmState;

typedef struct _FirnNvramLocation FirnNvramLocation;
typedef struct _FirnSnapshotRegistry FirnSnapshotRegistry;
typedef struct _FirnVmOrders FirnVmOrders;

/**
 * FirnVm:
 *
 * One virtual machine of any source. Main loop only, except functions that say otherwise.
 *
 * Signal "changed" (): a property on the bus has changed: state, job, frozen since, damage,
 * interrupted jobs. Signal "resumed-from-ram" (): another tool resumed the guest from saved RAM: a
 * guest that was frozen when its RAM was saved is frozen now. Signal "redefined" (): the VM was
 * defined again, and what its source stores with the definition may be lost. Signal "reconfigured"
 * (): its definition or its live configuration may have changed.
 */
#define FIRN_TYPE_VM (firn_vm_get_type())
G_DECLARE_DERIVABLE_TYPE(FirnVm, firn_vm, FIRN, VM, GObject)

struct _FirnVmClass {
    GObjectClass parent_class;

    /* "direct": the source of the VM. */
    const char *source;

    /* Job threads. Queries the run state, connecting to QEMU first if needed, and sets it with
     * firn_vm_set_state(). If no QEMU runs, the state is FIRN_VM_STATE_OFF and there is no error; a
     * monitor that is in use by another process or does not reply is an error. */
    gboolean (*look)(FirnVm *self, GCancellable *cancellable, GError **error);

    /* Job threads. The channel to the monitor, or NULL while the VM is off. */
    FirnChannel *(*dup_monitor)(FirnVm *self);

    /* Job threads. A synchronised channel to the guest agent, to be closed with
     * firn_vm_close_agent(). */
    FirnChannel *(*open_agent)(FirnVm *self, GCancellable *cancellable, GError **error);

    /* Any thread. The send orders of commands to the VM; NULL if a socket keeps them in order. */
    const FirnVmOrders *(*get_orders)(FirnVm *self);

    /* Job threads. Fills in how to reach the agent, so that a guest can be thawed without firnd. */
    void (*fill_lease)(FirnVm *self, FirnLease *lease);

    /* Job threads. All disks with a medium, with their snapshot tables, from QEMU or, while the
     * VM is off, from the images. An image that cannot be read is an error, or a disk with a
     * blocker. */
    GPtrArray *(*list_disks)(FirnVm *self, GCancellable *cancellable, GError **error);

    /* Job threads. The location of its UEFI variables, running or not; NULL if it has none, as far
     * as known. NULL for a source of VMs that cannot run. */
    gboolean (*find_nvram)(FirnVm *self, FirnNvramLocation **out_place, GError **error);

    /* Job threads. Paths of the images that the guest can write to, while the VM is off, "" for
     * an unknown path; opens none. NULL if all are unknown. NULL for a source of VMs that cannot
     * run. */
    GStrv (*list_images)(FirnVm *self);

    /* Job threads. Whether there is a leftover that QEMU removes at a normal exit. NULL if there
     * never is one. */
    gboolean (*has_left_traces)(FirnVm *self);

    /* Job threads. The live definition, in the format for a save image of its RAM. NULL
     * for a source without definitions. */
    char *(*dup_save_xml)(FirnVm *self, GError **error);

    /* NULL for a source without a snapshot list. */
    const FirnSnapshotRegistry *registry;
};

/**
 * firn_vm_get_uuid:
 *
 * Returns: (transfer none): its UUID, lower case
 */
const char *firn_vm_get_uuid(FirnVm *self);

/**
 * firn_vm_get_name:
 *
 * Returns: (transfer none): its current name
 */
const char *firn_vm_get_name(FirnVm *self);

/**
 * firn_vm_event_about:
 * @snapshot: (nullable): name of the snapshot concerned
 *
 * Returns: for an event about this VM; its strings belong to the VM and to the caller
 */
FirnEventSubject firn_vm_event_about(FirnVm *self, const char *snapshot);

/**
 * firn_vm_get_source:
 *
 * Returns: (transfer none): "direct", "libvirt"; "none" if it has no definition
 */
const char *firn_vm_get_source(FirnVm *self);

/**
 * firn_vm_advise_damage:
 *
 * Returns: (transfer full): what to do if its catalogue is damaged
 */
char *firn_vm_advise_damage(FirnVm *self);

/**
 * firn_vm_advise_orphan:
 * @self: a VM that is not defined any more
 *
 * Returns: (transfer full): how to define it again, from its latest snapshot if that has its XML
 */
char *firn_vm_advise_orphan(FirnVm *self);

/**
 * firn_vm_get_catalogue:
 *
 * Any thread.
 *
 * Returns: (transfer none): its catalogue
 */
FirnCatalogue *firn_vm_get_catalogue(FirnVm *self);

/**
 * firn_vm_get_state:
 *
 * Any thread.
 *
 * Returns: the last known state
 */
FirnVmState firn_vm_get_state(FirnVm *self);

/**
 * firn_vm_is_off:
 *
 * Any thread.
 *
 * Returns: whether no QEMU uses its disks: it is off, or has no definition
 */
gboolean firn_vm_is_off(FirnVm *self);

/**
 * firn_vm_dup_run_state:
 *
 * Any thread.
 *
 * Returns: (transfer full): QEMU's run state, "running", "paused", "io-error" ...; without a QEMU
 * "off", "saved" (off, with RAM to resume from), "orphaned" or "unknown"
 */
char *firn_vm_dup_run_state(FirnVm *self);

/**
 * firn_vm_set_state:
 * @state: the new state
 * @run_state: QEMU's run state
 *
 * Any thread; for implementations.
 */
void firn_vm_set_state(FirnVm *self, FirnVmState state, const char *run_state);

/**
 * firn_vm_tell_reconfigured:
 *
 * Main loop only; for implementations.
 */
void firn_vm_tell_reconfigured(FirnVm *self);

/**
 * firn_vm_get_frozen_since:
 *
 * Any thread.
 *
 * Returns: microseconds since the epoch when firn sent a freeze, if the guest is not known to be
 * thawed since; 0: not frozen by firn
 */
gint64 firn_vm_get_frozen_since(FirnVm *self);

/**
 * firn_vm_set_frozen_since:
 * @since_us: microseconds since the epoch; 0: not frozen by firn
 *
 * Returns once the property is published. Job threads only; for vm-lease.h.
 */
void firn_vm_set_frozen_since(FirnVm *self, gint64 since_us);

/**
 * firn_vm_keep_notes:
 * @leases: folder of its lease
 * @journal: where its jobs record what they are about to change
 *
 * Once, on the main loop, before the first job. Without it, neither is written.
 */
void firn_vm_keep_notes(FirnVm *self, FirnStateDir *leases, FirnJournal *journal);

/**
 * firn_vm_get_leases:
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): folder of its lease
 */
FirnStateDir *firn_vm_get_leases(FirnVm *self);

/**
 * firn_vm_dup_stream_path:
 * @self: a VM with a folder for leases or RAM
 * @uuid: a snapshot
 *
 * Returns: (transfer full): path of the pipe through which its RAM is streamed, in the folder of
 * the leases
 */
char *firn_vm_dup_stream_path(FirnVm *self, const char *uuid);

/**
 * firn_vm_keep_files:
 * @memory: folder of save images of its RAM
 * @nvram: folder of copies of its UEFI variables
 *
 * Once, on the main loop, before the first job. Without it, neither can be saved.
 */
void firn_vm_keep_files(FirnVm *self, FirnStateDir *memory, FirnStateDir *nvram);

/**
 * firn_vm_get_memory:
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): folder of save images of its RAM
 */
FirnStateDir *firn_vm_get_memory(FirnVm *self);

/**
 * firn_vm_get_nvram:
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): folder of copies of its UEFI variables
 */
FirnStateDir *firn_vm_get_nvram(FirnVm *self);

/**
 * firn_vm_get_journal:
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the journal
 */
FirnJournal *firn_vm_get_journal(FirnVm *self);

/**
 * firn_vm_list_interrupted:
 *
 * Any thread.
 *
 * Returns: (transfer full) (element-type FirnIntent): interrupted jobs of this VM that recovery
 * could not finish, oldest first
 */
GPtrArray *firn_vm_list_interrupted(FirnVm *self);

/**
 * firn_vm_get_job:
 *
 * Any thread.
 *
 * Returns: number of the job that currently changes the VM; 0: none
 */
guint firn_vm_get_job(FirnVm *self);

/**
 * firn_vm_set_job:
 * @job: number of a job; 0: none
 *
 * Main loop only; for FirnJobs.
 */
void firn_vm_set_job(FirnVm *self, guint job);

/**
 * firn_vm_look:
 *
 * Calls the slot "look". Job threads only.
 *
 * Returns: %TRUE if the state is known now
 */
gboolean firn_vm_look(FirnVm *self, GCancellable *cancellable, GError **error);

/**
 * firn_vm_dup_monitor:
 *
 * Calls the slot "dup_monitor". Job threads only.
 *
 * Returns: (transfer full) (nullable): the monitor; %NULL while the VM is off
 */
FirnChannel *firn_vm_dup_monitor(FirnVm *self);

/**
 * firn_vm_open_agent:
 *
 * Calls the slot "open_agent", after any other use of the agent by firn. Job threads only.
 *
 * Returns: (transfer full): a synchronised channel, to be closed with firn_vm_close_agent(); %NULL
 * with @error set
 */
FirnChannel *firn_vm_open_agent(FirnVm *self, GCancellable *cancellable, GError **error);

/**
 * firn_vm_close_agent:
 * @agent: (transfer full): a channel from firn_vm_open_agent()
 *
 * Job threads only.
 */
void firn_vm_close_agent(FirnVm *self, FirnChannel *agent);

/**
 * firn_vm_list_disks:
 *
 * Calls the slot "list_disks", and fails if the snapshot table of a writable disk is unknown. Job
 * threads only.
 *
 * Returns: (transfer full) (element-type FirnDisk): all disks with a medium; %NULL with @error set,
 * also if a writable disk is unread
 */
GPtrArray *firn_vm_list_disks(FirnVm *self, GCancellable *cancellable, GError **error);

/**
 * firn_vm_enumerate_disks:
 *
 * As firn_vm_survey_disks(), but without what LVM knows: which snapshots disks on logical volumes
 * have, and in which way. Starts no program, so that it may be called while the guest is frozen.
 *
 * Errors: those of firn_vm_survey_disks().
 *
 * Returns: (transfer full) (element-type FirnDisk): all disks; %NULL with @error set
 */
GPtrArray *firn_vm_enumerate_disks(FirnVm *self, GCancellable *cancellable, GError **error);

/**
 * firn_vm_survey_disks:
 *
 * As firn_vm_list_disks(), but allows unread disks. Job threads only.
 *
 * Returns: (transfer full) (element-type FirnDisk): all disks with a medium, some of which may be
 * unread; %NULL with @error set
 */
GPtrArray *firn_vm_survey_disks(FirnVm *self, GCancellable *cancellable, GError **error);

/**
 * firn_vm_dup_save_xml:
 *
 * Calls the slot "dup_save_xml"; without one, returns XML with name and UUID. Job threads only.
 *
 * Returns: (transfer full): the XML of a save image; %NULL with @error set
 */
char *firn_vm_dup_save_xml(FirnVm *self, GError **error);

/**
 * firn_vm_emit_redefined:
 *
 * For implementations: the VM was defined again while it existed. Main loop only.
 */
void firn_vm_emit_redefined(FirnVm *self);

/**
 * firn_vm_emit_resumed_from_ram:
 *
 * For implementations: another tool resumed its guest from saved RAM. Main loop only.
 */
void firn_vm_emit_resumed_from_ram(FirnVm *self);
