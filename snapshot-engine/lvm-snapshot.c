/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-snapshot.h"

#include <errno.h>
#include <fcntl.h>

#include "checked-open.h"
#include "crash-point.h"
#include "engine-error.h"
#include "file-descriptor.h"
#include "lvm-name.h"
#include "lvm-tool.h"
#include "snapshot-name.h"

/* A frozen guest may be waiting. */
#define RESUME_MS 10000

static gboolean
fail_partial(const char *tag, GString *faults, const GError *cause, GError **error)
{
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_PARTIAL,
                "snapshot %s: %s%s%s",
                tag,
                faults->str,
                cause == NULL ? "" : "; ",
                cause == NULL ? "" : cause->message);
    return FALSE;
}

static void
describe(GString *faults, const FirnLvmDisk *disk, const FirnLv *snapshot, guint count)
{
    g_string_append_printf(faults, "%s%s: ", faults->len == 0 ? "" : "; ", disk->disk->target);
    if (count > 1)
        g_string_append_printf(faults, "has it %u times", count);
    else if (count == 0)
        g_string_append(faults, "does not have it");
    else
        g_string_append(faults, snapshot->is_invalid ? "its snapshot has overflowed" : "has it");
}

static gboolean
all_have(const FirnLvmLook *look, const char *tag, GString *faults)
{
    gboolean is_right = TRUE;

    for (guint i = 0; i < look->disks->len; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];
        guint count;
        const FirnLv *snapshot = firn_lvm_look_find_snapshot(look, disk, tag, &count);

        is_right = is_right && count == 1 && !snapshot->is_invalid && !snapshot->is_merging;
        describe(faults, disk, snapshot, count);
    }
    return is_right;
}

gboolean
firn_lvm_snapshot_check_whole(const FirnLvmLook *look, const char *tag, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);

    return all_have(look, tag, faults) || fail_partial(tag, faults, NULL, error);
}

gboolean
firn_lvm_snapshot_verify(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    g_autoptr(FirnLvmLook) look = firn_lvm_look_new(cut->disks, error);

    return look != NULL && firn_lvm_snapshot_check_whole(look, cut->tag, error);
}

/* How many disks have it, or have it more than once. */
static guint
count_having(const FirnLvmLook *look, const char *tag, guint at_least, GString *faults)
{
    guint n_disks = 0;

    for (guint i = 0; i < look->disks->len; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];
        guint count;
        const FirnLv *snapshot = firn_lvm_look_find_snapshot(look, disk, tag, &count);

        n_disks += count >= at_least ? 1 : 0;
        describe(faults, disk, snapshot, count);
    }
    return n_disks;
}

static void
remove_all(const FirnLvmLook *look, const FirnCut *cut, GError **error)
{
    for (guint i = 0; i < look->disks->len; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];
        guint count;
        const FirnLv *snapshot = firn_lvm_look_find_snapshot(look, disk, cut->tag, &count);
        g_autofree char *name =
            snapshot == NULL ? NULL : g_strconcat(snapshot->vg, "/", snapshot->name, NULL);
        const char *arguments[] = {"lvremove", "--", name, NULL};

        if (name == NULL)
            continue;
        firn_lvm_tool_change(arguments,
                             cut->deadline_ms,
                             error == NULL || *error != NULL ? NULL : error);
        FIRN_CRASH_POINT("lvm: after a snapshot was deleted");
    }
}

/* LVM suspends a disk while it makes a snapshot of it; an LVM that was killed leaves it so, and
 * whatever reads or writes it waits, the guest as well. */
