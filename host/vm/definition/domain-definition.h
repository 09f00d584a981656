/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_domain_definition:
 * @then: XML of the domain whose RAM was saved
 * @now: XML of the same domain as it is defined now
 *
 * Combines the saved machine with the current host: devices and their properties come from @then;
 * the name, images, media, networks, folders and files that they are connected to come from @now,
 * matched by device.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT if one of them cannot be read.
 *
 * Returns: (transfer full): XML of a domain; %NULL with @error set
 */
char *firn_domain_definition(const char *then, const char *now, GError **error);

/**
 * firn_domain_definition_dup_name:
 * @text: (nullable): XML of a domain
 *
 * Returns: (transfer full) (nullable): its name; %NULL if @text has none
 */
char *firn_domain_definition_dup_name(const char *text);
