/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "drift-watch.h"

/**
 * firn_warnings_of:
 * @watch: (nullable): tracks its configuration
 *
 * Returns: (transfer full): "a(ss)": a word and a printable sentence for each problem that needs
 * attention; floating
 */
GVariant *firn_warnings_of(FirnVm *vm, FirnDriftWatch *watch);
