/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "domain-xml.h"

/**
 * firn_domain_drift_list:
 * @then: a domain as it was
 * @now: the same as it is; either may be live
 *
 * Compares what matters to a guest that goes back to its disks of @then: machine, processors, RAM,
 * firmware, disks, devices. Not compared: media of drives that can be opened, what a guest cannot
 * see (caches, networks, graphics), and what libvirt fills in when it starts a domain: aliases, the
 * host's processor, RAM rounded up to MiB, firmware that it chooses by itself.
 *
 * Returns: (transfer full) (array zero-terminated=1): one printable sentence for each difference,
 * "memory 512 MiB -> 1024 MiB", "disk vdb added"; empty if there is none
 */
GStrv firn_domain_drift_list(const FirnDomainXml *then, const FirnDomainXml *now);

/**
 * firn_domain_drift_compare:
 * @then: XML of a domain as it was
 * @now: XML of the same as it is
 * @error: return location for a #GError
 *
 * As firn_domain_drift_list(), of texts.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT if one of them cannot be read.
 *
 * Returns: (transfer full): as firn_domain_drift_list(); %NULL with @error set
 */
GStrv firn_domain_drift_compare(const char *then, const char *now, GError **error);
