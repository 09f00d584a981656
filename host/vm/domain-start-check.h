/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "blockers.h"

/**
 * firn_domain_start_check:
 * @connection: the libvirt that is going to start it
 * @text: the XML that the domain is going to be started with
 * @disks: (nullable) (element-type FirnDisk): disks that it has to have then
 * @blockers: (element-type FirnBlocker): gets what its start would lack
 *
 * Looks at all that a start of the domain opens: its media and disks with their backing files, the
 * files of kernel and firmware, host devices, networks, storage pools, programs; and asks libvirt
 * for the command line. Changes nothing. Blocks: not on the main loop.
 */
void firn_domain_start_check(virConnectPtr connection,
                             const char *text,
                             GPtrArray *disks,
                             GPtrArray *blockers);
