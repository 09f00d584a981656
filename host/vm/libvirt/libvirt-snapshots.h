/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "catalogue.h"
#include "listed-snapshot.h"
#include "send-order.h"

/**
 * firn_libvirt_snapshots_to_xml:
 * @snapshot: a record with a definition
 * @parent_tag: (nullable): its parent's tag
 *
 * Describes a snapshot of all disks as one of a shut off domain, so that virsh snapshot-revert
 * reverts to it and libvirt does not expect RAM in it. A snapshot without some disks is described
 * as "disk-snapshot", to which libvirt refuses to revert: it would revert the domain only in part.
 * A snapshot with RAM in its images is described as what it is: of a running or paused domain.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 * Source: https://libvirt.org/formatsnapshot.html
 *
 * Returns: (transfer full): a `<domainsnapshot>`; %NULL with @error set
 */
char *firn_libvirt_snapshots_to_xml(const FirnSnapshot *snapshot,
                                    const char *parent_tag,
                                    GError **error);

/**
 * firn_libvirt_snapshots_register:
 * @permit: the caller's permit to send
 * @catalogue: the domain's catalogue
 * @snapshot: a record of @catalogue
 *
 * Registers a snapshot with libvirt, below its nearest registered ancestor, and as the current one
 * if it is. Does not change the metadata of an adopted snapshot that libvirt lists already. Blocks:
 * not on the main loop.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 * Source: virDomainSnapshotCreateXML, with %VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE, since 0.9.5.
 *
 * Returns: %TRUE if libvirt lists it
 */
gboolean firn_libvirt_snapshots_register(virDomainPtr domain,
                                         FirnSendPermit *permit,
                                         FirnCatalogue *catalogue,
                                         const FirnSnapshot *snapshot,
                                         GError **error);

/**
 * firn_libvirt_snapshots_unregister:
 * @permit: the caller's permit to send
 * @tag: of a snapshot
 *
 * Deletes libvirt's metadata of a snapshot, and nothing on any disk. libvirt attaches its children
 * to its parent. Blocks: not on the main loop.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 *
 * Returns: %TRUE if libvirt does not list it
 */
gboolean firn_libvirt_snapshots_unregister(virDomainPtr domain,
                                           FirnSendPermit *permit,
                                           const char *tag,
                                           GError **error);

/**
 * firn_libvirt_snapshots_list:
 *
 * Blocks: not on the main loop.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 *
 * Returns: (transfer full): names of all snapshots that libvirt lists; %NULL with @error set
 */
GStrv firn_libvirt_snapshots_list(virDomainPtr domain, GError **error);

/**
 * firn_libvirt_snapshots_list_line:
 *
 * Lists the branch that libvirt considers current. Blocks: not on the main loop.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 *
 * Returns: (transfer full): names of the current snapshot and of its ancestors, nearest first;
 * empty if none is current; %NULL with @error set
 */
GStrv firn_libvirt_snapshots_list_line(virDomainPtr domain, GError **error);

/**
 * firn_libvirt_snapshots_list_others:
 *
 * Lists the snapshots that libvirt has and @catalogue does not. Requests no description of the
 * rest: there may be thousands. Blocks: not on the main loop.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED, %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full) (element-type FirnListedSnapshot): the foreign snapshots, oldest first;
 * %NULL with @error set
 */
GPtrArray *firn_libvirt_snapshots_list_others(virDomainPtr domain,
                                              FirnCatalogue *catalogue,
                                              GError **error);