static void
resume(const FirnDisk *disk, guint deadline_ms)
{
    g_autofree char *vg = NULL;
    g_autofree char *name = NULL;
    g_autofree char *lv = NULL;
    const char *arguments[] = {"lvchange", "--refresh", "--", NULL, NULL};
    g_autoptr(GError) error = NULL;

    if (!firn_lvm_name_is_suspended(disk->path) || !firn_lvm_look_find_name(disk, &vg, &name, NULL))
        return;
    lv = g_strconcat(vg, "/", name, NULL);
    arguments[3] = lv;
    if (!firn_lvm_tool_change(arguments, deadline_ms, &error))
        g_warning("%s: LVM has left its logical volume suspended, so that its guest waits: %s; "
                  "resume it with: lvchange --refresh %s",
                  disk->target,
                  error->message,
                  lv);
}

static gboolean
is_being_made(const char *tag)
{
    g_autofree char *argument = g_strconcat(FIRN_LVM_TAG_NAME, tag, NULL);

    return firn_lvm_tool_is_running(argument);
}

/* An LVM that still runs resumes the disk itself, and no other gets its lock before. */
static void
resume_all(const FirnCut *cut)
{
    for (guint i = 0; !is_being_made(cut->tag) && i < cut->disks->len; i++)
        resume(cut->disks->pdata[i], MIN(cut->deadline_ms, RESUME_MS));
}

/* A command that take() has left alone may make the snapshot after it was looked for. */
static gboolean
check_not_made(const char *tag, GError **error)
{
    if (!is_being_made(tag))
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_IN_USE,
                "snapshot %s: lvcreate is still running; see what it waits for with: dmsetup "
                "udevcookies",
                tag);
    return FALSE;
}

/* Continues after a failure, to delete as much as possible. */
gboolean
firn_lvm_snapshot_discard(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    g_autoptr(FirnLvmLook) before = NULL;
    g_autoptr(FirnLvmLook) after = NULL;
    g_autoptr(GString) faults = g_string_new(NULL);
    g_autoptr(GError) cause = NULL;

    if (!firn_snapshot_tag_check(cut->tag, error) || !check_not_made(cut->tag, error))
        return FALSE;
    resume_all(cut);
    before = firn_lvm_look_new(cut->disks, error);
    if (before == NULL)
        return FALSE;
    if (count_having(before, cut->tag, 2, faults) > 0)
        return fail_partial(cut->tag, faults, NULL, error);
    FIRN_CRASH_POINT("lvm discard: before");
    remove_all(before, cut, &cause);
    g_string_truncate(faults, 0);
    after = firn_lvm_look_new(cut->disks, error);
    if (after == NULL)
        return FALSE;
    return count_having(after, cut->tag, 1, faults) == 0 ||
           fail_partial(cut->tag, faults, cause, error);
}

static gboolean
find_deadline(const FirnCut *cut, guint *out_ms, GError **error)
{
    gint64 left_us = cut->window_end_us - g_get_monotonic_time();

    *out_ms = cut->deadline_ms;
    if (cut->window_end_us == 0)
        return TRUE;
    *out_ms = (guint)CLAMP(left_us / G_TIME_SPAN_MILLISECOND, 0, cut->deadline_ms);
    if (*out_ms > 0)
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_FAILED,
                "the guest cannot wait for the snapshots of its disks any longer");
    return FALSE;
}

static GStrv
list_arguments(const char *vg, const char *name, const char *tag, const char *const *options)
{
    g_autofree char *snapshot = firn_lvm_name_of_snapshot(name, tag);
    g_autofree char *full_tag = g_strconcat(FIRN_LVM_TAG_NAME, tag, NULL);
    g_autofree char *disk_tag = g_strconcat(FIRN_LVM_TAG_DISK, name, NULL);
    g_autofree char *origin = g_strconcat(vg, "/", name, NULL);
    g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();

    g_strv_builder_add_many(arguments, "lvcreate", "--snapshot", "--permission", "r", NULL);
    g_strv_builder_addv(arguments, (const char **)options);
    g_strv_builder_add_many(arguments, "--name", snapshot, NULL);
    g_strv_builder_add_many(arguments, "--addtag", FIRN_LVM_TAG_SNAPSHOT, NULL);
    g_strv_builder_add_many(arguments, "--addtag", full_tag, "--addtag", disk_tag, NULL);
    g_strv_builder_add_many(arguments, "--", origin, NULL);
    return g_strv_builder_end(arguments);
}

