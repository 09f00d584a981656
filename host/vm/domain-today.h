/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_domain_today:
 * @then: XML of a domain that RAM was taken from
 * @now: XML of the same domain as it is defined now
 * @error: return location for a #GError
 *
 * The guest's machine of then on the host of today: devices and their properties are those of
 * @then; the name, the images, media, networks, folders and files that they are connected with are
 * those of @now, each by the device that both have.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT if one of them cannot be read.
 *
 * Returns: (transfer full): XML of a domain; %NULL with @error set
 */
char *firn_domain_today(const char *then, const char *now, GError **error);

/**
 * firn_domain_today_dup_name:
 * @text: (nullable): XML of a domain
 *
 * Returns: (transfer full) (nullable): its name; %NULL if @text tells none
 */
char *firn_domain_today_dup_name(const char *text);
