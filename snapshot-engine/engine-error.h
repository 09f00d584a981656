/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnEngineError:
 * @FIRN_ENGINE_ERROR_FAILED: a tool or the disk failed, in a way that no caller handles specially
 * @FIRN_ENGINE_ERROR_INVALID: a name or value is not valid
 * @FIRN_ENGINE_ERROR_NOT_FOUND: no such snapshot
 * @FIRN_ENGINE_ERROR_AMBIGUOUS: more than one snapshot matches
 * @FIRN_ENGINE_ERROR_EXISTS: the name is in use
 * @FIRN_ENGINE_ERROR_LIMIT: the VM has as many snapshots as its policy allows
 * @FIRN_ENGINE_ERROR_NO_SPACE: the storage is full
 * @FIRN_ENGINE_ERROR_IN_USE: another process has the image open
 * @FIRN_ENGINE_ERROR_HAS_CHILDREN: the snapshot has children
 * @FIRN_ENGINE_ERROR_PARTIAL: the disks are not all in the requested state
 * @FIRN_ENGINE_ERROR_CORRUPT: a record or image cannot be read
 *
 * What can fail when snapshots are made, stored and related.
 */
typedef enum {
    FIRN_ENGINE_ERROR_FAILED,
    FIRN_ENGINE_ERROR_INVALID,
    FIRN_ENGINE_ERROR_NOT_FOUND,
    FIRN_ENGINE_ERROR_AMBIGUOUS,
    FIRN_ENGINE_ERROR_EXISTS,
    FIRN_ENGINE_ERROR_LIMIT,
    FIRN_ENGINE_ERROR_NO_SPACE,
    FIRN_ENGINE_ERROR_IN_USE,
    FIRN_ENGINE_ERROR_HAS_CHILDREN,
    FIRN_ENGINE_ERROR_PARTIAL,
    FIRN_ENGINE_ERROR_CORRUPT,
} FirnEngineError;

#define FIRN_ENGINE_ERROR (firn_engine_error_quark())
GQuark firn_engine_error_quark(void);
