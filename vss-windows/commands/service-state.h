/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <windows.h>

/**
 * firn_service_state_get:
 * @name: name of a service
 *
 * Returns: (transfer none): "running", "stopped", "starting", "stopping", "paused", "absent", or
 * "unknown" if Windows does not say
 */
const char *firn_service_state_get(const wchar_t *name);
