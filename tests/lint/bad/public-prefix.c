/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by public-prefix as qmp/bad.c */
void helper(void);

void
helper(void)
{
}
