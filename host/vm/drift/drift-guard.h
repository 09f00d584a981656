/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"

/**
 * firn_drift_guard_refuse:
 * @catalogue: of the domain that is about to start
 * @domain_xml: the XML that it will start with, as libvirt passes it to its hook
 *
 * Compares the XML with the definition recorded with the current snapshot, if the policy is strict.
 * Reads only memory, so that it may run on the main loop, and in libvirt's hook, which must not
 * call libvirt.
 *
 * Returns: (transfer full) (nullable): one printable sentence with the differences and the remedy
 * if the domain must not start; %NULL if it may, also when they cannot be compared: the guard must
 * not block a start because of its own failure
 */
char *firn_drift_guard_refuse(FirnCatalogue *catalogue, const char *domain_xml);
