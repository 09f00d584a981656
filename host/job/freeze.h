/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "guest-check.h"

/**
 * FirnFreeze:
 *
 * One freeze of one guest and the window that it opens. However its owner leaves, the guest is
 * thawed.
 */
typedef struct _FirnFreeze FirnFreeze;

/**
 * firn_freeze_begin:
 * @check: a check that found an agent; its evidence gets what is seen
 * @cancellable: (nullable): ends the waiting for the freeze
 *
 * Sends the freeze and waits for the answer. Job threads only.
 *
 * Returns: (transfer full): a window; see firn_freeze_is_whole()
 */
FirnFreeze *firn_freeze_begin(FirnGuestCheck *check, GCancellable *cancellable);

/**
 * firn_freeze_is_whole:
 * @self: a window
 * @error: return location for a #GError
 *
 * Errors: %FIRN_HOST_ERROR_FREEZE_FAILED, %FIRN_HOST_ERROR_FREEZE_TIMEOUT,
 * %FIRN_HOST_ERROR_GUEST_FROZEN, %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE if the agent says that it froze all that was expected
 */
gboolean firn_freeze_is_whole(FirnFreeze *self, GError **error);

/**
 * firn_freeze_keep:
 * @self: a window that is whole
 * @until: fires when nobody needs the window any more
 *
 * Keeps the guest frozen until then, but no longer than the window is whole and frozen-max allows.
 * Looks about once a second for a migration and the like. Job threads only.
 */
void firn_freeze_keep(FirnFreeze *self, GCancellable *until);

/**
 * firn_freeze_end:
 * @self: (transfer full) (nullable): a window
 *
 * Thaws and waits until the guest is known to be thawed, or gone; then everything that the window
 * proves or disproves is in the evidence. Takes no cancellable and never gives up.
 */
void firn_freeze_end(FirnFreeze *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnFreeze, firn_freeze_end)
