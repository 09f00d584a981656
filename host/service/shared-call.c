/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shared-call.h"

#include "methods.h"

struct _FirnSharedCall {
    GObject *owner; /* (unowned) */
    FirnSharedCallFunc begin;
    gboolean is_under_way;
    GPtrArray *attended; /* (owned) (element-type GDBusMethodInvocation) answered by the operation
                          * in progress */
    GPtrArray *waiting;  /* (owned) (element-type GDBusMethodInvocation) answered by the next one */
};

FirnSharedCall *
firn_shared_call_new(gpointer owner, FirnSharedCallFunc begin)
{
    FirnSharedCall *self = g_new0(FirnSharedCall, 1);

    self->owner = owner;
    self->begin = begin;
    self->attended = g_ptr_array_new();
    self->waiting = g_ptr_array_new();
    return self;
}

void
firn_shared_call_free(FirnSharedCall *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->attended);
    g_ptr_array_unref(self->waiting);
    g_free(self);
}

static void
begin(FirnSharedCall *self)
{
    GPtrArray *empty = self->attended;

    self->attended = self->waiting;
    self->waiting = empty;
    self->is_under_way = TRUE;
    self->begin(self, g_object_ref(self->owner));
}

void
firn_shared_call_start(FirnSharedCall *self)
{
    if (!self->is_under_way)
        begin(self);
}

void
firn_shared_call_join(FirnSharedCall *self, GDBusMethodInvocation *invocation)
{
    g_ptr_array_add(self->waiting, invocation);
    firn_shared_call_start(self);
}

static void
answer_all(FirnSharedCall *self, GVariant *answer, const GError *error)
{
    for (guint i = 0; i < self->attended->len; i++) {
        GError *copy = answer == NULL ? g_error_copy(error) : NULL;

        firn_method_answer(self->attended->pdata[i], answer, copy);
    }
    g_ptr_array_set_size(self->attended, 0);
}

void
firn_shared_call_end(FirnSharedCall *self, GVariant *answer, GError *error)
{
    g_autoptr(GObject) owner = self->owner; /* reference taken in begin() */
    g_autoptr(GVariant) tuple = answer == NULL ? NULL : g_variant_ref_sink(answer);
    g_autoptr(GError) failure = error;

    self->is_under_way = FALSE;
    answer_all(self, tuple, failure);
    if (self->waiting->len > 0)
        begin(self);
}
