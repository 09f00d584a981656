/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnInterrupts:
 *
 * Counts ^C and SIGTERM. While one exists, these signals do not end firn. Each is counted as it
 * arrives, and makes the default main context run. A process has at most one.
 */
typedef struct _FirnInterrupts FirnInterrupts;

/**
 * firn_interrupts_new:
 *
 * Returns: (transfer full): none yet
 */
FirnInterrupts *firn_interrupts_new(void);

/**
 * firn_interrupts_get_count:
 *
 * Returns: how many there were since firn_interrupts_new()
 */
guint firn_interrupts_get_count(const FirnInterrupts *self);

void firn_interrupts_free(FirnInterrupts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnInterrupts, firn_interrupts_free)