static FirnConfinedProcess *
start_lvm(const FirnCut *cut, GError **error)
{
    g_autofree char *argument = g_strconcat(FIRN_LVM_TAG_NAME, cut->tag, NULL);

    return firn_lvm_tool_start(argument, error);
}

/* The one that prepare() has started, or another. */
static FirnConfinedProcess *
get_lvm(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    g_autofree char *key = NULL;
    FirnConfinedProcess *lvm = NULL;

    if (cut->waiting != NULL && g_hash_table_steal_extended(cut->waiting,
                                                            firn_backend_get_name(backend),
                                                            (gpointer *)&key,
                                                            (gpointer *)&lvm))
        return lvm;
    return start_lvm(cut, error);
}

static gboolean
tell_one(FirnConfinedProcess *lvm,
         const FirnDisk *disk,
         const char *tag,
         const char *const *options,
         GError **error)
{
    g_autofree char *vg = NULL;
    g_autofree char *name = NULL;
    g_auto(GStrv) arguments = NULL;

    if (!firn_lvm_look_find_name(disk, &vg, &name, error))
        return FALSE;
    arguments = list_arguments(vg, name, tag, options);
    return firn_lvm_tool_tell(lvm, (const char *const *)arguments, error);
}

static gboolean
tell_all(FirnConfinedProcess *lvm, const FirnCut *cut, const char *const *options, GError **error)
{
    for (guint i = 0; i < cut->disks->len; i++) {
        if (!tell_one(lvm, cut->disks->pdata[i], cut->tag, options, error))
            return FALSE;
        FIRN_CRASH_POINT("lvm: has begun to make a snapshot");
    }
    return TRUE;
}

/* It stops at the first command that fails, and what it has begun is waited for in any case. */
static gboolean
make_all(FirnConfinedProcess *lvm, const FirnCut *cut, const char *const *options, GError **error)
{
    guint deadline_ms;
    gboolean ok;

    if (!find_deadline(cut, &deadline_ms, error))
        return FALSE;
    ok = tell_all(lvm, cut, options, error);
    return firn_lvm_tool_wait(lvm, "lvcreate", deadline_ms, ok ? error : NULL) && ok;
}

gboolean
firn_lvm_snapshot_take(FirnBackend *backend,
                       const FirnCut *cut,
                       const char *const *options,
                       GError **error)
{
    g_autoptr(FirnConfinedProcess) lvm = NULL;

    if (!firn_snapshot_tag_check(cut->tag, error) || (lvm = get_lvm(backend, cut, error)) == NULL)
        return FALSE;
    if (make_all(lvm, cut, options, error)) {
        FIRN_CRASH_POINT("lvm: after snapshots were made");
        return TRUE;
    }
    /* Before the thaw: to be thawed, a file system of the guest writes. */
    resume_all(cut);
    return FALSE;
}

static gboolean
is_elsewhere(const FirnLv *lv)
{
    return *lv->lock_type != '\0' && !g_str_equal(lv->lock_type, "none") && !lv->is_exclusive;
}

