/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-check.h"

#include "agent-lack.h"
#include "block-device.h"
#include "blockers.h"
#include "fsfreeze.h"
#include "indication.h"
#include "printable.h"
#include "qmp-error.h"
#include "snapshot-registry.h"

#define QUERY_MS 10000

/* Linux cannot freeze these. Nearly every guest has one (the EFI system partition), and none holds
 * data that is written in normal work. The evidence lists them; the expected count excludes them.
 * Source: fs/ioctl.c, ioctl_fsfreeze(): EOPNOTSUPP without freeze_fs and freeze_super. In capitals,
 * what VSS does not freeze. */
static const char *const not_freezable[] = {"vfat",
                                            "msdos",
                                            "exfat",
                                            "iso9660",
                                            "udf",
                                            "squashfs",
                                            "erofs",
                                            "cramfs",
                                            "FAT",
                                            "FAT32",
                                            "exFAT",
                                            "CDFS",
                                            "UDF",
                                            NULL};

static void
note_state(FirnGuestCheck *self)
{
    FirnEvidence *evidence = self->evidence;

    g_free(evidence->run_state);
    evidence->run_state = firn_vm_dup_run_state(self->vm);
}

/* A managed save keeps the disks at the instant of the pause, with file systems in use. */
static gboolean
is_saved(FirnGuestCheck *self)
{
    return g_str_equal(self->evidence->run_state, "saved");
}

static const char *
find_indication(FirnGuestCheck *self)
{
    FirnVmState state = firn_vm_get_state(self->vm);

    if (state == FIRN_VM_STATE_RUNNING)
        return FIRN_INDICATION_ONLINE;
    if (state != FIRN_VM_STATE_OFF)
        return FIRN_INDICATION_PAUSED;
    return is_saved(self) ? FIRN_INDICATION_SAVED : FIRN_INDICATION_OFFLINE;
}

static gboolean
is_domain(FirnGuestCheck *self)
{
    return firn_snapshot_registry_is_there(self->vm);
}

static char *
name_remedy(FirnGuestCheck *self, const char *remedy)
{
    return self->alternative == NULL ? g_strdup(remedy)
                                     : g_strdup_printf("%s, or %s", remedy, self->alternative);
}

/* An unusable agent is a blocker for "require" and an indication for "try". A guest that is gone is
 * always a blocker. */
static void
lack_agent(FirnGuestCheck *self, FirnAgentLack *lack)
{
    g_autoptr(FirnAgentLack) owned = lack;
    g_autofree char *remedy = NULL;
    gboolean is_agents_fault = !g_str_equal(lack->code, "Busy");

    firn_evidence_indicate(self->evidence, lack->indication);
    if (is_agents_fault && self->limits.quiesce != FIRN_QUIESCE_REQUIRE)
        return;
    remedy = is_agents_fault ? name_remedy(self, lack->remedy) : g_strdup(lack->remedy);
    firn_blockers_add(self->blockers, lack->code, lack->subject, remedy, "%s", lack->text);
}

/* For these the agent names one disk, even if the file system spans several. Source: QEMU,
 * qga/commands-posix.c, build_fs_mount_list(). */
static const char *const spread[] = {"btrfs", "bcachefs", NULL};

static void
note_places(FirnGuestCheck *self, const char *type, const char *const *addresses)
{
    if (self->frozen_at == NULL || !firn_guest_check_can_freeze(type))
        return;
    if (addresses == NULL || g_strv_contains(spread, type)) {
        g_clear_pointer(&self->frozen_at, g_hash_table_unref);
        return;
    }
    for (const char *const *address = addresses; *address != NULL; address++)
        g_hash_table_add(self->frozen_at, g_strdup(*address));
}

static void
add_file_system(const char *mountpoint,
                const char *type,
                const char *device,
                const char *const *addresses,
                gpointer user_data)
{
    FirnGuestCheck *self = user_data;

    firn_evidence_add_file_system(self->evidence, mountpoint, type, device);
    note_places(self, type, addresses);
}

gboolean
firn_guest_check_can_freeze(const char *type)
{
    return !g_strv_contains(not_freezable, type);
}

static guint
count_expected(const FirnEvidence *evidence)
{
    g_autoptr(GHashTable) devices = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < evidence->file_systems->len; i++) {
        const FirnFileSystem *mounted = evidence->file_systems->pdata[i];

        if (firn_guest_check_can_freeze(mounted->type))
            g_hash_table_add(devices, mounted->device);
    }
    return g_hash_table_size(devices);
}

static gboolean
says_frozen(FirnGuestCheck *self, GCancellable *cancellable)
{
    gboolean is_frozen = FALSE;

    return firn_fsfreeze_query(self->agent, QUERY_MS, cancellable, &is_frozen, NULL) && is_frozen;
}

