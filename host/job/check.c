/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"

#include "block-device.h"
#include "engine-error.h"
#include "fsfreeze.h"
#include "host-error.h"
#include "indication.h"
#include "printable.h"
#include "snapshot-name.h"

#define QUERY_MS 10000

/* Linux cannot freeze these; they are on nearly every guest (the EFI system partition) and hold
 * nothing that is written in normal work. Evidence lists them, the expected count does not. Source:
 * fs/ioctl.c, ioctl_fsfreeze(): EOPNOTSUPP without freeze_fs and freeze_super. */
static const char *const not_freezable[] =
    {"vfat", "msdos", "exfat", "iso9660", "udf", "squashfs", "erofs", "cramfs", NULL};

static void
add_catalogue_blocker(FirnCheck *self, const GError *error)
{
    const char *code = "Failed";
    const char *remedy = "correct that first";

    if (g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_LIMIT)) {
        code = "LimitReached";
        remedy = "delete a snapshot, or raise the limit with: firn policy VM set max-snapshots=N";
    } else if (g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_EXISTS)) {
        code = "NameTaken";
        remedy = "choose another name";
    } else if (g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT)) {
        code = "Inconsistent";
        remedy = "put the file right or away";
    }
    firn_blockers_add_error(self->blockers, code, "catalogue", remedy, error);
}

static void
check_catalogue(FirnCheck *self)
{
    g_autoptr(GError) error = NULL;

    if (!firn_catalogue_check_new(firn_vm_get_catalogue(self->params->vm),
                                  self->snapshot->name,
                                  &error))
        add_catalogue_blocker(self, error);
}

static void
note_state(FirnCheck *self)
{
    FirnEvidence *evidence = self->snapshot->evidence;

    g_free(evidence->run_state);
    evidence->run_state = firn_vm_dup_run_state(self->params->vm);
}

static void
indicate_state(FirnCheck *self)
{
    FirnVmState state = firn_vm_get_state(self->params->vm);

    firn_evidence_indicate(self->snapshot->evidence,
                           state == FIRN_VM_STATE_RUNNING ? FIRN_INDICATION_ONLINE
                           : state == FIRN_VM_STATE_OFF   ? FIRN_INDICATION_OFFLINE
                                                          : FIRN_INDICATION_PAUSED);
}

static gboolean
check_state(FirnCheck *self, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    gboolean is_reached = firn_vm_look(self->params->vm, cancellable, &error);

    note_state(self);
    if (!is_reached) {
        firn_blockers_add_error(self->blockers,
                                "VmUnreachable",
                                "monitor",
                                "give firn a monitor socket of its own",
                                error);
        return FALSE;
    }
    indicate_state(self);
    self->monitor = firn_vm_dup_monitor(self->params->vm);
    if ((self->monitor == NULL) != (firn_vm_get_state(self->params->vm) == FIRN_VM_STATE_OFF)) {
        firn_blockers_add(self->blockers,
                          "Busy",
                          "VM",
                          "try again in a moment",
                          "it is just being started or stopped");
        return FALSE;
    }
    if (g_str_equal(self->snapshot->evidence->run_state, "io-error"))
        firn_blockers_add(self->blockers,
                          "VmIoError",
                          "VM",
                          "make room on its storage and resume it",
                          "it stands still because a disk could not be written");
    return TRUE;
}

static gboolean
is_wanted(FirnCheck *self, const FirnDisk *disk)
{
    return disk->is_writable &&
           (self->params->exclude == NULL ||
            !g_strv_contains((const char *const *)self->params->exclude, disk->target));
}

