/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"

/**
 * firn_launch_needs_check:
 * @command_line: as for firn_qemu_launch_new()
 * @capabilities: bit mask of capabilities(7) that firnd has
 * @blockers: (element-type FirnBlocker): gets each option that needs more
 *
 * For a QEMU that firnd starts itself, within the limits of firnd's unit: checks new tap devices,
 * locked memory, host devices (VFIO), chroot. Does not see what a script adds.
 */
void firn_launch_needs_check(const char *command_line, guint64 capabilities, GPtrArray *blockers);

/**
 * firn_launch_needs_read_capabilities:
 *
 * Returns: capabilities of this process; all if the kernel does not say
 */
guint64 firn_launch_needs_read_capabilities(void);
