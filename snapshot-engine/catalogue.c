/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "catalogue.h"

#include "catalogue-file.h"
#include "engine-error.h"
#include "snapshot-name.h"

struct _FirnCatalogue {
    GObject parent;
    FirnStateDir *directory; /* (owned) */
    char *vm_uuid;           /* (owned) */
    char *damage;            /* (owned) (nullable) set when opened */
    GMutex writer; /* held by one change from its beginning to its fsync; never by readers */
    GMutex mutex;  /* guards the following; held only to copy a pointer */
    char *vm_name; /* (owned) */
    FirnCatalogueState *state; /* (owned) immutable, is replaced */
    GPtrArray *disks;          /* (owned) (element-type FirnDisk) immutable, is replaced */
};

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(FirnCatalogue, firn_catalogue, G_TYPE_OBJECT)

static void
firn_catalogue_finalize(GObject *object)
{
    FirnCatalogue *self = FIRN_CATALOGUE(object);

    firn_state_dir_unref(self->directory);
    g_free(self->vm_uuid);
    g_free(self->vm_name);
    g_free(self->damage);
    g_mutex_clear(&self->writer);
    g_mutex_clear(&self->mutex);
    g_clear_pointer(&self->state, firn_catalogue_state_unref);
    g_clear_pointer(&self->disks, g_ptr_array_unref);
    G_OBJECT_CLASS(firn_catalogue_parent_class)->finalize(object);
}

static void
firn_catalogue_class_init(FirnCatalogueClass *class)
{
    G_OBJECT_CLASS(class)->finalize = firn_catalogue_finalize;
    signals[SIGNAL_CHANGED] = g_signal_new("changed",
                                           FIRN_TYPE_CATALOGUE,
                                           G_SIGNAL_RUN_LAST,
                                           0,
                                           NULL,
                                           NULL,
                                           NULL,
                                           G_TYPE_NONE,
                                           0);
}

static void
firn_catalogue_init(FirnCatalogue *self)
{
    g_mutex_init(&self->writer);
    g_mutex_init(&self->mutex);
}

static FirnCatalogueState *
ref_state(FirnCatalogue *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return firn_catalogue_state_ref(self->state);
}

static GPtrArray *
ref_disks(FirnCatalogue *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return g_ptr_array_ref(self->disks);
}

static void
set_state(FirnCatalogue *self, FirnCatalogueState *state)
{
    FirnCatalogueState *old;

    g_mutex_lock(&self->mutex);
    old = self->state;
    self->state = firn_catalogue_state_ref(state);
    g_mutex_unlock(&self->mutex);
    firn_catalogue_state_unref(old);
}

static FirnCatalogueState *
make_empty_state(const FirnPolicy *profile)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    FirnPolicy policy = *profile;

    policy.max_snapshots = MIN(policy.max_snapshots, FIRN_POLICY_MAX_SNAPSHOTS_LIMIT);
    return firn_catalogue_state_new(none, NULL, NULL, &policy, NULL);
}

FirnCatalogue *
firn_catalogue_open(const char *directory,
                    const char *vm_uuid,
                    const char *vm_name,
                    const FirnPolicy *profile)
{
    g_autoptr(FirnCatalogueFile) file = NULL;
    g_autoptr(GError) error = NULL;
    FirnCatalogue *self;

    /* It becomes a part of a file name. */
    g_return_val_if_fail(g_uuid_string_is_valid(vm_uuid), NULL);

    self = g_object_new(FIRN_TYPE_CATALOGUE, NULL);
    self->vm_uuid = g_ascii_strdown(vm_uuid, -1);
    self->directory = firn_state_dir_new(directory, FIRN_DURABILITY_FLUSHED);
    firn_state_dir_use_reserve(self->directory);
    if (!firn_catalogue_file_read(self->directory, self->vm_uuid, &file, &error))
        self->damage = g_strdup(error->message);
    if (vm_name == NULL)
        vm_name = file == NULL ? self->vm_uuid : file->vm_name;
    self->vm_name = g_strdup(vm_name);
    if (file == NULL) {
        self->state = make_empty_state(profile);
        self->disks = firn_disks_new();
    } else {
        self->state = g_steal_pointer(&file->state);
        self->disks = g_steal_pointer(&file->disks);
    }
    return self;
}

const char *
firn_catalogue_get_damage(FirnCatalogue *self)
{
    return self->damage;
}

char *
firn_catalogue_dup_vm_name(FirnCatalogue *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    return g_strdup(self->vm_name);
}

void
firn_catalogue_set_vm_name(FirnCatalogue *self, const char *vm_name)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

    g_free(self->vm_name);
    self->vm_name = g_strdup(vm_name);
}

static gpointer
copy_reference(gconstpointer snapshot, gpointer user_data)
{
    return firn_snapshot_ref((FirnSnapshot *)snapshot);
}

GPtrArray *
firn_catalogue_list(FirnCatalogue *self)
{
    g_autoptr(FirnCatalogueState) state = ref_state(self);

    return g_ptr_array_copy(state->snapshots, copy_reference, NULL);
}

guint
firn_catalogue_count(FirnCatalogue *self)
{
    g_autoptr(FirnCatalogueState) state = ref_state(self);

    return state->snapshots->len;
}

