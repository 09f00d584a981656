/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by no-abort as qmp/bad.c */
static void
plain(void)
{
    g_assert_not_reached();
}
