/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by image-operand as snapshot-engine/image-tool.c */
static const char *const argv[] = {"qemu-img", "info", "--output=json", "a.qcow2", NULL};
