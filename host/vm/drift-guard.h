/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "catalogue.h"

/**
 * firn_drift_guard_refuse:
 * @catalogue: of the domain that is about to be started
 * @domain_xml: what it is going to be started with, as libvirt gives it to its hook
 *
 * Compares it with the current snapshot's definition, if the policy is strict. Touches nothing but
 * memory: fit for the main loop, and for libvirt's hook, from which libvirt must not be asked.
 *
 * Returns: (transfer full) (nullable): one printable sentence with the differences and the way out,
 * if the domain must not be started; %NULL if it may. What cannot be compared may: a guard that is
 * at its wits' end keeps nobody's guest from starting
 */
char *firn_drift_guard_refuse(FirnCatalogue *catalogue, const char *domain_xml);
