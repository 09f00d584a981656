/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_launch_environment_dup:
 * @environment: (array zero-terminated=1): firnd's own, "NAME=value"
 *
 * What a QEMU that firnd starts has of it: everything but what systemd gives a service for itself
 * (its notify socket, watchdog, folders, journal stream), and what systemd would not pass on (no
 * UTF-8, control characters, a name that no shell takes).
 * Source: systemd.exec(5), "Environment Variables in Spawned Processes".
 *
 * Returns: (transfer full) (array zero-terminated=1): the environment
 */
GStrv firn_launch_environment_dup(const char *const *environment);