static void
check_exclusions(FirnCheck *self, GPtrArray *disks)
{
    for (GStrv target = self->params->exclude; target != NULL && *target != NULL; target++) {
        if (firn_disks_find(disks, *target) == NULL)
            firn_blockers_add(self->blockers,
                              "InvalidArgument",
                              "excluded disk",
                              "look at its disks with: firn create --dry-run VM",
                              "the VM has no disk \"%s\"",
                              *target);
        g_ptr_array_add(self->snapshot->excluded, g_strdup(*target));
        firn_evidence_indicate(self->snapshot->evidence, FIRN_INDICATION_PARTIAL_SNAPSHOT);
    }
}

/* All of them, also those left out now: for the time when the VM is off. */
static void
remember_disks(FirnCheck *self, GPtrArray *disks)
{
    g_autoptr(GPtrArray) writable = g_ptr_array_new();

    for (guint i = 0; i < disks->len; i++) {
        FirnDisk *disk = disks->pdata[i];

        if (disk->is_writable)
            g_ptr_array_add(writable, disk);
        if (disk->is_remembered)
            firn_evidence_indicate(self->snapshot->evidence, FIRN_INDICATION_DISKS_REMEMBERED);
    }
    if (self->monitor != NULL)
        firn_catalogue_remember_disks(firn_vm_get_catalogue(self->params->vm), writable);
}

static void
check_disks(FirnCheck *self, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) disks = firn_vm_list_disks(self->params->vm, cancellable, &error);
    FirnCut cut = {self->monitor, self->disks, self->snapshot->tag, QUERY_MS};

    if (disks == NULL) {
        firn_blockers_add_error(self->blockers,
                                "DisksUnknown",
                                "disks",
                                "see to that and try again",
                                error);
        return;
    }
    remember_disks(self, disks);
    check_exclusions(self, disks);
    for (guint i = 0; i < disks->len; i++)
        if (is_wanted(self, disks->pdata[i]))
            g_ptr_array_add(self->disks, g_steal_pointer(&disks->pdata[i]));
    if (self->disks->len == 0)
        firn_blockers_add(self->blockers,
                          "NoDisks",
                          "disks",
                          "a snapshot needs at least one writable disk",
                          "nothing is left to be snapshotted");
    firn_backend_check(self->params->backend, &cut, self->blockers);
}

static void
check_other_work(FirnCheck *self, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) work = self->monitor == NULL
                             ? NULL
                             : firn_block_jobs_query(self->monitor, QUERY_MS, cancellable, &error);

    if (error != NULL)
        firn_blockers_add_error(self->blockers,
                                "VmUnreachable",
                                "monitor",
                                "see to that and try again",
                                error);
    for (GStrv word = work; word != NULL && *word != NULL; word++) {
        g_autofree char *subject = firn_printable(*word);

        firn_blockers_add(self->blockers,
                          "Busy",
                          subject,
                          "wait for its end",
                          "somebody else works on the VM");
    }
}

/* An agent that is of no use stands in the way of "require" and is noted for "try". */
static void
lack_agent(FirnCheck *self, const char *indication, const char *code, const char *text)
{
    firn_evidence_indicate(self->snapshot->evidence, indication);
    if (self->params->knobs.quiesce == FIRN_QUIESCE_REQUIRE)
        firn_blockers_add(self->blockers,
                          code,
                          "guest agent",
                          "see to that, or accept a crash-consistent snapshot with --quiesce=try",
                          "%s",
                          text);
}

static void
add_file_system(const char *mountpoint, const char *type, const char *device, gpointer evidence)
{
    firn_evidence_add_file_system(evidence, mountpoint, type, device);
}

static guint
count_expected(const FirnEvidence *evidence)
{
    g_autoptr(GHashTable) devices = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < evidence->file_systems->len; i++) {
        const FirnFileSystem *mounted = evidence->file_systems->pdata[i];

        if (!g_strv_contains(not_freezable, mounted->type))
            g_hash_table_add(devices, mounted->device);
    }
    return g_hash_table_size(devices);
}

