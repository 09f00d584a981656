/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnTestDomain:
 *
 * A guest as a libvirt domain, driven through virsh. For tests that run beside a libvirtd of their
 * own, see tests/libvirt/with-libvirtd; without it they would use the machine's.
 */
typedef struct FirnTestDomain FirnTestDomain;

/**
 * FirnTestDomainHardware:
 * @uuid: its UUID
 * @memory_mib: its RAM
 * @on_huge_pages: its RAM is in huge pages of the host
 * @emulator: path of its QEMU
 * @kernel: its kernel
 * @initrd: its initrd
 * @words: the kernel's command line
 * @disk_format: of all disks, "qcow2" or "raw"
 * @disks: (array zero-terminated=1): images of vda, vdb ...
 * @folder: folder of the files "console" and "ack", and of the sockets "qga", "control" and
 * "qmp-test"
 * @has_agent_channel: it has a port for the guest agent
 * @extra: (nullable) (array zero-terminated=1): more arguments for QEMU
 * @firmware: (nullable): file of a firmware for pflash
 * @variables: (nullable): file of its variables
 *
 * The hardware of a domain.
 */
typedef struct {
    const char *uuid;
    guint memory_mib;
    gboolean on_huge_pages;
    const char *emulator;
    const char *kernel;
    const char *initrd;
    const char *words;
    const char *disk_format;
    const char *const *disks;
    const char *folder;
    gboolean has_agent_channel;
    const char *const *extra;
    const char *firmware;
    const char *variables;
} FirnTestDomainHardware;

/**
 * firn_test_domain_is_wanted:
 *
 * Returns: whether the environment (FIRN_TEST_SOURCE=libvirt) says that guests are domains
 */
gboolean firn_test_domain_is_wanted(void);

/**
 * firn_test_domain_define:
 * @name: its name in libvirt
 *
 * Returns: (transfer full): a persistent domain that does not run
 */
FirnTestDomain *firn_test_domain_define(const char *name, const FirnTestDomainHardware *hardware);

/**
 * firn_test_domain_get_name:
 *
 * Returns: (transfer none): its name
 */
const char *firn_test_domain_get_name(FirnTestDomain *self);

/**
 * firn_test_domain_start:
 * @self: a domain whose QEMU does not run, or has just been killed
 *
 * Returns: the process of its QEMU, which is not a child of the caller
 */
GPid firn_test_domain_start(FirnTestDomain *self);

/**
 * firn_test_domain_adopt:
 * @self: a domain that another program has started
 *
 * Returns: the process of its QEMU
 */
GPid firn_test_domain_adopt(FirnTestDomain *self);

/**
 * firn_test_domain_has_ended:
 *
 * Returns: whether the process that the latest start returned has ended
 */
gboolean firn_test_domain_has_ended(FirnTestDomain *self);

/**
 * firn_test_domain_is_on:
 *
 * Returns: whether libvirt reports it as running or paused
 */
gboolean firn_test_domain_is_on(FirnTestDomain *self);

/**
 * firn_test_domain_wait_end:
 * @self: a domain whose QEMU ends
 *
 * Waits until it has ended and libvirt has noticed.
 */
void firn_test_domain_wait_end(FirnTestDomain *self);

/**
 * firn_test_domain_wait_agent:
 * @self: a running domain whose guest is ready
 * @has_agent: whether QEMU reports that the guest has its agent's port open
 *
 * Waits until libvirt reports the same, which it does a little later.
 */
void firn_test_domain_wait_agent(FirnTestDomain *self, gboolean has_agent);

/**
 * firn_test_domain_virsh:
 * @out: (out) (optional): what it printed to standard output
 * @...: arguments for virsh, ended by %NULL
 *
 * Returns: its exit status
 */
int firn_test_domain_virsh(char **out, ...) G_GNUC_NULL_TERMINATED;

/**
 * firn_test_domain_free:
 * @self: (nullable): a domain
 *
 * Undefines it in libvirt. Its QEMU must have ended.
 */
void firn_test_domain_free(FirnTestDomain *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnTestDomain, firn_test_domain_free)
