/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "domain-xml.h"
#include "findings.h"
#include "vm-drift.h"

/**
 * firn_domain_findings_add:
 * @findings: gets what there is to be said
 * @xml: how the domain runs or, while it is off, is defined
 *
 * What the XML of a domain says about its snapshots: channel of the agent, state that is outside of
 * the disks.
 */
void firn_domain_findings_add(FirnFindings *findings, const FirnDomainXml *xml);

/**
 * firn_domain_findings_add_drift:
 * @findings: gets what there is to be said
 * @found: how the domain is configured
 * @vm_name: its name
 * @snapshot: name of the snapshot that it was compared with; "" if none
 */
void firn_domain_findings_add_drift(FirnFindings *findings,
                                    const FirnVmDrift *found,
                                    const char *vm_name,
                                    const char *snapshot);
