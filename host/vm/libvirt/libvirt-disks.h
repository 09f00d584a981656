/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "channel.h"
#include "disk.h"
#include "domain-xml.h"
#include "libvirt-connection.h"

/**
 * firn_libvirt_disks_list_running:
 * @xml: XML of the running domain
 *
 * Lists the disks that QEMU has now, with their targets from the XML. Job threads only.
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
 * Does not open the images.
 *
 * Returns: (transfer full): paths of the images that its guest can write to; "" for a path that the
 * XML does not give: a pool's volume, a network disk
 */
GStrv firn_libvirt_disks_list_images(const FirnDomainXml *xml);

/**
 * firn_libvirt_disks_list_idle:
 * @xml: XML of a domain that is off
 * @connection: to look up volumes of storage pools
 *
 * Reads the images. Job threads only.
 *
 * Returns: (transfer full) (element-type FirnDisk): the disks; a disk whose image cannot be found
 * or read is marked as unread
 */
GPtrArray *firn_libvirt_disks_list_idle(const FirnDomainXml *xml, virConnectPtr connection);