static gboolean
list_file_systems(FirnGuestCheck *self, GCancellable *cancellable)
{
    FirnEvidence *evidence = self->evidence;
    g_autoptr(GError) error = NULL;

    self->frozen_at = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (firn_guest_info_each_file_system(self->agent,
                                         QUERY_MS,
                                         cancellable,
                                         add_file_system,
                                         self,
                                         &error)) {
        evidence->expected = count_expected(evidence);
        return TRUE;
    }
    /* A frozen agent reports nearly every command as disabled. */
    if (g_error_matches(error, FIRN_QMP_ERROR, FIRN_QMP_ERROR_BLOCKED) &&
        says_frozen(self, cancellable))
        lack_agent(self, firn_agent_lack_of_foreign_freeze());
    else
        lack_agent(self, firn_agent_lack_of_error(self->vm, error));
    return FALSE;
}

static gboolean
is_frozen_by_others(FirnGuestCheck *self, GCancellable *cancellable)
{
    gboolean is_frozen = FALSE;
    g_autoptr(GError) error = NULL;

    if (!firn_fsfreeze_query(self->agent, QUERY_MS, cancellable, &is_frozen, &error)) {
        lack_agent(self, firn_agent_lack_of_error(self->vm, error));
        return TRUE;
    }
    if (is_frozen)
        lack_agent(self, firn_agent_lack_of_foreign_freeze());
    return is_frozen;
}

static gboolean
check_agent(FirnGuestCheck *self, GCancellable *cancellable)
{
    FirnEvidence *evidence = self->evidence;
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnGuestInfo) info = NULL;

    self->agent = firn_vm_open_agent(self->vm, cancellable, &error);
    if (self->agent != NULL)
        info = firn_guest_info_query(self->agent, QUERY_MS, cancellable, &error);
    if (info == NULL) {
        lack_agent(self, firn_agent_lack_of_error(self->vm, error));
        return FALSE;
    }
    firn_evidence_indicate(evidence, FIRN_INDICATION_GUEST_AGENT);
    evidence->agent_version = firn_printable(info->version);
    if (info->os_name != NULL)
        evidence->guest_os = firn_printable(info->os_name);
    self->os_id = g_strdup(info->os_id);
    self->has_files = info->has_files;
    self->has_exec = info->has_exec;
    if (info->has_freeze && info->has_file_systems)
        return !is_frozen_by_others(self, cancellable) && list_file_systems(self, cancellable);
    /* A frozen agent lists the commands that it would refuse as disabled. */
    lack_agent(self,
               info->blocked != NULL && says_frozen(self, cancellable)
                   ? firn_agent_lack_of_foreign_freeze()
                   : firn_agent_lack_of_info(info));
    return FALSE;
}

static void
release_agent(FirnGuestCheck *self)
{
    if (self->agent != NULL)
        firn_vm_close_agent(self->vm, self->agent);
    self->agent = NULL;
}

static void
refuse_standing(FirnGuestCheck *self)
{
    g_autofree char *remedy =
        name_remedy(self, is_domain(self) ? "run: virsh resume VM" : "resume it");

    firn_blockers_add(self->blockers,
                      "VmPaused",
                      "VM",
                      remedy,
                      "the VM is paused (%s), so its guest cannot be frozen",
                      self->evidence->run_state);
}

static void
refuse_saved(FirnGuestCheck *self)
{
    g_autofree char *remedy =
        name_remedy(self, is_domain(self) ? "run: virsh start VM" : "start it");

    firn_blockers_add(self->blockers,
                      "VmSaved",
                      "VM",
                      remedy,
                      "the VM has a managed save image and resumes from it when it starts, so its "
                      "file systems are in use");
}

static void
refuse_orphan(FirnGuestCheck *self)
{
    g_autofree char *remedy = firn_vm_advise_orphan(self->vm);

    firn_blockers_add(self->blockers,
                      "VmOrphaned",
                      "VM",
                      remedy,
                      "the VM is no longer defined; only its snapshots are left");
}

FirnGuestCheck *
firn_guest_check_new(FirnVm *vm,
                     const FirnFreezeLimits *limits,
                     const char *alternative,
                     FirnEvidence *evidence)
{
    FirnGuestCheck *self = g_new0(FirnGuestCheck, 1);

    self->vm = g_object_ref(vm);
    self->limits = *limits;
    self->alternative = alternative;
    self->evidence = evidence;
    firn_event_clock_init(&self->clock);
    self->blockers = firn_blockers_new();
    return self;
}

