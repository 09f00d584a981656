/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_machine_types_in:
 * @text: (nullable): a text with "@q35@" for the machine type that "q35" means to this QEMU, and
 *   "@older@" for another machine type of the same kind
 *
 * The names of machine types depend on QEMU's version, so tests must not contain them. If QEMU has
 * no "q35", or only one type of that kind, the test ends.
 *
 * Source: "q35  Standard PC (Q35 + ICH9, 2009) (alias of pc-q35-7.2)", a line of -machine help.
 *
 * Returns: (transfer none) (nullable): @text with the names, valid as long as the program runs
 */
const char *firn_test_machine_types_in(const char *text);
