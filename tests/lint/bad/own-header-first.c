/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by own-header-first as qmp/bad.c */
#include <glib.h>

#include "bad.h"
