/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-backends.h"

#include "engine-error.h"
#include "space-reserve.h"

struct _FirnDiskBackends {
    GObject parent;

    GPtrArray *backends; /* (owned) (element-type FirnBackend) */
};

static void firn_disk_backends_init_interface(FirnBackendInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnDiskBackends,
                              firn_disk_backends,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_BACKEND,
                                                    firn_disk_backends_init_interface))

typedef gboolean (*Step)(FirnBackend *backend, const FirnCut *cut, GError **error);
typedef void (*Check)(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers);

/* The part of a cut that is one backend's: the same cut, but with its disks. */
static FirnCut
choose_part(const FirnCut *cut, FirnBackend *backend, GPtrArray *disks)
{
    FirnCut part = *cut;

    for (guint i = 0; i < cut->disks->len; i++)
        if (g_str_equal(firn_disk_get_backend(cut->disks->pdata[i]),
                        firn_backend_get_name(backend)))
            g_ptr_array_add(disks, cut->disks->pdata[i]);
    part.disks = disks;
    return part;
}

static gboolean
has_backend(FirnDiskBackends *self, const FirnDisk *disk)
{
    for (guint i = 0; i < self->backends->len; i++)
        if (g_str_equal(firn_disk_get_backend(disk),
                        firn_backend_get_name(self->backends->pdata[i])))
            return TRUE;
    return FALSE;
}

/* A disk that is passed on to no backend would be missing without a word. */
static gboolean
check_known(FirnDiskBackends *self, const FirnCut *cut, GError **error)
{
    for (guint i = 0; i < cut->disks->len; i++) {
        const FirnDisk *disk = cut->disks->pdata[i];

        if (has_backend(self, disk))
            continue;
        g_set_error(error,
                    FIRN_ENGINE_ERROR,
                    FIRN_ENGINE_ERROR_INVALID,
                    "%s: there is no backend %s",
                    disk->target,
                    firn_disk_get_backend(disk));
        return FALSE;
    }
    return TRUE;
}

static gboolean
step_one(FirnBackend *backend, Step step, const FirnCut *cut, GError **error)
{
    g_autoptr(GPtrArray) disks = g_ptr_array_new();
    FirnCut part = choose_part(cut, backend, disks);

    return disks->len == 0 || step(backend, &part, error);
}

static gboolean
step_all(FirnBackend *backend, Step step, const FirnCut *cut, GError **error)
{
    FirnDiskBackends *self = FIRN_DISK_BACKENDS(backend);

    if (!check_known(self, cut, error))
        return FALSE;
    for (guint i = 0; i < self->backends->len; i++)
        if (!step_one(self->backends->pdata[i], step, cut, error))
            return FALSE;
    return TRUE;
}

static void
check_all(FirnBackend *backend, Check check, const FirnCut *cut, GPtrArray *blockers)
{
    FirnDiskBackends *self = FIRN_DISK_BACKENDS(backend);
    g_autoptr(GError) error = NULL;

    if (!check_known(self, cut, &error))
        firn_blockers_add_error(blockers, "DiskNotSupported", "disks", "exclude the disk", error);
    for (guint i = 0; i < self->backends->len; i++) {
        g_autoptr(GPtrArray) disks = g_ptr_array_new();
        FirnCut part = choose_part(cut, self->backends->pdata[i], disks);

        if (disks->len > 0)
            check(self->backends->pdata[i], &part, blockers);
    }
}

/* What takes space must leave enough to delete it again. */
static void
check(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    g_autoptr(GError) error = NULL;

    if (!firn_space_reserve_fill(&error) &&
        g_error_matches(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_NO_SPACE))
        firn_blockers_add_error(blockers,
                                "NoSpace",
                                "state directory",
                                "free some space on its file system; firn delete works",
                                error);
    check_all(backend, firn_backend_check, cut, blockers);
}

static gboolean
prepare(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    return step_all(backend, firn_backend_prepare, cut, error);
}

static gboolean
take(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    return step_all(backend, firn_backend_take, cut, error);
}

static gboolean
verify(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    return step_all(backend, firn_backend_verify, cut, error);
}

/* Continues after a failure, to delete as much as possible. */
static gboolean
discard_once(FirnDiskBackends *self, const FirnCut *cut, GError **error)
{
    GError *first = NULL;

    for (guint i = 0; i < self->backends->len; i++)
        step_one(self->backends->pdata[i],
                 firn_backend_discard,
                 cut,
                 first == NULL ? &first : NULL);
    if (first == NULL)
        return TRUE;
    g_propagate_error(error, first);
    return FALSE;
}

static gboolean
spend_reserve(const FirnCut *cut)
{
    for (guint i = 0; i < cut->disks->len; i++) {
        const FirnDisk *disk = cut->disks->pdata[i];

        if (disk->path != NULL && firn_space_reserve_spend(disk->path))
            return TRUE;
    }
    return FALSE;
}

/* An image needs space for a new table of snapshots before any is freed. */
static gboolean
discard(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    FirnDiskBackends *self = FIRN_DISK_BACKENDS(backend);
    g_autoptr(GError) failure = NULL;

    if (!check_known(self, cut, error))
        return FALSE;
    while (!discard_once(self, cut, &failure)) {
        if (!spend_reserve(cut)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        g_clear_error(&failure);
    }
    firn_space_reserve_fill(NULL);
    return TRUE;
}

static void
check_revert(FirnBackend *backend, const FirnCut *cut, GPtrArray *blockers)
{
    check_all(backend, firn_backend_check_revert, cut, blockers);
}

/* A disk that lacks the snapshot must be found before a disk of another backend is changed. */
static gboolean
revert(FirnBackend *backend, const FirnCut *cut, GError **error)
{
    return verify(backend, cut, error) && step_all(backend, firn_backend_revert, cut, error);
}

static void
firn_disk_backends_finalize(GObject *object)
{
    g_ptr_array_unref(FIRN_DISK_BACKENDS(object)->backends);
    G_OBJECT_CLASS(firn_disk_backends_parent_class)->finalize(object);
}

static void
firn_disk_backends_init_interface(FirnBackendInterface *interface)
{
    interface->name = "disks";
    interface->check = check;
    interface->prepare = prepare;
    interface->take = take;
    interface->verify = verify;
    interface->discard = discard;
    interface->check_revert = check_revert;
    interface->revert = revert;
}

static void
firn_disk_backends_class_init(FirnDiskBackendsClass *class)
{
    G_OBJECT_CLASS(class)->finalize = firn_disk_backends_finalize;
}

static void
firn_disk_backends_init(FirnDiskBackends *self)
{
    self->backends = g_ptr_array_new_with_free_func(g_object_unref);
}

FirnDiskBackends *
firn_disk_backends_new(void)
{
    return g_object_new(FIRN_TYPE_DISK_BACKENDS, NULL);
}

void
firn_disk_backends_add(FirnDiskBackends *self, FirnBackend *backend)
{
    g_ptr_array_add(self->backends, backend);
}