gboolean
firn_guest_check_look(FirnGuestCheck *self, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    gboolean is_reached = firn_vm_look(self->vm, cancellable, &error);

    note_state(self);
    if (!is_reached) {
        firn_blockers_add_error(self->blockers,
                                "VmUnreachable",
                                "monitor",
                                is_domain(self) ? "check libvirtd: virsh domstate VM"
                                                : "configure a second monitor socket for firn",
                                error);
        return FALSE;
    }
    if (firn_vm_get_state(self->vm) == FIRN_VM_STATE_ORPHANED) {
        refuse_orphan(self);
        return FALSE;
    }
    firn_evidence_indicate(self->evidence, find_indication(self));
    self->monitor = firn_vm_dup_monitor(self->vm);
    if ((self->monitor == NULL) != (firn_vm_get_state(self->vm) == FIRN_VM_STATE_OFF)) {
        firn_blockers_add(self->blockers,
                          "Busy",
                          "VM",
                          "try again in a moment",
                          "the VM is being started or stopped");
        return FALSE;
    }
    if (g_str_equal(self->evidence->run_state, "io-error"))
        firn_blockers_add(self->blockers,
                          "VmIoError",
                          "VM",
                          "free some space on its storage and resume it",
                          "the VM is paused because a disk could not be written");
    return TRUE;
}

void
firn_guest_check_ask_qemu(FirnGuestCheck *self, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) work = self->monitor == NULL
                             ? NULL
                             : firn_block_jobs_query(self->monitor, QUERY_MS, cancellable, &error);

    if (error != NULL)
        firn_blockers_add_error(self->blockers,
                                "VmUnreachable",
                                "monitor",
                                "check that QEMU answers: firn doctor VM",
                                error);
    for (GStrv word = work; word != NULL && *word != NULL; word++) {
        g_autofree char *subject = firn_printable(*word);

        firn_blockers_add(self->blockers,
                          "Busy",
                          subject,
                          "wait until it ends",
                          "another operation is running on the VM");
    }
}

void
firn_guest_check_ask_guest(FirnGuestCheck *self, GCancellable *cancellable)
{
    FirnVmState state = firn_vm_get_state(self->vm);

    if (state == FIRN_VM_STATE_OFF) {
        if (is_saved(self) && self->limits.quiesce == FIRN_QUIESCE_REQUIRE)
            refuse_saved(self);
        return;
    }
    if (self->limits.quiesce == FIRN_QUIESCE_NEVER)
        firn_evidence_indicate(self->evidence, FIRN_INDICATION_QUIESCE_SKIPPED);
    else if (state == FIRN_VM_STATE_RUNNING && !check_agent(self, cancellable))
        release_agent(self);
    /* What a paused guest has in memory and not yet on its disks is not in the snapshot. */
    else if (state != FIRN_VM_STATE_RUNNING && self->limits.quiesce == FIRN_QUIESCE_REQUIRE)
        refuse_standing(self);
}

void
firn_guest_check_run(FirnGuestCheck *self, GCancellable *cancellable)
{
    if (!firn_guest_check_look(self, cancellable))
        return;
    firn_guest_check_ask_qemu(self, cancellable);
    firn_guest_check_ask_guest(self, cancellable);
}

gboolean
firn_guest_check_is_windows(const FirnGuestCheck *self)
{
    return g_strcmp0(self->os_id, "mswindows") == 0;
}

guint
firn_guest_check_get_freeze_wait_ms(const FirnGuestCheck *self)
{
    return firn_freeze_limits_get_freeze_wait_ms(&self->limits, self->os_id);
}

guint
firn_guest_check_get_frozen_max_ms(const FirnGuestCheck *self)
{
    const FirnEvidence *evidence = self->evidence;
    guint frozen_max_ms = firn_freeze_limits_get_frozen_max_ms(&self->limits, self->os_id);
    gint64 in_all_max_ms = firn_guest_check_get_in_all_max_ms(self);
    gint64 left_ms;

    if (in_all_max_ms == 0 || evidence->frozen_us == 0)
        return frozen_max_ms;
    left_ms =
        in_all_max_ms - (evidence->frozen_us - evidence->freeze_sent_us) / G_TIME_SPAN_MILLISECOND;
    return (guint)CLAMP(left_ms, 0, (gint64)frozen_max_ms);
}

guint
firn_guest_check_get_in_all_max_ms(const FirnGuestCheck *self)
{
    return firn_freeze_limits_get_in_all_max_ms(&self->limits, self->os_id);
}

void
firn_guest_check_free(FirnGuestCheck *self)
{
    if (self == NULL)
        return;
    release_agent(self);
    g_clear_object(&self->monitor);
    g_object_unref(self->vm);
    g_free(self->os_id);
    g_clear_pointer(&self->frozen_at, g_hash_table_unref);
    g_ptr_array_unref(self->blockers);
    g_free(self);
}