static gboolean
list_file_systems(FirnCheck *self, GCancellable *cancellable)
{
    FirnEvidence *evidence = self->snapshot->evidence;
    g_autoptr(GError) error = NULL;

    if (firn_guest_info_each_file_system(self->agent,
                                         QUERY_MS,
                                         cancellable,
                                         add_file_system,
                                         evidence,
                                         &error)) {
        evidence->expected = count_expected(evidence);
        return TRUE;
    }
    lack_agent(self, FIRN_INDICATION_AGENT_TOO_OLD, "AgentUnavailable", error->message);
    return FALSE;
}

static void
report_foreign_freeze(FirnCheck *self)
{
    lack_agent(self,
               FIRN_INDICATION_QUIESCE_FAILED,
               "GuestFrozen",
               "somebody else has frozen the guest");
}

static gboolean
says_frozen(FirnCheck *self, GCancellable *cancellable)
{
    gboolean is_frozen = FALSE;

    return firn_fsfreeze_query(self->agent, QUERY_MS, cancellable, &is_frozen, NULL) && is_frozen;
}

static gboolean
is_frozen_by_others(FirnCheck *self, GCancellable *cancellable)
{
    gboolean is_frozen = FALSE;
    g_autoptr(GError) error = NULL;

    if (!firn_fsfreeze_query(self->agent, QUERY_MS, cancellable, &is_frozen, &error)) {
        lack_agent(self, FIRN_INDICATION_NO_GUEST_AGENT, "AgentUnavailable", error->message);
        return TRUE;
    }
    if (is_frozen)
        report_foreign_freeze(self);
    return is_frozen;
}

static gboolean
check_agent(FirnCheck *self, GCancellable *cancellable)
{
    FirnEvidence *evidence = self->snapshot->evidence;
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnGuestInfo) info = NULL;

    self->agent = firn_vm_open_agent(self->params->vm, cancellable, &error);
    if (self->agent != NULL)
        info = firn_guest_info_query(self->agent, QUERY_MS, cancellable, &error);
    if (info == NULL) {
        lack_agent(self, FIRN_INDICATION_NO_GUEST_AGENT, "AgentUnavailable", error->message);
        return FALSE;
    }
    firn_evidence_indicate(evidence, FIRN_INDICATION_GUEST_AGENT);
    evidence->agent_version = firn_printable(info->version);
    if (info->os_name != NULL)
        evidence->guest_os = firn_printable(info->os_name);
    self->os_id = g_strdup(info->os_id);
    if (info->has_freeze && info->has_file_systems)
        return !is_frozen_by_others(self, cancellable) && list_file_systems(self, cancellable);
    /* While it is frozen an agent lists as disabled what it would refuse. */
    if (info->is_freeze_disabled && says_frozen(self, cancellable)) {
        report_foreign_freeze(self);
        return FALSE;
    }
    lack_agent(self,
               info->is_freeze_disabled ? FIRN_INDICATION_FREEZE_DISABLED
                                        : FIRN_INDICATION_AGENT_TOO_OLD,
               "AgentUnavailable",
               info->is_freeze_disabled ? "freezing is switched off in the agent's configuration"
                                        : "the agent cannot freeze file systems and list them");
    return FALSE;
}

static void
let_go_of_agent(FirnCheck *self)
{
    if (self->agent != NULL)
        firn_vm_close_agent(self->params->vm, self->agent);
    self->agent = NULL;
}

static void
check_guest(FirnCheck *self, GCancellable *cancellable)
{
    FirnVmState state = firn_vm_get_state(self->params->vm);

    if (state == FIRN_VM_STATE_OFF)
        return;
    if (self->params->leave_guest_alone) {
        firn_blockers_add(self->blockers,
                          "Busy",
                          "VM",
                          "wait for its end; firn jobs shows it",
                          "a job works on it, so its guest was not asked");
        return;
    }
    if (self->params->knobs.quiesce == FIRN_QUIESCE_NEVER) {
        firn_evidence_indicate(self->snapshot->evidence, FIRN_INDICATION_QUIESCE_SKIPPED);
        return;
    }
    if (state == FIRN_VM_STATE_RUNNING) {
        if (!check_agent(self, cancellable))
            let_go_of_agent(self);
        return;
    }
    /* What is in a standing guest's memory and not on its disks stays there. */
    if (self->params->knobs.quiesce == FIRN_QUIESCE_REQUIRE)
        firn_blockers_add(self->blockers,
                          "VmPaused",
                          "VM",
                          "resume it, or accept a crash-consistent snapshot with --quiesce=try",
                          "it stands still (%s), so its guest cannot be frozen",
                          self->snapshot->evidence->run_state);
}

