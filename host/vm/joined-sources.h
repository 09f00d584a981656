/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm-source.h"

/**
 * FirnJoinedSources:
 *
 * Several sources as one. A VM that two of them know comes from the one that told of it first; the
 * other is a problem.
 */
#define FIRN_TYPE_JOINED_SOURCES (firn_joined_sources_get_type())
G_DECLARE_FINAL_TYPE(FirnJoinedSources, firn_joined_sources, FIRN, JOINED_SOURCES, GObject)

/**
 * firn_joined_sources_new:
 *
 * Returns: (transfer full): a source of nothing
 */
FirnJoinedSources *firn_joined_sources_new(void);

/**
 * firn_joined_sources_add:
 * @self: a source that is not started
 * @source: one more
 */
void firn_joined_sources_add(FirnJoinedSources *self, FirnVmSource *source);
