/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_generation_id_renew:
 * @text: XML of a domain
 *
 * The generation id tells the guest that it runs from an earlier state. libvirt gives a new id when
 * it loads RAM or reverts to a snapshot, but not when it boots a domain whose disks were reverted.
 *
 * Returns: (transfer full) (nullable): the XML with a new generation id; %NULL if the domain has
 * none
 */
char *firn_generation_id_renew(const char *text);
