/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "blockers.h"

/**
 * firn_domain_start_check:
 * @connection: the libvirt that will start it
 * @text: the XML that the domain will be started with
 * @is_own: it is the domain's own definition, so that it can be edited
 * @disks: (nullable) (element-type FirnDisk): disks that the domain must have then
 * @blockers: (element-type FirnBlocker): gets what the start would lack
 *
 * Checks everything that libvirt opens to start the domain: media and disks with their backing
 * files, kernel and firmware files, host devices, networks, storage pools, programs; then asks
 * libvirt for the command line. Changes nothing. Blocks: not on the main loop.
 */
void firn_domain_start_check(virConnectPtr connection,
                             const char *text,
                             gboolean is_own,
                             GPtrArray *disks,
                             GPtrArray *blockers);

/**
 * firn_domain_start_check_needs:
 * @connection: the libvirt that will start it
 * @text: the domain's own definition
 * @blockers: (element-type FirnBlocker): gets what is missing on the host
 *
 * firn_domain_start_check() without libvirt's command line, which takes libvirt tens of
 * milliseconds. Changes nothing. Blocks: not on the main loop.
 */
void firn_domain_start_check_needs(virConnectPtr connection, const char *text, GPtrArray *blockers);
