/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "progress-bar.h"

#include <unistd.h>

#define CELLS 20

struct _FirnProgressBar {
    gboolean is_wanted;
    gboolean is_drawn;
};

FirnProgressBar *
firn_progress_bar_new(gboolean is_wanted)
{
    FirnProgressBar *self = g_new0(FirnProgressBar, 1);

    self->is_wanted = is_wanted && isatty(STDERR_FILENO);
    return self;
}

char *
firn_progress_bar_format(const char *label, double progress)
{
    guint full = (guint)(CLAMP(progress, 0.0, 1.0) * CELLS + 0.5);
    GString *line = g_string_new("[");

    for (guint i = 0; i < CELLS; i++)
        g_string_append_c(line, i < full ? '#' : '-');
    g_string_append_printf(line, "] %s", label);
    return g_string_free(line, FALSE);
}

void
firn_progress_bar_draw(FirnProgressBar *self, const char *label, double progress)
{
    g_autofree char *line = firn_progress_bar_format(label, progress);

    if (!self->is_wanted)
        return;
    g_printerr("\r\033[K%s", line);
    self->is_drawn = TRUE;
}

void
firn_progress_bar_wipe(FirnProgressBar *self)
{
    if (self->is_drawn)
        g_printerr("\r\033[K");
    self->is_drawn = FALSE;
}

void
firn_progress_bar_free(FirnProgressBar *self)
{
    if (self == NULL)
        return;
    firn_progress_bar_wipe(self);
    g_free(self);
}
