/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "msvc-border.h"

/**
 * firn_fake_writer_open:
 * @object: what the product passes to CreateWriter()
 *
 * Returns: (transfer full): what CreateWriter() returns
 */
void *firn_fake_writer_open(void *object);

/**
 * firn_fake_writer_call:
 * @call: which method
 * @snapshot_set: the one of the current snapshot, or another one in BACKUP_SHUTDOWN
 *
 * Calls the product's writer as VSS would, and notes it. What the product calls meanwhile is
 * checked: each method of IVssWriterImpl is allowed only where Microsoft documents it.
 */
void firn_fake_writer_call(FirnBorderCall call, const GUID *snapshot_set);
