/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lvm-thin-backend.h"

#include "crash-point.h"
#include "engine-error.h"
#include "lvm-name.h"
#include "lvm-snapshot.h"
#include "lvm-tool.h"

/* A pool that runs full stops all of its guests, and metadata that run full may be lost. */
#define DATA_PERCENT_MAX     85
#define METADATA_PERCENT_MAX 75

struct _FirnLvmThinBackend {
    GObject parent;
};

static void firn_lvm_thin_backend_init_interface(FirnBackendInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnLvmThinBackend,
                              firn_lvm_thin_backend,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_BACKEND,
                                                    firn_lvm_thin_backend_init_interface))

/* One disk while it is reverted. */
typedef struct {
    const FirnLvmLook *look; /* (unowned) */
    const FirnLvmDisk *disk; /* (unowned) */
    const FirnCut *cut;      /* (unowned) */
    const FirnLv *snapshot;  /* (unowned) */
    char *new;               /* (owned) name of the LV that takes the disk's place */
    char *old;               /* (owned) name of the one that has had it */
} Swap;

static void
clear_swap(gpointer data)
{
    Swap *self = data;

    g_free(self->new);
    g_free(self->old);
}

static void
block_pool(const FirnLvmDisk *disk,
           const char *code,
           const char *what,
           double percent,
           GPtrArray *blockers)
{
    g_autofree char *message =
        g_strdup_printf("its thin pool %s/%s %s", disk->pool->vg, disk->pool->name, what);
    g_autofree char *filled =
        percent < 0 ? NULL : g_strdup_printf("%s to %.0f %%", message, percent);

    firn_blockers_add_disk(blockers,
                           code,
                           disk->disk->target,
                           percent < 0 ? "repair the pool while its VMs are off; see lvmthin(7)"
                                       : "extend the pool, or delete snapshots",
                           percent < 0 ? message : filled);
}

static void
check_pool(const FirnLvmDisk *disk, GPtrArray *blockers)
{
    g_autofree char *state = g_strdup_printf("is in the state %s", disk->pool->health);

    if (*disk->pool->health != '\0')
        block_pool(disk, "PoolDamaged", state, -1, blockers);
    if (disk->pool->needs_check)
        block_pool(disk, "PoolDamaged", "needs a check", -1, blockers);
    if (disk->pool->data_percent >= DATA_PERCENT_MAX)
        block_pool(disk, "NoSpace", "is filled", disk->pool->data_percent, blockers);
    if (disk->pool->metadata_percent >= METADATA_PERCENT_MAX)
        block_pool(disk, "NoSpace", "has metadata filled", disk->pool->metadata_percent, blockers);
}

static void
check(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FirnLvmLook) look = firn_lvm_look_new(cut->disks, &error);

    if (look == NULL) {
        firn_blockers_add_error(blockers, "LvmFailed", "disks", "see what lvs says", error);
        return;
    }
    firn_lvm_snapshot_check(look, cut, blockers);
    for (guint i = 0; i < look->disks->len; i++) {
        const FirnLvmDisk *disk = look->disks->pdata[i];

        if (disk->pool != NULL)
            check_pool(disk, blockers);
    }
}

static gboolean
take(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    static const char *const options[] = {"--setactivationskip", "y", NULL};

    return firn_lvm_snapshot_take(backend, cut, options, error);
}

static gboolean
fail(const FirnLvmDisk *disk, FirnEngineError code, const char *what, GError **error)
{
    g_set_error(error, FIRN_ENGINE_ERROR, code, "%s/%s: %s", disk->vg, disk->name, what);
    return FALSE;
}

static gboolean
change(const Swap *self, const char *const *arguments, GError **error)
{
    gboolean ok = firn_lvm_tool_change(arguments, self->cut->deadline_ms, error);

    FIRN_CRASH_POINT("lvm: after a step of a revert");
    return ok;
}

static gboolean
change_one(const Swap *self, const char *const *command, const char *name, GError **error)
{
    g_autofree char *lv = g_strconcat(self->disk->vg, "/", name, NULL);
    const char *arguments[] = {command[0], command[1], command[2], lv, NULL};

    return change(self, arguments, error);
}

static gboolean
drop(const Swap *self, const char *name, GError **error)
{
    static const char *const command[] = {"lvremove", "--quiet", "--"};
    const FirnLv *lv = firn_lvm_look_find(self->look, self->disk->vg, name);

    if (lv == NULL)
        return TRUE;
    if (!firn_lv_has_tag(lv, FIRN_LVM_TAG_PART))
        return fail(self->disk,
                    FIRN_ENGINE_ERROR_EXISTS,
                    "a revert needs the name of an LV that is not firn's",
                    error);
    return change_one(self, command, name, error);
}

/* What an interrupted revert has left. The old LV is dropped only if the disk has another. */
static gboolean
drop_remains(const Swap *self, GError **error)
{
    return drop(self, self->new, error) && (self->disk->lv == NULL || drop(self, self->old, error));
}

