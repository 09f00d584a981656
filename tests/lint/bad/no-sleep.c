/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by no-sleep as qmp/bad.c */
static void
plain(void)
{
    g_usleep(1000);
}
