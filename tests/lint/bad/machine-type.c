/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by machine-type as tests/vm/bad.c */
static const char *const machine = "pc-q35-7.2";
