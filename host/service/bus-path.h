/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_bus_path:
 * @kind: "vm" or "snapshot"
 * @uuid: (nullable): a UUID
 *
 * Returns: (transfer full): the object path: hyphens become underscores; "/" for %NULL
 */
char *firn_bus_path(const char *kind, const char *uuid);

/**
 * firn_bus_path_of_job:
 * @id: a job id; 0: none
 *
 * Returns: (transfer full): the object path; "/" for 0
 */
char *firn_bus_path_of_job(guint id);

/**
 * firn_bus_path_to_job:
 * @path: an object path
 *
 * Returns: the job id of that path; 0 if it is not a job's
 */
guint firn_bus_path_to_job(const char *path);
