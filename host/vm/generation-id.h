/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * firn_generation_id_renew:
 * @text: the XML of a domain, libvirt's words
 *
 * A guest is told by its generation id that it goes on from another time. libvirt gives a new one
 * when it loads RAM or reverts a snapshot, but not when it just starts a domain.
 *
 * Returns: (transfer full) (nullable): the same with a new generation id; %NULL if the domain has
 * none
 */
char *firn_generation_id_renew(const char *text);
