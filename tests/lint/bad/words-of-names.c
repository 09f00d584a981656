/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by words as host/job/create/cut.c */
#include "cut.h"

static int is_overdue;
