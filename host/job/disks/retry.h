/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend.h"

/**
 * FirnRetryFunc:
 * @data: the data of firn_retry_run()
 * @out_is_off: (out): set to %TRUE if the attempt was made without a QEMU; %FALSE before
 *
 * One attempt at a step on the disks of a VM. Harmless if an earlier one was made.
 *
 * Returns: %TRUE if the step is done
 */
typedef gboolean (*FirnRetryFunc)(gpointer data, gboolean *out_is_off, GError **error);

/**
 * firn_retry_run:
 * @attempt: one attempt
 * @data: for @attempt
 *
 * Retries for up to 5 s if the failure may be that of a QEMU that is exiting, whose monitor closes
 * some time before its image locks are released, or of a libvirtd that is restarting. Job threads
 * only.
 *
 * Returns: %TRUE if an attempt succeeded; %FALSE with the error of the last one
 */
gboolean firn_retry_run(FirnRetryFunc attempt, gpointer data, GError **error);

/**
 * FirnRetryStep:
 *
 * firn_backend_take() and the like.
 */
typedef gboolean (*FirnRetryStep)(FirnBackend *backend, const FirnCut *cut, GError **error);

/**
 * firn_retry_step:
 * @step: a step of @backend
 * @backend: stores the disks
 * @cut: the disks
 *
 * As firn_retry_run(), with an attempt that is not made without a QEMU.
 *
 * Returns: %TRUE if an attempt succeeded; %FALSE with the error of the last one
 */
gboolean firn_retry_step(FirnRetryStep step,
                         FirnBackend *backend,
                         const FirnCut *cut,
                         GError **error);