static void
check_lv(const FirnLvmLook *look, const FirnLvmDisk *disk, const char *tag, GPtrArray *blockers)
{
    g_autofree char *name = firn_lvm_name_of_snapshot(disk->name, tag);
    const char *target = disk->disk->target;

    if (!disk->lv->is_active)
        firn_blockers_add_disk(blockers,
                               "ImageNotAccessible",
                               target,
                               "activate its logical volume with lvchange",
                               "its logical volume is not active on this host");
    if (disk->lv->is_merging)
        firn_blockers_add_disk(blockers,
                               "ImageInUse",
                               target,
                               "stop the VM, have the merge end, and try again",
                               "a snapshot is being merged into its logical volume, or will be "
                               "when it is activated next");
    if (is_elsewhere(disk->lv))
        firn_blockers_add_disk(blockers,
                               "SharedVolumeGroup",
                               target,
                               "activate it on this host alone, with lvchange -aey",
                               "its volume group is shared, and its logical volume may be active "
                               "on other hosts");
    if (firn_lvm_look_find(look, disk->vg, name) != NULL)
        firn_blockers_add_disk(blockers,
                               "NameTaken",
                               target,
                               "try again",
                               "its volume group already has a logical volume with the name that "
                               "the snapshot would get");
    if (!firn_lvm_name_fits(disk->vg, name))
        firn_blockers_add_disk(blockers,
                               "DiskNotSupported",
                               target,
                               "give volume group or logical volume a shorter name",
                               "the name of a snapshot of its logical volume would be too long");
}

void
firn_lvm_snapshot_check(const FirnLvmLook *look, const FirnCut *cut, GPtrArray *blockers)
{
    for (guint i = 0; i < look->disks->len; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];

        if (disk->lv == NULL)
            firn_blockers_add_disk(blockers,
                                   "ImageNotAccessible",
                                   disk->disk->target,
                                   "see its volume group with lvs",
                                   "its logical volume does not exist");
        else
            check_lv(look, disk, cut->tag, blockers);
    }
}

gboolean
firn_lvm_snapshot_check_unused(const FirnLvmLook *look, GError **error)
{
    for (guint i = 0; i < look->disks->len; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];

        if (disk->lv == NULL || !disk->lv->is_open)
            continue;
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_IN_USE,
                    "%s: a process or another device has its logical volume open",
                    disk->disk->target);
        return FALSE;
    }
    return TRUE;
}

static void
check_snapshot(const FirnLvmDisk *disk, const FirnLv *snapshot, GPtrArray *blockers)
{
    if (snapshot->is_invalid)
        firn_blockers_add_disk(blockers,
                               "SnapshotInvalid",
                               disk->disk->target,
                               "delete the snapshot: its contents are lost",
                               "its snapshot has overflowed");
    if (snapshot->is_merging || (disk->lv != NULL && disk->lv->is_merging))
        firn_blockers_add_disk(blockers,
                               "ImageInUse",
                               disk->disk->target,
                               "stop the VM, have the merge end, and try again",
                               "a snapshot is being merged into its logical volume, or will be "
                               "when it is activated next");
}

void
firn_lvm_snapshot_check_revert(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLvmLook) look = firn_lvm_look_new(cut->disks, &error);

    if (look == NULL)
        firn_blockers_add_error(blockers, "LvmFailed", "disks", "see what lvs says", error);
    for (guint i = 0; look != NULL && i < look->disks->len; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];
        guint count;
        const FirnLv *snapshot = firn_lvm_look_find_snapshot(look, disk, cut->tag, &count);

        if (snapshot != NULL)
            check_snapshot(disk, snapshot, blockers);
    }
}

static gboolean
start_waiting(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    FirnConfinedProcess *lvm;

    if (cut->waiting == NULL)
        return TRUE;
    lvm = start_lvm(cut, error);
    if (lvm != NULL)
        g_hash_table_replace(cut->waiting, g_strdup(firn_backend_get_name(backend)), lvm);
    return lvm != NULL;
}

gboolean
firn_lvm_snapshot_prepare(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    for (guint i = 0; i < cut->disks->len; i++) {
        const FirnDisk *disk = cut->disks->pdata[i];
        g_auto(FirnFileDescriptor) file =
            firn_checked_open(disk->path, FIRN_FILE_KIND_BLOCK, O_RDONLY, NULL);

        if (file >= 0 && fdatasync(file) == 0)
            continue;
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_FAILED,
                    "%s: cannot flush its logical volume to storage: %s",
                    disk->target,
                    g_strerror(errno));
        return FALSE;
    }
    return start_waiting(backend, cut, error);
}
