/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by spawn as host/cli/bad.c */
static void
plain(void)
{
    g_spawn_async(NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL);
}
