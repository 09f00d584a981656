/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "interrupts.h"

#include <glib-unix.h>
#include <signal.h>

static const int signals[] = {SIGINT, SIGTERM};

struct _FirnInterrupts {
    guint count;
    guint sources[G_N_ELEMENTS(signals)];
};

static gboolean
on_signal(gpointer user_data)
{
    FirnInterrupts *self = user_data;

    self->count++;
    return G_SOURCE_CONTINUE;
}

FirnInterrupts *
firn_interrupts_new(void)
{
    FirnInterrupts *self = g_new0(FirnInterrupts, 1);

    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        self->sources[i] = g_unix_signal_add(signals[i], on_signal, self);
    return self;
}

guint
firn_interrupts_get_count(const FirnInterrupts *self)
{
    return self->count;
}

void
firn_interrupts_free(FirnInterrupts *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        g_source_remove(self->sources[i]);
    g_free(self);
}
