/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_launch_environment_dup:
 * @environment: (array zero-terminated=1): firnd's own environment, "NAME=value"
 *
 * The environment for a QEMU that firnd starts: that of firnd, except what systemd sets for one
 * service (notify socket, watchdog, folders, journal stream) and what systemd would refuse (no
 * UTF-8, control characters, an invalid name).
 * Source: systemd.exec(5), "Environment Variables in Spawned Processes".
 *
 * Returns: (transfer full) (array zero-terminated=1): the environment
 */
GStrv firn_launch_environment_dup(const char *const *environment);
