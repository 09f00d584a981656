/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by clang-format as qmp/bad.c */
static int x  =  1;
