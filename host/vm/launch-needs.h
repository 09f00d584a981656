/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "blockers.h"

/**
 * firn_launch_needs_check:
 * @command_line: as firn_qemu_launch_new() takes it
 * @capabilities: what firnd may do: a bit for each capability of capabilities(7)
 * @blockers: (element-type FirnBlocker): gets each option that needs more
 *
 * For a QEMU that firnd starts itself, under what restricts firnd: tap devices that are not there
 * yet, locked memory, devices of the host (VFIO), chroot. Not what a script makes of its own.
 */
void firn_launch_needs_check(const char *command_line, guint64 capabilities, GPtrArray *blockers);

/**
 * firn_launch_needs_read_capabilities:
 *
 * Returns: what this process may do; all of it if the kernel does not say
 */
guint64 firn_launch_needs_read_capabilities(void);
