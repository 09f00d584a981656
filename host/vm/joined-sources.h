/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm-source.h"

/**
 * FirnJoinedSources:
 *
 * Several sources as one. If two sources have the same VM, it comes from the source that added it
 * first, and the other definition is a problem.
 */
#define FIRN_TYPE_JOINED_SOURCES (firn_joined_sources_get_type())
G_DECLARE_FINAL_TYPE(FirnJoinedSources, firn_joined_sources, FIRN, JOINED_SOURCES, GObject)

/**
 * firn_joined_sources_new:
 *
 * Returns: (transfer full): a source without VMs
 */
FirnJoinedSources *firn_joined_sources_new(void);

/**
 * firn_joined_sources_add:
 * @self: a source that is not started
 * @source: a source to add
 */
void firn_joined_sources_add(FirnJoinedSources *self, FirnVmSource *source);
