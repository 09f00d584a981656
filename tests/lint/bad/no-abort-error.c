/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by no-abort as host/job/bad.c */
static void
plain(void)
{
    g_error("no");
}