static gboolean
make_new(const Swap *self, GError **error)
{
    g_autofree char *source = g_strconcat(self->disk->vg, "/", self->snapshot->name, NULL);
    const char *arguments[] = {"lvcreate",
                               "--snapshot",
                               "--setactivationskip",
                               "n",
                               "--permission",
                               "rw",
                               "--addtag",
                               FIRN_LVM_TAG_PART,
                               "--name",
                               self->new,
                               "--",
                               source,
                               NULL};

    return change(self, arguments, error);
}

/* LVM may claim success without a device. */
static gboolean
is_usable(const Swap *self, const FirnLvmLook *now, const char *name)
{
    const FirnLv *lv = firn_lvm_look_find(now, self->disk->vg, name);

    return lv != NULL && lv->is_active && lv->is_writable && lv->device != 0 &&
           lv->size_bytes == self->snapshot->size_bytes;
}

static gboolean
check_devices(GArray *swaps, gboolean are_renamed, GError **error)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(FirnLvmLook) now = firn_lvm_look_new(none, error);

    for (guint i = 0; now != NULL && i < swaps->len; i++) {
        const Swap *self = &g_array_index(swaps, Swap, i);

        if (!is_usable(self, now, are_renamed ? self->disk->name : self->new))
            return fail(self->disk,
                        FIRN_ENGINE_ERROR_FAILED,
                        "the LV that the revert has made is not there, or not active",
                        error);
    }
    return now != NULL;
}

static gboolean
rename_lv(const Swap *self, const char *from, const char *to, GError **error)
{
    const char *arguments[] = {"lvrename", "--", self->disk->vg, from, to, NULL};

    return change(self, arguments, error);
}

static gboolean
swap(const Swap *self, GError **error)
{
    static const char *const mark[] = {"lvchange", "--addtag=" FIRN_LVM_TAG_PART, "--"};
    static const char *const unmark[] = {"lvchange", "--deltag=" FIRN_LVM_TAG_PART, "--"};

    if (self->disk->lv != NULL && (!change_one(self, mark, self->disk->name, error) ||
                                   !rename_lv(self, self->disk->name, self->old, error)))
        return FALSE;
    FIRN_CRASH_POINT("lvm: a disk is without its LV");
    return rename_lv(self, self->new, self->disk->name, error) &&
           change_one(self, unmark, self->disk->name, error);
}

static void
find_swaps(const FirnLvmLook *look, const FirnCut *cut, GArray *swaps)
{
    for (guint i = 0; i < look->disks->len; i++) {
        Swap self = {.look = look, .disk = look->disks->pdata[i], .cut = cut};
        guint count;

        self.snapshot = firn_lvm_look_find_snapshot(look, self.disk, cut->tag, &count);
        self.new = g_strconcat(self.disk->name, ".firn.new", NULL);
        self.old = g_strconcat(self.disk->name, ".firn.old", NULL);
        g_array_append_val(swaps, self);
    }
}

typedef gboolean (*Step)(const Swap *self, GError **error);

static gboolean
do_all(GArray *swaps, Step step, GError **error)
{
    for (guint i = 0; i < swaps->len; i++)
        if (!step(&g_array_index(swaps, Swap, i), error))
            return FALSE;
    return TRUE;
}

/* The state that the disk had is in another snapshot, so its old LV is needed no more. */
static gboolean
drop_old(const Swap *self, GError **error)
{
    static const char *const remove[] = {"lvremove", "--quiet", "--"};

    return (self->disk->lv == NULL &&
            firn_lvm_look_find(self->look, self->disk->vg, self->old) == NULL) ||
           change_one(self, remove, self->old, error);
}

/* The new LVs of all disks are there before the first disk is changed. */
static gboolean
revert(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    g_autoptr(FirnLvmLook) look = firn_lvm_look_new(cut->disks, error);
    g_autoptr(GArray) swaps = g_array_new(FALSE, FALSE, sizeof(Swap));

    g_array_set_clear_func(swaps, clear_swap);
    if (look == NULL || !firn_lvm_snapshot_check_whole(look, cut->tag, error) ||
        !firn_lvm_snapshot_check_unused(look, error))
        return FALSE;
    find_swaps(look, cut, swaps);
    return do_all(swaps, drop_remains, error) && do_all(swaps, make_new, error) &&
           check_devices(swaps, FALSE, error) && do_all(swaps, swap, error) &&
           check_devices(swaps, TRUE, error) && do_all(swaps, drop_old, error);
}

static void
firn_lvm_thin_backend_init_interface(FirnBackendInterface *interface)
{
    interface->name = "lvm-thin";
    interface->check = check;
    interface->prepare = firn_lvm_snapshot_prepare;
    interface->take = take;
    interface->verify = firn_lvm_snapshot_verify;
    interface->discard = firn_lvm_snapshot_discard;
    interface->check_revert = firn_lvm_snapshot_check_revert;
    interface->revert = revert;
}

static void
firn_lvm_thin_backend_class_init(FirnLvmThinBackendClass *class)
{
}

static void
firn_lvm_thin_backend_init(FirnLvmThinBackend *self)
{
}

FirnBackend *
firn_lvm_thin_backend_new(void)
{
    return g_object_new(FIRN_TYPE_LVM_THIN_BACKEND, NULL);
}
