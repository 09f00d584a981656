/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "disk.h"
#include "domain-xml.h"
#include "libvirt-link.h"

/**
 * firn_libvirt_disks_list_running:
 * @xml: XML of the running domain
 * @monitor: its monitor
 * @cancellable: (nullable): ends the waiting
 * @error: return location for a #GError
 *
 * The disks that QEMU has now, under the names that the XML has for them. Job threads only.
 *
 * Errors: as firn_channel_call().
 *
 * Returns: (transfer full) (element-type FirnDisk): the disks; %NULL with @error set
 */
GPtrArray *firn_libvirt_disks_list_running(const FirnDomainXml *xml,
                                           FirnChannel *monitor,
                                           GCancellable *cancellable,
                                           GError **error);

/**
 * firn_libvirt_disks_list_images:
 * @xml: XML of a domain that is off
 *
 * Opens none of them.
 *
 * Returns: (transfer full): paths of the images that its guest could write to; "" for one that the
 * XML does not tell: a pool's volume, the network
 */
GStrv firn_libvirt_disks_list_images(const FirnDomainXml *xml);

/**
 * firn_libvirt_disks_list_idle:
 * @xml: XML of a domain that is off
 * @connection: for the volumes of storage pools
 *
 * Reads the images. Job threads only.
 *
 * Returns: (transfer full) (element-type FirnDisk): the disks; those whose image cannot be found or
 * read are unread
 */
GPtrArray *firn_libvirt_disks_list_idle(const FirnDomainXml *xml, virConnectPtr connection);
