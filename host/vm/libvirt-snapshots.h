/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "catalogue.h"
#include "listed-snapshot.h"
#include "send-order.h"

/**
 * firn_libvirt_snapshots_to_xml:
 * @snapshot: a record with a definition
 * @parent_tag: (nullable): tag of its parent
 * @error: return location for a #GError
 *
 * A snapshot of all disks is told as one of a domain that was shut off, so that virsh
 * snapshot-revert goes back to it, and nobody looks for RAM in it. One that leaves disks out is
 * told as "disk-snapshot", to which libvirt refuses to revert: it would go back half way. One with
 * RAM in its images is told as what it is: of a domain that ran, or was paused.
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
 * @domain: a domain
 * @permit: of who waits for it
 * @catalogue: its catalogue
 * @snapshot: a record of @catalogue
 * @error: return location for a #GError
 *
 * Lets libvirt list a snapshot, below its nearest ancestor that is listed, and as the current one
 * if it is. An adopted one that is listed is left alone. Blocks: not on the main loop.
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
 * @domain: a domain
 * @permit: of who waits for it
 * @tag: of a snapshot
 * @error: return location for a #GError
 *
 * Takes a snapshot off libvirt's list, and nothing off any disk. Its children there become its
 * parent's. Blocks: not on the main loop.
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
 * @domain: a domain
 * @error: return location for a #GError
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
 * @domain: a domain
 * @error: return location for a #GError
 *
 * Where libvirt believes the domain to be in its tree. Blocks: not on the main loop.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED.
 *
 * Returns: (transfer full): names of the current snapshot and of its ancestors, nearest first;
 * empty if none is current; %NULL with @error set
 */
GStrv firn_libvirt_snapshots_list_line(virDomainPtr domain, GError **error);

/**
 * firn_libvirt_snapshots_list_others:
 * @domain: a domain
 * @catalogue: its catalogue
 * @error: return location for a #GError
 *
 * What libvirt knows of each snapshot that it lists and @catalogue has no record of. Nothing is
 * asked of the others: there may be thousands. Blocks: not on the main loop.
 *
 * Errors: %FIRN_HOST_ERROR_FAILED, %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full) (element-type FirnListedSnapshot): the others, oldest first; %NULL with
 * @error set
 */
GPtrArray *firn_libvirt_snapshots_list_others(virDomainPtr domain,
                                              FirnCatalogue *catalogue,
                                              GError **error);
