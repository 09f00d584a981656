/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "merged-source.h"

struct _FirnMergedSource {
    GObject parent_instance;
    GPtrArray *sources;  /* (owned) (element-type FirnVmSource) */
    GHashTable *shown;   /* (owned) (element-type utf8 FirnVm) UUID -> VM */
    GPtrArray *hidden;   /* (owned) (element-type FirnVm) */
    GPtrArray *problems; /* (owned) (element-type utf8) the latest result of get_problems() */
    GHashTable *looking; /* (owned) (element-type FirnVmSource) sources that have to look */
    guint n_found;       /* sources that have emitted "found" */
    guint n_complete;    /* sources that have emitted "complete" */
};

static void firn_merged_source_vm_source_init(FirnVmSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FirnMergedSource,
                              firn_merged_source,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(FIRN_TYPE_VM_SOURCE,
                                                    firn_merged_source_vm_source_init))

static void
show(FirnMergedSource *self, FirnVm *vm)
{
    g_hash_table_insert(self->shown, g_strdup(firn_vm_get_uuid(vm)), g_object_ref(vm));
    firn_vm_source_emit_added(FIRN_VM_SOURCE(self), vm);
}

static char *
describe(FirnMergedSource *self, FirnVm *hidden)
{
    FirnVm *shown = g_hash_table_lookup(self->shown, firn_vm_get_uuid(hidden));

    return g_strdup_printf("%s (%s) has the same UUID as %s (%s)",
                           firn_vm_get_name(hidden),
                           firn_vm_get_source(hidden),
                           firn_vm_get_name(shown),
                           firn_vm_get_source(shown));
}

static void
on_added(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    FirnMergedSource *self = user_data;
    g_autofree char *problem = NULL;

    if (!g_hash_table_contains(self->shown, firn_vm_get_uuid(vm))) {
        show(self, vm);
        return;
    }
    g_ptr_array_add(self->hidden, g_object_ref(vm));
    problem = describe(self, vm);
    g_warning("%s; remove one of the two definitions", problem);
}

/* Then shows a VM that it has hidden. */
static void
on_removed(FirnVmSource *source, FirnVm *vm, gpointer user_data)
{
    FirnMergedSource *self = user_data;
    const char *uuid = firn_vm_get_uuid(vm);

    if (g_ptr_array_remove(self->hidden, vm))
        return;
    g_hash_table_remove(self->shown, uuid);
    firn_vm_source_emit_removed(FIRN_VM_SOURCE(self), vm);
    for (guint i = 0; i < self->hidden->len; i++) {
        g_autoptr(FirnVm) next = g_object_ref(self->hidden->pdata[i]);

        if (!g_str_equal(firn_vm_get_uuid(next), uuid))
            continue;
        g_ptr_array_remove_index(self->hidden, i);
        show(self, next);
        return;
    }
}

static void
on_found(FirnVmSource *source, gpointer user_data)
{
    FirnMergedSource *self = user_data;

    self->n_found++;
    if (self->n_found == self->sources->len)
        firn_vm_source_emit_found(FIRN_VM_SOURCE(self));
}

static void
on_complete(FirnVmSource *source, gpointer user_data)
{
    FirnMergedSource *self = user_data;

    self->n_complete++;
    if (self->n_complete == self->sources->len)
        firn_vm_source_emit_complete(FIRN_VM_SOURCE(self));
}

static void
on_looked(FirnVmSource *source, gpointer user_data)
{
    FirnMergedSource *self = user_data;

    if (g_hash_table_remove(self->looking, source) && g_hash_table_size(self->looking) == 0)
        firn_vm_source_emit_looked(FIRN_VM_SOURCE(self));
}

static void
look(FirnVmSource *source)
{
    FirnMergedSource *self = FIRN_MERGED_SOURCE(source);

    for (guint i = 0; i < self->sources->len; i++)
        g_hash_table_add(self->looking, self->sources->pdata[i]);
    for (guint i = 0; i < self->sources->len; i++)
        firn_vm_source_look(self->sources->pdata[i]);
}

void
firn_merged_source_add(FirnMergedSource *self, FirnVmSource *source)
{
    g_ptr_array_add(self->sources, g_object_ref(source));
    g_signal_connect_object(source, "vm-added", G_CALLBACK(on_added), self, 0);
    g_signal_connect_object(source, "vm-removed", G_CALLBACK(on_removed), self, 0);
    g_signal_connect_object(source, "found", G_CALLBACK(on_found), self, 0);
    g_signal_connect_object(source, "complete", G_CALLBACK(on_complete), self, 0);
    g_signal_connect_object(source, "looked", G_CALLBACK(on_looked), self, 0);
}

static void
start(FirnVmSource *source)
{
    FirnMergedSource *self = FIRN_MERGED_SOURCE(source);

    for (guint i = 0; i < self->sources->len; i++)
        firn_vm_source_start(self->sources->pdata[i]);
}

static GPtrArray *
get_problems(FirnVmSource *source)
{
    FirnMergedSource *self = FIRN_MERGED_SOURCE(source);

    g_ptr_array_set_size(self->problems, 0);
    for (guint i = 0; i < self->sources->len; i++) {
        GPtrArray *problems = firn_vm_source_get_problems(self->sources->pdata[i]);

        for (guint j = 0; j < problems->len; j++)
            g_ptr_array_add(self->problems, g_strdup(problems->pdata[j]));
    }
    for (guint i = 0; i < self->hidden->len; i++)
        g_ptr_array_add(self->problems, describe(self, self->hidden->pdata[i]));
    return self->problems;
}

static void
add_health(FirnVmSource *source, GPtrArray *health)
{
    FirnMergedSource *self = FIRN_MERGED_SOURCE(source);

    for (guint i = 0; i < self->sources->len; i++)
        firn_vm_source_add_health(self->sources->pdata[i], health);
}

static void
firn_merged_source_vm_source_init(FirnVmSourceInterface *iface)
{
    iface->add_health = add_health;
    iface->start = start;
    iface->look = look;
    iface->get_problems = get_problems;
}

static void
firn_merged_source_finalize(GObject *object)
{
    FirnMergedSource *self = FIRN_MERGED_SOURCE(object);

    g_ptr_array_unref(self->sources);
    g_hash_table_unref(self->shown);
    g_hash_table_unref(self->looking);
    g_ptr_array_unref(self->hidden);
    g_ptr_array_unref(self->problems);
    G_OBJECT_CLASS(firn_merged_source_parent_class)->finalize(object);
}

static void
firn_merged_source_class_init(FirnMergedSourceClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = firn_merged_source_finalize;
}

static void
firn_merged_source_init(FirnMergedSource *self)
{
    self->sources = g_ptr_array_new_with_free_func(g_object_unref);
    self->shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    self->hidden = g_ptr_array_new_with_free_func(g_object_unref);
    self->problems = g_ptr_array_new_with_free_func(g_free);
    self->looking = g_hash_table_new(NULL, NULL);
}

FirnMergedSource *
firn_merged_source_new(void)
{
    return g_object_new(FIRN_TYPE_MERGED_SOURCE, NULL);
}
