/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-neighbours.h"

#define KEY "firn-neighbours"

struct _FirnImageNeighbours {
    GMutex mutex;   /* guards vms */
    GPtrArray *vms; /* (owned) (element-type GWeakRef) */
};

static void
free_weak(gpointer data)
{
    g_weak_ref_clear(data);
    g_free(data);
}

static void
clear(gpointer data)
{
    FirnImageNeighbours *self = data;

    g_ptr_array_unref(self->vms);
    g_mutex_clear(&self->mutex);
}

FirnImageNeighbours *
firn_image_neighbours_new(void)
{
    FirnImageNeighbours *self = g_atomic_rc_box_new0(FirnImageNeighbours);

    g_mutex_init(&self->mutex);
    self->vms = g_ptr_array_new_with_free_func(free_weak);
    return self;
}

void
firn_image_neighbours_unref(FirnImageNeighbours *self)
{
    if (self != NULL)
        g_atomic_rc_box_release_full(self, clear);
}

static void
release(gpointer self)
{
    firn_image_neighbours_unref(self);
}

static void
remove_gone(FirnImageNeighbours *self)
{
    for (guint i = self->vms->len; i > 0; i--) {
        g_autoptr(FirnVm) vm = g_weak_ref_get(self->vms->pdata[i - 1]);

        if (vm == NULL)
            g_ptr_array_remove_index_fast(self->vms, i - 1);
    }
}

void
firn_image_neighbours_add(FirnImageNeighbours *self, FirnVm *vm)
{
    GWeakRef *weak = g_new0(GWeakRef, 1);

    g_weak_ref_init(weak, vm);
    g_mutex_lock(&self->mutex);
    remove_gone(self);
    g_ptr_array_add(self->vms, weak);
    g_mutex_unlock(&self->mutex);
    g_object_set_data_full(G_OBJECT(vm), KEY, g_atomic_rc_box_acquire(self), release);
}

GPtrArray *
firn_image_neighbours_list(FirnVm *vm)
{
    FirnImageNeighbours *self = g_object_get_data(G_OBJECT(vm), KEY);
    GPtrArray *others = g_ptr_array_new_with_free_func(g_object_unref);

    if (self == NULL)
        return others;
    g_mutex_lock(&self->mutex);
    for (guint i = 0; i < self->vms->len; i++) {
        FirnVm *other = g_weak_ref_get(self->vms->pdata[i]);

        if (other != NULL)
            g_ptr_array_add(others, other);
    }
    g_mutex_unlock(&self->mutex);
    g_ptr_array_remove_fast(others, vm);
    return others;
}

static gboolean
on_loop(gpointer list)
{
    g_ptr_array_unref(list);
    return G_SOURCE_REMOVE;
}

void
firn_image_neighbours_release(GPtrArray *list)
{
    g_idle_add(on_loop, list);
}
