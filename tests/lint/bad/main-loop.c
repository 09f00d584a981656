/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by main-loop as host/service/bad.c */
static void
plain(void)
{
    g_main_loop_run(loop);
}
