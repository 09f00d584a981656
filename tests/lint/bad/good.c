/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by nothing as qmp/good.c */
#include <glib.h>

static void
plain(void)
{
    g_debug("system(goto) g_error( in a string");
}
