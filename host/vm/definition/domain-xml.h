/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnDomainDisk:
 * @target: its target, "vda"
 * @alias: (nullable): id of the QEMU device, "virtio-disk0"; only in the XML of a running domain
 * @device: "disk", "lun", "cdrom", "floppy"
 * @bus: (nullable): the bus that the guest sees, "virtio"
 * @format: (nullable): image format, "qcow2"; %NULL if the XML names none
 * @path: (nullable): the image file or block device; %NULL for an empty drive, a pool's volume, or
 * a network disk
 * @pool: (nullable): the storage pool of @volume
 * @volume: (nullable): a volume of @pool
 * @network: (nullable): a network disk, "rbd vms/web1 mon1"
 * @is_readonly: the guest cannot write to it
 * @is_shareable: other domains may use it at the same time
 * @is_transient: the guest's writes are discarded when the domain stops
 * @is_left_out: its definition says snapshot='no'
 * @is_optional: the domain starts even if its image does not exist
 * @is_removable: a CD or floppy drive: never a disk of the VM
 *
 * One `<disk>`.
 * Source: https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
 */
typedef struct {
    char *target;  /* (owned) */
    char *alias;   /* (owned) (nullable) */
    char *device;  /* (owned) */
    char *bus;     /* (owned) (nullable) */
    char *format;  /* (owned) (nullable) */
    char *path;    /* (owned) (nullable) */
    char *pool;    /* (owned) (nullable) */
    char *volume;  /* (owned) (nullable) */
    char *network; /* (owned) (nullable) */
    gboolean is_readonly;
    gboolean is_shareable;
    gboolean is_transient;
    gboolean is_left_out;
    gboolean is_optional;
    gboolean is_removable;
} FirnDomainDisk;

/* firn's element in the <metadata> of a domain. It moves with the definition, so that other hosts
 * see that snapshots exist. */
#define FIRN_DOMAIN_MARK_URI    "urn:firn:snapshots:1"
#define FIRN_DOMAIN_MARK_PREFIX "firn"

/**
 * FirnDomainDevice:
 * @name: identifies it independently of its position in the XML: "network interface
 * 52:54:00:12:34:56", "controller scsi 0", "host device usb 0x1234:0x5678", "TPM"
 * @model: (nullable): "virtio"; %NULL if the XML names none
 *
 * A guest device other than a disk.
 */
typedef struct {
    char *name;  /* (owned) */
    char *model; /* (owned) (nullable) */
} FirnDomainDevice;

/**
 * FirnDomainXml:
 * @uuid: the domain, lower case
 * @name: its name
 * @is_live: of a domain that runs or is being started, not of a persistent definition
 * @arch: (nullable): "x86_64"
 * @machine: (nullable): machine type, "pc-q35-7.2"
 * @cpu_mode: (nullable): "custom", "host-model" ...
 * @cpu_model: (nullable): "EPYC"; only with mode custom
 * @emulator: (nullable): path of its QEMU
 * @vcpus: maximum number of vCPUs
 * @vcpus_now: number of vCPUs in use
 * @memory_kib: RAM in KiB
 * @firmware: "efi" or "bios"
 * @loader: (nullable): firmware file; %NULL if libvirt selects it
 * @nvram: (nullable): file of its UEFI variables; %NULL if libvirt selects it
 * @has_varstore: the variables are in a <varstore> (since libvirt 12.1), not in a pflash
 * @disks: (element-type FirnDomainDisk): in the order of the XML
 * @devices: (element-type FirnDomainDevice): network interfaces, host devices, TPM, and controllers
 * except PCI controllers, which libvirt adds as needed
 * @has_agent_channel: it has a channel for the guest agent
 * @has_tpm: it has a TPM, whose state is not on its disks
 * @snapshot_mark: number of firn's snapshots that its metadata names; 0: no mark
 *
 * The part of a domain's XML that firn uses.
 */
typedef struct {
    char *uuid; /* (owned) */
    char *name; /* (owned) */
    gboolean is_live;
    char *arch;      /* (owned) (nullable) */
    char *machine;   /* (owned) (nullable) */
    char *cpu_mode;  /* (owned) (nullable) */
    char *cpu_model; /* (owned) (nullable) */
    char *emulator;  /* (owned) (nullable) */
    guint vcpus;
    guint vcpus_now;
    guint64 memory_kib;
    const char *firmware; /* (unowned) a constant */
    char *loader;         /* (owned) (nullable) */
    char *nvram;          /* (owned) (nullable) */
    gboolean has_varstore;
    GPtrArray *disks;   /* (owned) (element-type FirnDomainDisk) */
    GPtrArray *devices; /* (owned) (element-type FirnDomainDevice) */
    gboolean has_agent_channel;
    gboolean has_tpm;
    guint snapshot_mark;
} FirnDomainXml;

/**
 * firn_domain_xml_parse:
 * @xml: XML of a domain
 *
 * Substitutes no entities and loads nothing from the network.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full): the parsed domain; %NULL with @error set
 */
FirnDomainXml *firn_domain_xml_parse(const char *xml, GError **error);

/**
 * firn_domain_xml_dup_uuid:
 * @xml: (nullable): XML of a domain, complete or not
 *
 * Returns: (transfer full) (nullable): its UUID; %NULL if @xml has none
 */
char *firn_domain_xml_dup_uuid(const char *xml);

/**
 * firn_domain_xml_has_device:
 * @name: name of a device; letters may differ in case
 *
 * Returns: whether the domain has it
 */
gboolean firn_domain_xml_has_device(const FirnDomainXml *self, const char *name);

/**
 * firn_domain_device_get_mac:
 *
 * Returns: (nullable): the MAC address of a network interface; %NULL for another device
 */
const char *firn_domain_device_get_mac(const FirnDomainDevice *self);

/**
 * firn_domain_xml_find_alias:
 * @self: XML of a running domain
 * @alias: id of a QEMU device
 *
 * Returns: (transfer none) (nullable): its disk
 */
const FirnDomainDisk *firn_domain_xml_find_alias(const FirnDomainXml *self, const char *alias);

void firn_domain_xml_free(FirnDomainXml *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDomainXml, firn_domain_xml_free)
