/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caught by bus-include as host/job/bad.c */
#include "firn-bus.h"
