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
 * firn_domain_definition_capture:
 * @then: XML of the domain at a snapshot
 * @now: XML of the same domain now
 * @moved: (element-type utf8 utf8): targets of disks whose image is elsewhere now, and of disks
 * that
 * @then may lack: target then, target now
 *
 * The captured domain, with its images where they are now: the name, the sources of disks in
 * @moved, the file of the UEFI variables, and firn's mark come from @now.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT if one of them cannot be read.
 *
 * Returns: (transfer full): XML of a domain; %NULL with @error set
 */
char *firn_domain_definition_capture(const char *then,
                                     const char *now,
                                     GHashTable *moved,
                                     GError **error);

/**
 * firn_domain_definition_is_same:
 *
 * Compares all elements, attributes and texts, except firn's mark and what only formats the XML.
 *
 * Returns: whether @a and @b, as libvirt has written them, define the same domain
 */
gboolean firn_domain_definition_is_same(const char *a, const char *b);

/**
 * firn_domain_definition_dup_name:
 * @text: (nullable): XML of a domain
 *
 * Returns: (transfer full) (nullable): its name; %NULL if @text has none
 */
char *firn_domain_definition_dup_name(const char *text);
