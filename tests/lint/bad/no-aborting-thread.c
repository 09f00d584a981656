/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by no-aborting-thread as qmp/bad.c */
#include <glib.h>

static void
begin(GThreadFunc run)
{
    g_thread_unref(g_thread_new("bad", run, NULL));
}
