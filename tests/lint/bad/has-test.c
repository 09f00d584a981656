/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by has-test as qmp/lonely.c */
#include <glib.h>
