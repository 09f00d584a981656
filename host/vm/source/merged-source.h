/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm-source.h"

/**
 * FirnMergedSource:
 *
 * Several sources as one. If two sources have the same VM, it comes from the source that added it
 * first, and the other definition is a problem.
 */
#define FIRN_TYPE_MERGED_SOURCE (firn_merged_source_get_type())
G_DECLARE_FINAL_TYPE(FirnMergedSource, firn_merged_source, FIRN, MERGED_SOURCE, GObject)

/**
 * firn_merged_source_new:
 *
 * Returns: (transfer full): a source without VMs
 */
FirnMergedSource *firn_merged_source_new(void);

/**
 * firn_merged_source_add:
 * @self: a source that is not started
 * @source: a source to add
 */
void firn_merged_source_add(FirnMergedSource *self, FirnVmSource *source);
