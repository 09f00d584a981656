/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "domain-xml.h"

/**
 * firn_domain_drift_list:
 * @then: the domain at the snapshot
 * @now: the same domain now; either may be live
 *
 * Compares what matters to a guest whose disks are restored to the state of @then: machine type,
 * processors, RAM, firmware, disks, devices. Ignores media of removable drives, settings that the
 * guest cannot see (caches, networks, graphics), and what libvirt fills in when it starts a domain:
 * aliases, the host's processor, RAM rounded up to MiB, firmware that it selects itself.
 *
 * Returns: (transfer full) (array zero-terminated=1): one printable sentence for each difference,
 * "memory 512 MiB -> 1024 MiB", "disk vdb added"; empty if there is none
 */
GStrv firn_domain_drift_list(const FirnDomainXml *then, const FirnDomainXml *now);

/**
 * firn_domain_drift_compare:
 * @then: XML of the domain at the snapshot
 * @now: XML of the same domain now
 *
 * As firn_domain_drift_list(), for unparsed XML.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT if one of them cannot be read.
 *
 * Returns: (transfer full): as firn_domain_drift_list(); %NULL with @error set
 */
GStrv firn_domain_drift_compare(const char *then, const char *now, GError **error);
