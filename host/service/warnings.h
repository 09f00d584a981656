/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vm.h"

/**
 * firn_warnings_of:
 * @vm: a VM
 *
 * Returns: (transfer full): "a(ss)": a word and a printable sentence for each thing that somebody
 * has to see to; floating
 */
GVariant *firn_warnings_of(FirnVm *vm);