FirnSnapshot *
firn_catalogue_lookup(FirnCatalogue *self, const char *key, GError **error)
{
    g_autoptr(FirnCatalogueState) state = ref_state(self);
    FirnSnapshot *found = firn_catalogue_state_lookup(state, key, error);

    return found == NULL ? NULL : firn_snapshot_ref(found);
}

char *
firn_catalogue_dup_current(FirnCatalogue *self)
{
    g_autoptr(FirnCatalogueState) state = ref_state(self);

    return g_strdup(state->current);
}

FirnUndoPoint *
firn_catalogue_dup_undo(FirnCatalogue *self)
{
    g_autoptr(FirnCatalogueState) state = ref_state(self);

    return state->undo == NULL ? NULL : firn_undo_point_ref(state->undo);
}

char *
firn_catalogue_dup_source_mark(FirnCatalogue *self)
{
    g_autoptr(FirnCatalogueState) state = ref_state(self);

    return g_strdup(state->source_mark);
}

void
firn_catalogue_get_policy(FirnCatalogue *self, FirnPolicy *out_policy)
{
    g_autoptr(FirnCatalogueState) state = ref_state(self);

    *out_policy = state->policy;
}

static gboolean
check_undamaged(FirnCatalogue *self, GError **error)
{
    if (self->damage == NULL)
        return TRUE;
    g_set_error(error,
                FIRN_ENGINE_ERROR,
                FIRN_ENGINE_ERROR_CORRUPT,
                "%s; firn changes nothing until the file is restored from a backup or moved away",
                self->damage);
    return FALSE;
}

char *
firn_catalogue_dup_default_name(FirnCatalogue *self, gint64 now_us)
{
    g_autoptr(FirnCatalogueState) state = ref_state(self);
    g_autofree char *plain = firn_snapshot_name_default(now_us);
    char *name = g_strdup(plain);

    for (guint number = 2; firn_catalogue_state_find_name(state, name) != NULL; number++) {
        g_free(name);
        name = g_strdup_printf("%s-%u", plain, number);
    }
    return name;
}

gboolean
firn_catalogue_check_new(FirnCatalogue *self, const char *name, GError **error)
{
    g_autoptr(FirnCatalogueState) state = ref_state(self);

    return check_undamaged(self, error) && firn_catalogue_transaction_check_new(state, name, error);
}

static gboolean
on_idle_changed(gpointer user_data)
{
    g_signal_emit(user_data, signals[SIGNAL_CHANGED], 0);
    return G_SOURCE_REMOVE;
}

static gboolean
write_state(FirnCatalogue *self, FirnCatalogueState *state, GError **error)
{
    g_autoptr(GPtrArray) disks = ref_disks(self);
    g_autofree char *vm_name = firn_catalogue_dup_vm_name(self);
    FirnCatalogueFile file = {self->vm_uuid, vm_name, state, disks};

    return firn_catalogue_file_write(&file, self->directory, error);
}

FirnCatalogueTransaction *
firn_catalogue_begin(FirnCatalogue *self, GError **error)
{
    g_autoptr(FirnCatalogueState) old = NULL;
    GMutexLocker *writer;

    if (!check_undamaged(self, error))
        return NULL;
    writer = g_mutex_locker_new(&self->writer);
    old = ref_state(self);
    return firn_catalogue_transaction_new(old, writer);
}

/* Readers see the old state until the new one is on stable storage. */
gboolean
firn_catalogue_commit(FirnCatalogue *self, FirnCatalogueTransaction *change, GError **error)
{
    g_autoptr(GMutexLocker) writer = g_steal_pointer(&change->writer);
    g_autoptr(FirnCatalogueState) new = firn_catalogue_transaction_finish(change, error);

    if (new == NULL || !write_state(self, new, error))
        return FALSE;
    set_state(self, new);
    /* Not g_main_context_invoke(): it may run the handlers in this thread. */
    g_idle_add_full(G_PRIORITY_DEFAULT, on_idle_changed, g_object_ref(self), g_object_unref);
    return TRUE;
}

static gpointer
copy_disk(gconstpointer disk, gpointer user_data)
{
    return firn_disk_copy(disk);
}

GPtrArray *
firn_catalogue_list_disks(FirnCatalogue *self)
{
    g_autoptr(GPtrArray) disks = ref_disks(self);

    return g_ptr_array_copy(disks, copy_disk, NULL);
}

static FirnDisk *
remember_disk(const FirnDisk *disk)
{
    FirnDisk *memory = firn_disk_new(disk->target, disk->format);

    memory->path = g_strdup(disk->path);
    return memory;
}

void
firn_catalogue_remember_disks(FirnCatalogue *self, GPtrArray *disks)
{
    GPtrArray *memories = firn_disks_new();
    GPtrArray *old;

    for (guint i = 0; i < disks->len; i++)
        g_ptr_array_add(memories, remember_disk(disks->pdata[i]));
    g_mutex_lock(&self->mutex);
    old = self->disks;
    self->disks = memories;
    g_mutex_unlock(&self->mutex);
    g_ptr_array_unref(old);
}
