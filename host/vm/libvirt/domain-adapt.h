/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

/**
 * firn_domain_adapt:
 * @connection: the libvirt that will start it
 * @text: XML of a domain
 * @keeps_devices: the guest must find the same devices, because its RAM will be loaded
 * @told: (element-type utf8): gets a printable sentence for each change
 *
 * Drops what the domain would not start for on this host, if a domain can be without it: media that
 * do not exist are ejected; interfaces whose network, bridge or network device does not exist stay
 * without a connection, with their link down; other devices whose host device does not exist are
 * removed, unless @keeps_devices. What exists but is not active stays. Blocks: not on the main
 * loop.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT if @text cannot be read.
 *
 * Returns: (transfer full): the XML to start; %NULL with @error set
 */
char *firn_domain_adapt(virConnectPtr connection,
                        const char *text,
                        gboolean keeps_devices,
                        GPtrArray *told,
                        GError **error);
