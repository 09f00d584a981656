/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnInterrupts:
 *
 * How often firn was asked to end: by ^C, or SIGTERM. As long as there is one it does not die of
 * them. They are counted as they come, and the default main context wakes up from each. There is
 * one at a time in a process.
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
 * @self: interrupts
 *
 * Returns: how many there were since firn_interrupts_new()
 */
guint firn_interrupts_get_count(const FirnInterrupts *self);

/**
 * firn_interrupts_free:
 * @self: (nullable): interrupts
 */
void firn_interrupts_free(FirnInterrupts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnInterrupts, firn_interrupts_free)
