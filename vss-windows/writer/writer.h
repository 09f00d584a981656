/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "folders.h"

/**
 * FirnWriter:
 *
 * The VSS writer: subscribed to VSS from firn_writer_new() to firn_writer_free().
 */
typedef struct _FirnWriter FirnWriter;

/**
 * firn_writer_new:
 * @out_writer: (out) (transfer full)
 *
 * Thaws what an earlier service has left, then subscribes. COM must have been prepared by
 * firn_vss_library_join().
 *
 * Returns: an HRESULT; S_FALSE if Windows runs in safe mode or setup, where there is no VSS
 */
HRESULT firn_writer_new(const FirnFolders *folders, FirnWriter **out_writer);

/**
 * firn_writer_free:
 *
 * Thaws if that is due, ends the subscription, and releases everything.
 */
void firn_writer_free(FirnWriter *self);
