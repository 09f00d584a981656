/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by folder-readme as qmp/bad.c */
#include <glib.h>
