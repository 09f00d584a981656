/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libvirt/libvirt.h>
#include <libxml/tree.h>

#include "domain-xml.h"

/**
 * FirnDomainWithout:
 * @FIRN_DOMAIN_WITHOUT_NOT: the domain is another one without it
 * @FIRN_DOMAIN_WITHOUT_CABLE: the network interface can be left without a connection
 * @FIRN_DOMAIN_WITHOUT_DEVICE: the domain can be started without the device
 *
 * How a domain can be started without a thing that it needs.
 */
typedef enum {
    FIRN_DOMAIN_WITHOUT_NOT,
    FIRN_DOMAIN_WITHOUT_CABLE,
    FIRN_DOMAIN_WITHOUT_DEVICE,
} FirnDomainWithout;

/**
 * FirnDomainNeed:
 * @node: the element that names it
 * @what: the kind of thing: "network", "PCI device" ...
 * @value: its name or path, not printable
 * @remedy: (nullable): the command that starts it, if it @is_stopped; else what to do
 * @is_stopped: it exists, but is not active
 * @without: how the domain can be started without it
 *
 * A thing on the host that a domain needs for its start, and that is missing.
 */
typedef struct {
    xmlNode *node;      /* (unowned) */
    const char *what;   /* a constant */
    const char *value;  /* (unowned) */
    const char *remedy; /* (nullable) a constant */
    gboolean is_stopped;
    FirnDomainWithout without;
} FirnDomainNeed;

/**
 * FirnDomainNeedFunc:
 * @need: a thing that is missing; it may change the element, but must not free it
 * @user_data: as given to firn_domain_needs_each_missing()
 */
typedef void (*FirnDomainNeedFunc)(const FirnDomainNeed *need, gpointer user_data);

/**
 * firn_domain_needs_each_missing:
 * @connection: the libvirt that will start the domain
 * @document: its XML
 * @tell: (scope call): called for each thing that is missing
 * @user_data: for @tell
 *
 * Checks kernel and firmware files, host devices, networks, storage pools, secrets and programs;
 * not the images of disks. Blocks: not on the main loop.
 */
void firn_domain_needs_each_missing(virConnectPtr connection,
                                    xmlDoc *document,
                                    FirnDomainNeedFunc tell,
                                    gpointer user_data);

/**
 * firn_domain_needs_is_medium_missing:
 * @disk: any disk of a domain
 *
 * Returns: whether it is a drive whose medium is a file that does not exist, so that the domain
 * would not start
 */
gboolean firn_domain_needs_is_medium_missing(const FirnDomainDisk *disk);
