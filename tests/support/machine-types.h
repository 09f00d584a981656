/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_test_machine_types_in:
 * @text: (nullable): a text with "@q35@" for what this QEMU means by "q35", and "@older@" for a
 *   machine type of the same kind that it knows as well
 *
 * Each QEMU has machine types of its own, so no test may spell one. A QEMU that knows no "q35", or
 * only one type of that kind, ends the test.
 *
 * Source: "q35  Standard PC (Q35 + ICH9, 2009) (alias of pc-q35-7.2)", a line of -machine help.
 *
 * Returns: (transfer none) (nullable): @text with their names, for as long as the program runs
 */
const char *firn_test_machine_types_in(const char *text);
