/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by no-shell as tests/qmp/bad.c */
static void
plain(void)
{
    system("true");
}
