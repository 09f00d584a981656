/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_plan_variant_of_disks:
 * @disks: (element-type FirnDisk): disks
 *
 * Returns: (transfer floating): "a(ssst)": target, backend, path ("" if none), virtual size
 */
GVariant *firn_plan_variant_of_disks(GPtrArray *disks);

/**
 * firn_plan_variant_of_blockers:
 * @blockers: (element-type FirnBlocker): the blockers
 *
 * Returns: (transfer floating): "a(ssss)": code, subject, message, remedy
 */
GVariant *firn_plan_variant_of_blockers(GPtrArray *blockers);
