/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "domain-xml.h"
#include "findings.h"
#include "vm-drift.h"

/**
 * firn_domain_findings_add:
 * @findings: gets the findings
 * @xml: the live definition or, while the domain is off, the persistent one
 *
 * Reports what the XML of a domain means for its snapshots: the agent's channel, and state outside
 * the disks.
 */
void firn_domain_findings_add(FirnFindings *findings, const FirnDomainXml *xml);

/**
 * firn_domain_findings_add_drift:
 * @findings: gets the findings
 * @found: how the domain's configuration differs
 * @snapshot: name of the snapshot it was compared with; "" if none
 */
void firn_domain_findings_add_drift(FirnFindings *findings,
                                    const FirnVmDrift *found,
                                    const char *vm_name,
                                    const char *snapshot);