static FirnCheck *
new_check(const FirnCreateParams *params)
{
    FirnCheck *self = g_new0(FirnCheck, 1);
    g_autofree char *name = params->name == NULL ? firn_snapshot_name_default(g_get_real_time())
                                                 : g_strdup(params->name);
    g_autofree char *parent = firn_catalogue_dup_current(firn_vm_get_catalogue(params->vm));

    self->params = params;
    firn_event_clock_init(&self->clock);
    self->disks = g_ptr_array_new_with_free_func((GDestroyNotify)firn_disk_free);
    self->blockers = firn_blockers_new();
    self->snapshot = firn_snapshot_new(name, parent, firn_evidence_new(params->knobs.quiesce));
    g_free(self->snapshot->comment);
    self->snapshot->comment = g_strdup(params->comment);
    return self;
}

FirnCheck *
firn_check_run(const FirnCreateParams *params, GCancellable *cancellable)
{
    FirnCheck *self = new_check(params);

    check_catalogue(self);
    if (!check_state(self, cancellable))
        return self;
    check_disks(self, cancellable);
    check_other_work(self, cancellable);
    check_guest(self, cancellable);
    return self;
}

static FirnHostError
error_code(const char *code)
{
    static const struct {
        const char *code;
        FirnHostError error;
    } kinds[] = {
        {"LimitReached",     FIRN_HOST_ERROR_LIMIT_REACHED    },
        {"NameTaken",        FIRN_HOST_ERROR_EXISTS           },
        {"Inconsistent",     FIRN_HOST_ERROR_INCONSISTENT     },
        {"InvalidArgument",  FIRN_HOST_ERROR_INVALID_ARGUMENT },
        {"VmUnreachable",    FIRN_HOST_ERROR_VM_UNREACHABLE   },
        {"Busy",             FIRN_HOST_ERROR_BUSY             },
        {"ImageInUse",       FIRN_HOST_ERROR_IMAGE_IN_USE     },
        {"NoSpace",          FIRN_HOST_ERROR_NO_SPACE         },
        {"AgentUnavailable", FIRN_HOST_ERROR_AGENT_UNAVAILABLE},
        {"GuestFrozen",      FIRN_HOST_ERROR_GUEST_FROZEN     },
        {"VmPaused",         FIRN_HOST_ERROR_FREEZE_FAILED    },
    };

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(kinds[i].code, code))
            return kinds[i].error;
    return FIRN_HOST_ERROR_NOT_SUPPORTED;
}

gboolean
firn_check_get_error(FirnCheck *self, GError **error)
{
    g_autofree char *text = NULL;
    const FirnBlocker *first;

    if (self->blockers->len == 0)
        return TRUE;
    first = self->blockers->pdata[0];
    text = firn_blockers_to_text(self->blockers);
    g_set_error_literal(error, FIRN_HOST_ERROR, error_code(first->code), text);
    return FALSE;
}

void
firn_check_free(FirnCheck *self)
{
    if (self == NULL)
        return;
    let_go_of_agent(self);
    g_clear_object(&self->monitor);
    g_free(self->os_id);
    g_ptr_array_unref(self->disks);
    g_ptr_array_unref(self->blockers);
    firn_snapshot_unref(self->snapshot);
    g_free(self);
}
