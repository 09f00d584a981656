/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by no-goto as qmp/bad.c */
static void
plain(void)
{
    goto out;
out:
    return;
}
