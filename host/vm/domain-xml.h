/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnDomainDisk:
 * @target: its key, "vda"
 * @alias: (nullable): id of QEMU's device, "virtio-disk0"; only in the XML of a running domain
 * @device: "disk", "lun", "cdrom", "floppy"
 * @bus: (nullable): how the guest sees it, "virtio"
 * @format: (nullable): of the image, "qcow2"; %NULL if the XML names none
 * @path: (nullable): the image's file or block device; %NULL for an empty drive, a pool's volume,
 * the network
 * @pool: (nullable): the storage pool of @volume
 * @volume: (nullable): a volume of @pool
 * @network: (nullable): where on the network it is, "rbd vms/web1 mon1"
 * @is_readonly: the guest cannot write to it
 * @is_shareable: other domains may have it at the same time
 * @is_transient: what the guest writes is gone when it ends
 * @is_left_out: its owner has said snapshot='no'
 * @is_optional: the domain starts without what is not there of it
 * @is_removable: a drive of somebody's media, CD or floppy: never a disk of the VM
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

/* Firn's mark in a domain's metadata, so that it is seen where the domain goes. */
#define FIRN_DOMAIN_MARK_URI    "urn:firn:snapshots:1"
#define FIRN_DOMAIN_MARK_PREFIX "firn"

/**
 * FirnDomainDevice:
 * @name: what it is, the same wherever it stands: "network interface 52:54:00:12:34:56",
 * "controller scsi 0", "host device usb 0x1234:0x5678", "TPM"
 * @model: (nullable): "virtio"; %NULL if the XML names none
 *
 * A device of the guest that is no disk.
 */
typedef struct {
    char *name;  /* (owned) */
    char *model; /* (owned) (nullable) */
} FirnDomainDevice;

/**
 * FirnDomainXml:
 * @uuid: the domain, lower case
 * @name: its name
 * @is_live: of a domain that runs or is being started, not of one as it is defined
 * @arch: (nullable): "x86_64"
 * @machine: (nullable): machine type, "pc-q35-7.2"
 * @cpu_mode: (nullable): "custom", "host-model" ...
 * @cpu_model: (nullable): "EPYC"; only with mode custom
 * @emulator: (nullable): path of its QEMU
 * @vcpus: processors that the guest can have
 * @vcpus_now: how many of them it has
 * @memory_kib: RAM in KiB
 * @firmware: "efi" or "bios"
 * @loader: (nullable): file of its firmware; %NULL if libvirt chooses it
 * @nvram: (nullable): file of its UEFI variables; %NULL if libvirt chooses it
 * @has_varstore: they are in a <varstore> (since libvirt 12.1), in no pflash
 * @disks: (element-type FirnDomainDisk): in the order of the XML
 * @devices: (element-type FirnDomainDevice): network interfaces, host devices, TPM, and controllers
 * but those of PCI, which libvirt adds by itself where it needs them
 * @has_agent_channel: it has a channel for the guest agent
 * @has_tpm: it has a TPM, whose state is outside of its disks
 * @snapshot_mark: how many snapshots of firn's it had when firn marked it last; 0: no mark
 *
 * What firn reads in a domain's XML.
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
 * @xml: what libvirt says of a domain
 * @error: return location for a #GError
 *
 * Takes no entities and asks no network.
 *
 * Errors: %FIRN_HOST_ERROR_INCONSISTENT.
 *
 * Returns: (transfer full): what is in it; %NULL with @error set
 */
FirnDomainXml *firn_domain_xml_parse(const char *xml, GError **error);

/**
 * firn_domain_xml_dup_uuid:
 * @xml: (nullable): of a domain, however little of it
 *
 * Returns: (transfer full) (nullable): its UUID; %NULL if @xml tells none
 */
char *firn_domain_xml_dup_uuid(const char *xml);

/**
 * firn_domain_xml_find_alias:
 * @self: XML of a running domain
 * @alias: id of a device in QEMU
 *
 * Returns: (transfer none) (nullable): its disk
 */
const FirnDomainDisk *firn_domain_xml_find_alias(const FirnDomainXml *self, const char *alias);

/**
 * firn_domain_xml_free:
 * @self: (nullable): what was read
 */
void firn_domain_xml_free(FirnDomainXml *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnDomainXml, firn_domain_xml_free)
