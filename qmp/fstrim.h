/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"

/**
 * FirnFstrim:
 * @trimmed_bytes: how much was discarded; the sum of what the guest reports
 * @n_trimmed: file systems that were trimmed
 * @n_failed: file systems that were not
 * @complaint: (nullable): one of those that were not, and why; text from the guest
 *
 * What a trim did. An agent for Windows reports no sizes.
 */
typedef struct {
    guint64 trimmed_bytes;
    guint n_trimmed;
    guint n_failed;
    char *complaint; /* (owned) (nullable) */
} FirnFstrim;

/**
 * firn_fstrim_run:
 * @agent: a synchronised channel
 * @deadline_ms: how long to wait for the reply
 * @cancellable: (nullable): ends the waiting, not the trim
 *
 * Discards the blocks that the guest's file systems do not use. For job threads. After a deadline
 * the agent answers nothing else until it has finished.
 *
 * Errors: as firn_channel_call(); %FIRN_QMP_ERROR_MALFORMED. Source: guest-fstrim, since 0.15.0;
 * it reports what it did since 2.4.
 *
 * Returns: (transfer full): what it did; %NULL with @error set
 */
FirnFstrim *firn_fstrim_run(FirnChannel *agent,
                            guint deadline_ms,
                            GCancellable *cancellable,
                            GError **error);

void firn_fstrim_free(FirnFstrim *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnFstrim, firn_fstrim_free)
